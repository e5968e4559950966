"""A dummy sealed to a committee: what the members prove their keys on, and when.

Source: the interface's page, committee keys; decision 16.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.values.refusal import Refusal
from sealing import age
from sealing.committee import Committee, check_share, deal, recover
from sealing.package import EID_SIZE, CommitteePart, Context

DUMMY_VENDOR = "rehearsal"
DUMMY_TEXT = b"This is a rehearsal. No bid was opened.\n"
_NOTHING = "0" * 64


class Occasion(StrEnum):
    """Why the members are asked to open a dummy."""

    REHEARSAL = "rehearsal"
    EARLY = "early"
    LAST = "last"


@dataclass(frozen=True)
class Dummy:
    """What a bid sealed to the committee would carry, and the inner file with ``DUMMY_TEXT``."""

    eid: bytes
    part: CommitteePart
    inner: bytes


@dataclass(frozen=True)
class Exercise:
    """A dummy that was given out; ``proofs`` has when each member's share came, by number."""

    id: str
    tender_id: str
    occasion: Occasion
    committee_id: str
    dummy: Dummy
    made_at: datetime
    opened_at: datetime | None
    told_at: datetime | None
    proofs: Mapping[int, datetime]


def dummy_context(tender_id: str) -> Context:
    """Return what a dummy's shares are bound to; no bidder is called ``rehearsal``."""
    return Context(tender_id, "1", "single", DUMMY_VENDOR, _NOTHING, 1, _NOTHING)


def make_dummy(committee: Committee, tender_id: str, random: Callable[[int], bytes]) -> Dummy:
    """Seal a dummy to a committee as a bidder's browser seals a bid."""
    eid, inner = random(EID_SIZE), age.Identity(random(32))
    part = deal(committee, dummy_context(tender_id), eid, inner, random)
    return Dummy(eid, part, age.seal_bytes(DUMMY_TEXT, [inner.recipient()], random))


def check_proof(dummy: Dummy, number: int, share: bytes) -> None:
    """Check that a member's share of the dummy is the one dealt.

    Raises:
        Refusal: ``bad-share``.
    """
    check_share(dummy.part, dummy.eid, number, share)


def open_dummy(dummy: Dummy, shares: Mapping[int, bytes]) -> None:
    """Put the shares together and open the inner file, as an opening does.

    Raises:
        Refusal: ``quorum``, ``bad-share``, ``inner-age-failed``.
    """
    identity = recover(dummy.part, dummy.eid, sorted(shares.items()))
    if age.open_bytes(dummy.inner, [identity]) != DUMMY_TEXT:
        raise Refusal("inner-age-failed")


def tell_at(made_at: datetime, opening_at: datetime) -> datetime:
    """Return when the officer is told of missing proofs: halfway to the opening."""
    return made_at + (opening_at - made_at) / 2


def too_few_proofs(exercise: Exercise, threshold: int) -> bool:
    """Tell whether fewer members than one more than the threshold proved their keys."""
    return len(exercise.proofs) < threshold + 1


def due_occasion(
    instants: tuple[datetime, ...], published_at: datetime, last: datetime | None, now: datetime
) -> Occasion | None:
    """Return which proof is due; an instant before the publication is passed over.

    Args:
        instants: when proofs are asked for, in order; the last one is ``Occasion.LAST``.
        published_at: of this version of the notice.
        last: when the newest exercise since then was made.
        now: the present instant.
    """
    due = [at for at in instants if published_at < at <= now]
    if not due or (last is not None and last >= due[-1]):
        return None
    return Occasion.LAST if due[-1] == instants[-1] else Occasion.EARLY
