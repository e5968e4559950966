"""Dummies: every member's key opens its share, any t open the whole, and when proofs are asked."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from foundation.values.refusal import Refusal
from sealing import age, hybrid
from sealing.committee import Committee, open_share
from tendering.domain import exercises
from tendering.domain.exercises import Dummy, Exercise, Occasion

IDENTITIES = (
    age.Identity(bytes([1]) * 32),
    hybrid.HybridIdentity(bytes([2]) * 32),
    age.Identity(bytes([3]) * 32),
)
COMMITTEE = Committee(2, tuple(str(each.recipient()) for each in IDENTITIES))
PUBLISHED = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
OPENING = PUBLISHED + timedelta(days=20)
WEEK, DAY = OPENING - timedelta(days=7), OPENING - timedelta(days=1)


def dummy() -> Dummy:
    return exercises.make_dummy(COMMITTEE, "t1", secrets.token_bytes)


def share(found: Dummy, number: int) -> bytes:
    context = exercises.dummy_context("t1")
    return open_share(found.part, context, found.eid, number, [IDENTITIES[number - 1]])


def test_any_two_of_three_open_the_dummy() -> None:
    found = dummy()
    for pair in combinations((1, 2, 3), 2):
        exercises.open_dummy(found, {number: share(found, number) for number in pair})


def test_one_share_opens_nothing() -> None:
    found = dummy()
    with pytest.raises(Refusal, match="quorum"):
        exercises.open_dummy(found, {1: share(found, 1)})


def test_a_share_of_another_dummy_or_member_is_no_proof() -> None:
    found, other = dummy(), dummy()
    exercises.check_proof(found, 1, share(found, 1))
    for number, wrong in ((1, share(other, 1)), (2, share(found, 1)), (9, share(found, 1))):
        with pytest.raises(Refusal, match="bad-share"):
            exercises.check_proof(found, number, wrong)


def given_out(made_at: datetime, *, proofs: int = 0, committee: str = COMMITTEE.id) -> Exercise:
    return Exercise(
        id="x",
        tender_id="t1",
        occasion=Occasion.EARLY,
        committee_id=committee,
        dummy=Dummy(b"", dummy().part, b""),
        made_at=made_at,
        opened_at=None,
        told_at=None,
        proofs={number: made_at for number in range(1, proofs + 1)},
    )


def due(newest: Exercise | None, now: datetime) -> Occasion | None:
    return exercises.due_occasion((WEEK, DAY), PUBLISHED, newest, COMMITTEE.id, now)


def test_proofs_are_asked_a_week_and_a_day_before_the_opening() -> None:
    rehearsal = replace(given_out(PUBLISHED - timedelta(hours=1)), occasion=Occasion.REHEARSAL)
    assert due(rehearsal, WEEK - timedelta(seconds=1)) is None
    assert due(rehearsal, WEEK) is Occasion.EARLY
    assert due(given_out(WEEK), DAY - timedelta(seconds=1)) is None
    assert due(given_out(WEEK), DAY) is Occasion.LAST
    assert due(given_out(DAY), OPENING) is None


def test_a_committee_that_took_over_is_asked_at_once() -> None:
    assert due(given_out(WEEK, committee="before"), WEEK + timedelta(hours=1)) is Occasion.EARLY


def test_an_instant_before_the_publication_is_passed_over() -> None:
    late = WEEK + timedelta(days=1)
    assert exercises.due_occasion((WEEK, DAY), late, None, COMMITTEE.id, late) is None


@pytest.mark.parametrize("proofs", range(4))
def test_the_officer_is_told_halfway_when_fewer_than_one_more_than_t_proved(proofs: int) -> None:
    found = given_out(WEEK, proofs=proofs)
    halfway = WEEK + (OPENING - WEEK) / 2
    early = halfway - timedelta(seconds=1)
    assert not exercises.warning_due(found, 2, OPENING, early)
    assert exercises.warning_due(found, 2, OPENING, halfway) is (proofs < 3)
    assert not exercises.warning_due(replace(found, told_at=halfway), 2, OPENING, halfway)
    rehearsal = replace(found, occasion=Occasion.REHEARSAL)
    assert not exercises.warning_due(rehearsal, 2, OPENING, halfway)
