"""Dates: the scenario's figures, the refusing cases, and what holds for every publication."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.refusal import Refusal
from tendering.domain import schedule
from tendering.domain.rulebook import RuleBook
from tendering.domain.schedule import check_schedule, earliest, proposed, windows
from tendering.domain.tender import Reach, Schedule
from tendering.rulebooks import current_book

KARACHI = ZoneInfo("Asia/Karachi")
FEDERAL = current_book("pk-federal")
PRACTICE = current_book("practice")
PUBLISHED = datetime(2026, 3, 2, 10, 0, tzinfo=KARACHI).astimezone(UTC)
BOOKS = st.sampled_from([FEDERAL, PRACTICE])
INSTANTS = st.integers(0, 9 * 365 * 86_400 * 10**6).map(
    lambda microseconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=KARACHI).astimezone(UTC)


def dates(deadline_at: datetime, opening_at: datetime | None = None) -> Schedule:
    return Schedule(
        None,
        None,
        deadline_at,
        opening_at or deadline_at + timedelta(minutes=30),
        60,
        "Asia/Karachi",
    )


def refused(given_dates: Schedule, reach: Reach = Reach.NATIONAL) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check_schedule(FEDERAL, reach, given_dates, PUBLISHED)
    return caught.value


def test_scenario_1_national() -> None:
    early = refused(dates(at(3, 16)))
    assert (early.code, early.rule) == ("deadline-too-early", "R13")
    assert early.params["earliest"] == at(3, 17)
    assert refused(dates(at(3, 17, 9, 59))).code == "deadline-too-early"
    check_schedule(FEDERAL, Reach.NATIONAL, dates(at(3, 17)), PUBLISHED)


def test_scenario_1_international() -> None:
    early = refused(dates(at(3, 31)), Reach.INTERNATIONAL)
    assert early.params["earliest"] == at(4, 1)
    check_schedule(FEDERAL, Reach.INTERNATIONAL, dates(at(4, 1)), PUBLISHED)


def test_the_earliest_lawful_dates_carry_weekday_rule_and_status() -> None:
    lawful = earliest(FEDERAL, Reach.NATIONAL, PUBLISHED)

    assert (lawful.deadline.at, lawful.deadline.weekday) == (at(3, 17), 1)
    assert (lawful.deadline.rule.rule, lawful.deadline.rule.verified) == ("R13", False)
    assert lawful.opening.at == at(3, 17, 10, 30)
    assert (lawful.opening.rule.rule, lawful.opening.rule.verified) == ("R28", True)


def test_the_opening_is_half_an_hour_later_on_the_same_day() -> None:
    soon = refused(dates(at(3, 17), at(3, 17, 10, 29)))
    assert (soon.code, soon.params["earliest"]) == ("opening-too-early", at(3, 17, 10, 30))
    assert refused(dates(at(3, 17), at(3, 18))).code == "opening-other-day"
    assert refused(dates(at(3, 17, 23, 45), at(3, 18, 0, 15))).code == "opening-other-day"


def test_dates_beyond_reason_are_refused() -> None:
    assert refused(dates(at(3, 17) + timedelta(days=2000))).code == "deadline-too-far"


def test_questions_close_between_publication_and_deadline() -> None:
    late = Schedule(None, at(3, 18), at(3, 17), at(3, 17, 10, 30), 60, "Asia/Karachi")
    assert refused(late).code == "questions-close-late"


def test_a_proposal_falls_on_a_working_day_at_the_usual_hour() -> None:
    # 17 March + 3: Eid from Friday 20th, the weekend, Pakistan Day on Monday 23rd.
    proposal = proposed(FEDERAL, Reach.NATIONAL, at(3, 5, 12))

    assert proposal.deadline_at == at(3, 24, 11)
    assert proposal.opening_at == at(3, 24, 11, 30)


def test_the_practice_book_counts_minutes() -> None:
    proposal = proposed(PRACTICE, Reach.NATIONAL, PUBLISHED)

    assert proposal.deadline_at == PUBLISHED + timedelta(minutes=2)
    assert proposal.opening_at == proposal.deadline_at


@given(book=BOOKS, reach=st.sampled_from(Reach), published_at=INSTANTS)
def test_every_proposal_is_lawful(book: RuleBook, reach: Reach, published_at: datetime) -> None:
    proposal = proposed(book, reach, published_at)

    check_schedule(book, reach, proposal, published_at)
    assert proposal.deadline_at <= proposal.opening_at < schedule.unsealing_at(proposal)


@given(book=BOOKS, reach=st.sampled_from(Reach), published_at=INSTANTS)
def test_a_microsecond_before_the_earliest_is_refused(
    book: RuleBook, reach: Reach, published_at: datetime
) -> None:
    lawful = earliest(book, reach, published_at)
    early = lawful.deadline.at - timedelta(microseconds=1)
    opening = schedule.earliest_opening(book, early).at

    with pytest.raises(Refusal, match="deadline-too-early"):
        check_schedule(book, reach, dates(early, opening), published_at)


@given(
    book=BOOKS,
    published_at=INSTANTS,
    seconds=st.integers(min_value=-10_000_000, max_value=10_000_000),
)
def test_windows_follow_from_schedule_and_instant_alone(
    book: RuleBook, published_at: datetime, seconds: int
) -> None:
    proposal = schedule.pinned(proposed(book, Reach.NATIONAL, published_at), book, published_at)
    now = proposal.deadline_at + timedelta(seconds=seconds)
    open_now = windows(proposal, now)

    assert open_now.bids_open == (published_at <= now < proposal.deadline_at)
    assert not (open_now.bids_open and open_now.closing_due)
    assert open_now.closing_due or not open_now.opening_due
    assert open_now.opening_due or not open_now.unsealing_due


def test_the_window_ends_at_the_deadline_itself() -> None:
    proposal = schedule.pinned(dates(at(3, 17)), FEDERAL, PUBLISHED)

    assert windows(proposal, at(3, 17) - timedelta(microseconds=1)).bids_open
    assert not windows(proposal, at(3, 17)).bids_open
    assert not windows(dates(at(3, 17)), at(3, 10)).bids_open
