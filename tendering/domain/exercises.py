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
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import Tender

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


def proof_instants(book: RuleBook, tender: Tender) -> tuple[datetime, ...]:
    """Return when the members are asked to prove their keys, in order."""
    method = book.method(tender.method)
    rule = method.committee if method else None
    opening_at = tender.schedule.opening_at
    spans = [span.value for span in rule.prove_before] if rule else []
    return tuple(sorted(book.calendar.back(opening_at, span.count, span.unit) for span in spans))


def due_occasion(
    instants: tuple[datetime, ...],
    published_at: datetime,
    newest: Exercise | None,
    committee_id: str,
    now: datetime,
) -> Occasion | None:
    """Return which proof is due now; an instant before the publication is passed over.

    Args:
        instants: when proofs are asked for, in order; the last one is ``Occasion.LAST``.
        published_at: when the tender was published.
        newest: the newest dummy that was given out, perhaps to another committee.
        committee_id: of the present committee.
        now: the present instant.
    """
    due = [at for at in instants if published_at < at <= now]
    made_at = newest.made_at if newest and newest.committee_id == committee_id else None
    if not due or (made_at is not None and made_at >= due[-1]):
        return None
    return Occasion.LAST if due[-1] == instants[-1] else Occasion.EARLY


def warning_due(exercise: Exercise, threshold: int, opening_at: datetime, now: datetime) -> bool:
    """Tell whether the officer is to be told now that too few members proved their keys.

    Halfway to the opening there is still time for a new committee and for sealing anew.
    """
    if exercise.occasion is Occasion.REHEARSAL or exercise.told_at is not None:
        return False
    halfway = exercise.made_at + (opening_at - exercise.made_at) / 2
    return now >= halfway and len(exercise.proofs) < threshold + 1
