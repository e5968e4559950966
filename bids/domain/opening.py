"""What happens when: the box closes at the deadline, the list at T, the bids after the guard.

Source: decisions 3, 8 and 15; architecture walk 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bids.domain.bid_content import Kind
from bids.domain.reception import SubmissionState
from foundation.values.canonical import Document
from sealing.package import CommitteePart
from tendering.domain.tender import ENDED_STAGES, Schedule, Stage, Tender

# A technical envelope, or a single one, opens first; prices have a day of their own.
OPENING_STAGES = frozenset({Stage.OPENING, Stage.OPENING_PRICES})
LEASE_SECONDS = 30
OPENING_CRASHED = "opening-crashed"
MOST_CRASHES = 5
NOT_REVEALED = "not-revealed"
WRONG_RECEIPT = "wrong-receipt"
# What an incident leaves unopened; nobody else could repeat the failure.
UNOPENED_CODES = frozenset({NOT_REVEALED, WRONG_RECEIPT})


class Step(StrEnum):
    """The next thing to do for a tender; each is one short act or one slow piece of work."""

    WAIT = "wait"
    CLOSE_BOX = "close-box"
    BEGIN = "begin"
    OPEN_ENVELOPES = "open-envelopes"
    CONCLUDE = "conclude"
    DONE = "done"


class EnvelopeOutcome(StrEnum):
    """What a public page says about one envelope."""

    AWAITED = "awaited"
    OPENED = "opened"
    UNREADABLE = "unreadable"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    NOT_DELIVERED = "not-delivered"
    PAUSED = "paused"
    KEPT_SEALED = "kept-sealed"
    UNOPENED = "unopened"
    NOT_REVEALED = "not-revealed"
    NOT_CONFIRMED = "not-confirmed"


def kind_opened(tender: Tender) -> str:
    """Return the kind of envelope that is opened at the tender's stage."""
    return tender.envelopes[-1 if tender.stage is Stage.OPENING_PRICES else 0]


@dataclass(frozen=True)
class Progress:
    """How far the opening of one tender has come; ``sealed`` counts what is to be opened now."""

    stage: Stage
    sealed: int
    paused: bool = False
    held: bool = False


def too_few(bidders: int, minimum: int | None) -> bool:
    """Tell whether fewer bidders than the rules ask for hold the opening; none never do."""
    return minimum is not None and 0 < bidders < minimum


def decryptable_at(schedule: Schedule) -> datetime:
    """Return the earliest instant at which anything may be decrypted (T + guard)."""
    return schedule.opening_at + timedelta(seconds=schedule.guard_seconds)


def next_step(schedule: Schedule, progress: Progress, *, now: datetime) -> Step:
    """Return what is to be done at this instant; time alone decides, never a job's memory."""
    if progress.stage is Stage.PUBLISHED:
        return Step.CLOSE_BOX if now >= schedule.deadline_at else Step.WAIT
    if progress.stage is Stage.CLOSED:
        return Step.BEGIN if now >= schedule.opening_at else Step.WAIT
    if progress.stage in OPENING_STAGES:
        if progress.sealed == 0:
            return Step.WAIT if now < decryptable_at(schedule) else Step.CONCLUDE
        if progress.paused or progress.held or now < decryptable_at(schedule):
            return Step.WAIT
        return Step.OPEN_ENVELOPES
    return Step.DONE


@dataclass(frozen=True)
class Listed:
    """One filled slot on the signed list that is published at T: what it holds and its salt.

    `token` is the withdrawal token where the vendor brought it, `proof` what a withdrawal
    rests on ("" for a bid).
    """

    slot: int
    document: Mapping[str, str | int]
    salt: str
    vendor_name: str
    proof: str = ""
    token: str = ""


@dataclass(frozen=True)
class BoxReveal:
    """What opens the box to anybody's check."""

    seed: str
    tick: int
    root: str
    slots: int


