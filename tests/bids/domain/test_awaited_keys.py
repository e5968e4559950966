"""Whose key is awaited, and what came from its holder: nothing, something, or a bad share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bids.domain.opening import Claim
from bids.domain.shares import Answer, Standing, awaited_keys
from foundation.values.text import Text
from tendering.domain.committee import OpeningCommittee, Seat

AT = datetime(2026, 3, 2, 5, tzinfo=UTC)
SEATS = tuple(Seat(number, f"p{number}", Text("M"), Text("Office")) for number in (1, 2, 3))
COMMITTEE = OpeningCommittee(2, SEATS)


def bid(name: str, *posted: int, kind: str = "single", sealed: bool = True) -> Standing:
    claim = Claim(name, "t", "1", kind, "v", name, 1, "", "", "", 1)
    shares = {number: bytes(33) for number in posted}
    return Standing(claim, name, sealed, 2, AT, None, shares)


def answers(
    *bids: Standing, refused: dict[tuple[int, str], datetime] | None = None
) -> dict[int, Answer]:
    return {key.seat.number: key.answer for key in awaited_keys(COMMITTEE, bids, refused or {})}


def test_the_silent_the_late_and_the_lying_are_told_apart() -> None:
    found = awaited_keys(
        COMMITTEE,
        [bid("a", 1), bid("b")],
        {(3, "a"): AT, (3, "b"): AT + timedelta(minutes=1), (2, "gone"): AT},
    )
    assert [(key.seat.number, key.bids, key.answer) for key in found] == [
        (1, 1, Answer.SOME),
        (2, 2, Answer.NONE),
        (3, 2, Answer.REFUSED),
    ]
    assert found[2].refused_at == AT + timedelta(minutes=1)
    assert found[1].refused_at is None


def test_a_refusal_ends_with_a_good_share_or_with_the_bids_opening() -> None:
    refused = {(1, "a"): AT}
    assert answers(bid("a", 1), refused=refused) == {2: Answer.NONE, 3: Answer.NONE}
    assert answers(bid("a", 2, 3), bid("b"), refused=refused)[1] is Answer.NONE
    assert answers(bid("a", sealed=False), refused=refused) == {}


def test_shares_of_the_technical_envelopes_are_no_answer_about_prices() -> None:
    opened = bid("a", 1, 2, kind="technical", sealed=False)
    assert answers(opened, bid("b", kind="financial"))[1] is Answer.NONE


@given(posted=st.lists(st.sets(st.integers(1, 3)), max_size=4))
def test_nobody_is_awaited_who_gave_all_and_nobody_once_enough_have(posted: list[set[int]]) -> None:
    bids = [bid(f"b{at}", *numbers) for at, numbers in enumerate(posted)]
    for key in awaited_keys(COMMITTEE, bids, {}):
        number = key.seat.number
        lacking = [each for each in bids if number not in each.posted and not each.has_quorum]
        assert key.bids == len(lacking) > 0
        assert (key.answer is Answer.SOME) == any(number in each.posted for each in bids)
