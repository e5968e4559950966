"""The outage rule: examples, properties, and what two persons may decide."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain.outage import (
    LAST_HOUR,
    SILENCE,
    Cause,
    Door,
    Hold,
    Judgement,
    Lost,
    Watched,
    check_reason,
    is_news,
    judge,
    may_open,
    propose,
    release,
)
from foundation.values.refusal import Refusal

DEADLINE = datetime(2026, 3, 17, 5, tzinfo=UTC)
PUBLISHED = DEADLINE - timedelta(days=20)
OPENING = DEADLINE + timedelta(minutes=30)


def minutes(before: float) -> datetime:
    return DEADLINE - timedelta(minutes=before)


def door(*watched: tuple[float, float], now: datetime = OPENING, **more: object) -> Judgement:
    spans = [Watched(minutes(start), minutes(end)) for start, end in watched]
    return judge(PUBLISHED, DEADLINE, spans, more.get("restores", ()), now=now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("watched", "expected"),
    [
        ((), Door.OPEN),  # nothing is known, nothing is claimed
        (((9000, -30),), Door.OPEN),
        (((9000, 30), (29.5, -30)), Door.OPEN),  # half a minute is no outage
        (((9000, 30), (28, -30)), Door.OUTAGE),
        (((9000, 0.5), (-5, -30)), Door.OUTAGE),
        (((9000, 5),), Door.OUTAGE),  # down at the deadline and since
        (((9000, 0), (-25, -30)), Door.OPEN),  # a missed opening alone
        (((9000, -1),), Door.OPEN),
        (((9000, 200), (100, -30)), Door.OPEN),  # an outage that ended before the last hour
        (((9000, 200), (60, -30)), Door.OPEN),
        (((9000, 200), (59.9, -30)), Door.OUTAGE),
        (((-1, -30),), Door.OPEN),  # first sign of life after the deadline
        (((9000, 30), (40, -30)), Door.OPEN),  # two web processes, one of them restarted
    ],
)
def test_examples(watched: tuple[tuple[float, float], ...], expected: Door) -> None:
    assert door(*watched).door is expected


def test_right_after_the_deadline_it_waits_for_the_next_sign_of_life() -> None:
    soon = DEADLINE + timedelta(seconds=3)

    assert door((9000, 0.1), now=soon).door is Door.NOT_SURE_YET
    assert door((9000, 0.1), (0, -0.01), now=soon).door is Door.OPEN
    assert door((9000, 0.1), now=DEADLINE + timedelta(seconds=70)).door is Door.OUTAGE


def test_an_outage_before_the_publication_does_not_count() -> None:
    published = minutes(10)
    spans = [Watched(minutes(99), minutes(50)), Watched(minutes(11), minutes(-30))]

    assert judge(published, DEADLINE, spans, (), now=OPENING).door is Door.OPEN


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((3 * 1440, 2 * 1440), Door.OUTAGE),  # bids of that day may be lost
        ((40 * 1440, 39 * 1440), Door.OPEN),  # before the publication
        ((-1, -20), Door.OPEN),  # after the deadline
        ((1, -20), Door.OUTAGE),
    ],
)
def test_a_restore_counts_while_bids_were_taken(span: tuple[float, float], expected: Door) -> None:
    restored = [Watched(minutes(span[0]), minutes(span[1]))]
    found = door((99999, -30), restores=restored)

    assert found.door is expected
    assert [one.cause for one in found.lost] == [Cause.RESTORE] * (expected is Door.OUTAGE)


seconds = st.integers(min_value=-7200, max_value=7200)
spans = st.lists(
    st.tuples(seconds, st.integers(min_value=0, max_value=4000)).map(
        lambda pair: Watched(
            DEADLINE + timedelta(seconds=pair[0]),
            DEADLINE + timedelta(seconds=pair[0] + pair[1]),
        )
    ),
    max_size=8,
)


@given(spans, st.randoms(use_true_random=False))
def test_the_order_of_the_signs_does_not_matter(watched: list[Watched], order: object) -> None:
    now = DEADLINE + timedelta(hours=4)
    shuffled = list(watched)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    assert judge(PUBLISHED, DEADLINE, shuffled, (), now=now) == judge(
        PUBLISHED, DEADLINE, watched, (), now=now
    )


@given(spans)
def test_a_door_watched_all_the_time_was_open(watched: list[Watched]) -> None:
    now = DEADLINE + timedelta(hours=4)
    whole = Watched(DEADLINE - timedelta(hours=3), now)

    assert judge(PUBLISHED, DEADLINE, [*watched, whole], (), now=now).door is Door.OPEN


@given(spans)
def test_each_outage_found_is_long_and_touches_the_last_hour(watched: list[Watched]) -> None:
    now = DEADLINE + timedelta(hours=4)
    found = judge(PUBLISHED, DEADLINE, watched, (), now=now)

    assert (found.door is Door.OUTAGE) == bool(found.lost)
    for one in found.lost:
        assert one.end_at - one.start_at > SILENCE
        assert one.start_at < DEADLINE
        assert one.end_at > DEADLINE - LAST_HOUR
        assert not any(w.start_at < one.end_at and w.end_at > one.start_at for w in watched)


@given(spans)
def test_no_moment_of_the_last_hour_is_silent_without_an_outage(watched: list[Watched]) -> None:
    """The other direction, by walking the hour in steps of ten seconds."""
    now = DEADLINE + timedelta(hours=4)
    found = judge(PUBLISHED, DEADLINE, watched, (), now=now)
    first = min((w.start_at for w in watched), default=None)
    if found.door is Door.OUTAGE or first is None:
        return
    at = max(first, DEADLINE - LAST_HOUR)
    while at < DEADLINE:
        near = (at - SILENCE, at + SILENCE)
        assert any(w.start_at <= near[1] and w.end_at >= near[0] for w in watched), at
        at += timedelta(seconds=10)


def test_nothing_opens_while_a_hold_waits() -> None:
    outage = door((9000, 5))
    hold = Hold(OPENING, outage.lost)

    assert is_news(None, outage)
    assert not is_news(hold, outage)
    assert not may_open(None, outage)
    assert not may_open(hold, outage)
    assert may_open(Hold(OPENING, outage.lost, "r", "a", OPENING, "b", OPENING), outage)


def test_a_hold_is_not_new_because_the_silence_lasted_longer() -> None:
    early = door((9000, 5), now=DEADLINE + timedelta(minutes=2))
    late = door((9000, 5), (-90, -100), now=DEADLINE + timedelta(hours=2))

    assert not is_news(Hold(OPENING, early.lost), late)


def test_a_restore_after_the_decision_holds_again() -> None:
    outage = door((9000, 5))
    decided = Hold(OPENING, outage.lost, "r", "a", OPENING, "b", OPENING)
    more = door((9000, 5), restores=[Watched(minutes(100), minutes(-30))])

    assert is_news(decided, more)
    assert not may_open(decided, more)


LOST = (Lost(Cause.OUTAGE, minutes(5), minutes(-5)),)


def test_one_person_proposes_and_another_decides() -> None:
    proposed = Hold(OPENING, LOST, "r", "officer", OPENING)

    propose(Hold(OPENING, LOST))
    release(proposed, "approver")
    for hold, who, code in (
        (None, "approver", "nothing-held"),
        (Hold(OPENING, LOST), "approver", "not-proposed"),
        (proposed, "officer", "own-decision"),
        (Hold(OPENING, LOST, "r", "a", OPENING, "b", OPENING), "c", "opening-decided"),
    ):
        with pytest.raises(Refusal, match=code):
            release(hold, who)


@pytest.mark.parametrize(("reason", "code"), [("", "no-reason"), (" \n", "no-reason"),
                                              ("x" * 2001, "reason-too-long")])  # fmt: skip
def test_a_reason_is_needed(reason: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check_reason(reason)
