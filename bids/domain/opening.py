"""What happens when: the box closes at the deadline, the list at T, the bids after the guard.

Source: decisions 3, 8 and 15; architecture walk 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bids.domain.reception import SubmissionState
from tendering.domain.tender import Schedule, Stage

LEASE_SECONDS = 120


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


@dataclass(frozen=True)
class Progress:
    """How far the opening of one tender has come."""

    stage: Stage
    sealed: int
    paused: bool = False


def decryptable_at(schedule: Schedule) -> datetime:
    """Return the earliest instant at which anything may be decrypted (T + guard)."""
    return schedule.opening_at + timedelta(seconds=schedule.guard_seconds)


def next_step(schedule: Schedule, progress: Progress, *, now: datetime) -> Step:
    """Return what is to be done at this instant; time alone decides, never a job's memory."""
    if progress.stage is Stage.PUBLISHED:
        return Step.CLOSE_BOX if now >= schedule.deadline_at else Step.WAIT
    if progress.stage is Stage.CLOSED:
        return Step.BEGIN if now >= schedule.opening_at else Step.WAIT
    if progress.stage is Stage.OPENING:
        if progress.sealed == 0:
            return Step.WAIT if now < decryptable_at(schedule) else Step.CONCLUDE
        if progress.paused or now < decryptable_at(schedule):
            return Step.WAIT
        return Step.OPEN_ENVELOPES
    return Step.DONE


@dataclass(frozen=True)
class Listed:
    """One row of the signed list that is published at T."""

    slot: int
    sha256: str
    size: int
    lot: str
    kind: str
    vendor: str
    completed_at: datetime
    outcome: EnvelopeOutcome


def signed_list(rows: Sequence[Listed], replaced: Sequence[str]) -> dict[str, object]:
    """Return the list of all ciphertext hashes as a document, in the order of the slots.

    `replaced` has the SHA-256 of the sealed files that a later one replaced, never opened.
    """
    ordered = sorted(rows, key=lambda row: row.slot)
    return {
        "envelopes": [
            {
                "slot": row.slot,
                "sha256": row.sha256,
                "size": row.size,
                "lot": row.lot,
                "kind": row.kind,
                "vendor": row.vendor,
                "completed_at": row.completed_at.isoformat(),
                "outcome": row.outcome.value,
            }
            for row in ordered
        ],
        "replaced": sorted(replaced),
    }


_OUTCOMES = {
    SubmissionState.SEALED: EnvelopeOutcome.AWAITED,
    SubmissionState.OPENED: EnvelopeOutcome.OPENED,
    SubmissionState.UNREADABLE: EnvelopeOutcome.UNREADABLE,
    SubmissionState.WITHDRAWN: EnvelopeOutcome.WITHDRAWN,
    SubmissionState.SUPERSEDED: EnvelopeOutcome.REPLACED,
    SubmissionState.COMMITTED: EnvelopeOutcome.NOT_DELIVERED,
}


def outcome_of(state: SubmissionState, *, paused: bool = False) -> EnvelopeOutcome | None:
    """Return what the public page says of a submission; None for one that is not shown."""
    if paused and state is SubmissionState.SEALED:
        return EnvelopeOutcome.PAUSED
    return _OUTCOMES.get(state)