def signed_list(
    tender_id: str,
    revealed: BoxReveal,
    filled: Sequence[Listed],
    *,
    replaced: Sequence[str],
    not_delivered: Sequence[str],
    unconfirmed: Sequence[str] = (),
) -> dict[str, Document]:
    """Return the list of all ciphertext hashes as a document, in the order of the slots.

    `replaced` has the SHA-256 of sealed files that a later one replaced, never opened;
    `not_delivered` those of fingerprints whose bytes never came, `unconfirmed` those of bids that
    their vendors did not confirm after the dates had moved, never opened.
    """
    return {
        "v": 1,
        "tender": tender_id,
        "box": {
            "seed": revealed.seed,
            "tick": revealed.tick,
            "root": revealed.root,
            "slots": revealed.slots,
        },
        "envelopes": [
            {
                "slot": entry.slot,
                "document": dict(entry.document),
                "salt": entry.salt,
                "vendor_name": entry.vendor_name,
                "proof": entry.proof,
                "token": entry.token,
            }
            for entry in sorted(filled, key=lambda entry: entry.slot)
        ],
        "replaced": sorted(replaced),
        "not_delivered": sorted(not_delivered),
        "unconfirmed": sorted(unconfirmed),
    }


def state_after(code: str | None) -> SubmissionState:
    """Return where an envelope stands after it was opened, or not for the reason ``code``."""
    if code is None:
        return SubmissionState.OPENED
    return SubmissionState.UNOPENED if code in UNOPENED_CODES else SubmissionState.UNREADABLE


_OUTCOMES = {
    SubmissionState.SEALED: EnvelopeOutcome.AWAITED,
    SubmissionState.OPENED: EnvelopeOutcome.OPENED,
    SubmissionState.UNREADABLE: EnvelopeOutcome.UNREADABLE,
    SubmissionState.WITHDRAWN: EnvelopeOutcome.WITHDRAWN,
    SubmissionState.SUPERSEDED: EnvelopeOutcome.REPLACED,
    SubmissionState.COMMITTED: EnvelopeOutcome.NOT_DELIVERED,
    SubmissionState.UNOPENED: EnvelopeOutcome.UNOPENED,
    SubmissionState.UNCONFIRMED: EnvelopeOutcome.NOT_CONFIRMED,
}


def outcome_of(
    state: SubmissionState, kind: str = "", stage: Stage = Stage.OPENING, code: str | None = None
) -> EnvelopeOutcome | None:
    """Return what the public page says of a submission; None for one that is not shown.

    A price envelope is awaited on the day of the prices alone; before that it is kept sealed,
    and in a tender that ended without that day it was never opened. An unopened one with a code
    was left so by an incident.
    """
    if state is SubmissionState.SEALED and kind == Kind.FINANCIAL:
        if stage in ENDED_STAGES:
            return EnvelopeOutcome.UNOPENED
        if stage is not Stage.OPENING_PRICES:
            return EnvelopeOutcome.KEPT_SEALED
    if state is SubmissionState.UNOPENED and code:
        return EnvelopeOutcome.NOT_REVEALED
    return _OUTCOMES.get(state)


@dataclass(frozen=True)
class Claim:
    """One sealed envelope that this worker may open until the lease ends.

    Under a committee first the outer file alone is read; later come the members' ``shares``, or
    word that the bidder ``cheated`` on them.
    """

    submission_id: str
    tender_id: str
    lot_id: str
    kind: str
    vendor_id: str
    sha256: str
    size: int
    blob_key: str
    notice: str
    chain: str
    round: int
    outer_only: bool = False
    cheated: bool = False
    shares: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True)
class OuterFile:
    """What stands in the outer file of a bid sealed to a committee; ``eid`` in hex."""

    eid: str
    part: CommitteePart


@dataclass(frozen=True)
class FoundFile:
    """One plaintext file, already stored under its SHA-256."""

    name: str
    size: int
    media_type: str
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What one envelope held, or the code why it cannot be opened; perhaps its outer file alone."""

    code: str | None
    eid: str | None = None
    finding: str | None = None
    content: str | None = None
    files: tuple[FoundFile, ...] = ()
    outer: OuterFile | None = None
