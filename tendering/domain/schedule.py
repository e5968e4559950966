"""What a tender's instants allow at a given moment, and which dates a rule book admits."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.values.calendar import DayUnit
from foundation.values.refusal import Refusal
from tendering.domain.rulebook import RuleBook, Sourced, Span
from tendering.domain.tender import Reach, Schedule, Tender

FARTHEST = timedelta(days=366 * 2)


@dataclass(frozen=True)
class Windows:
    """What is due or allowed now; lateness never waits for a job."""

    questions_open: bool
    bids_open: bool
    closing_due: bool
    opening_due: bool
    unsealing_due: bool


def windows(schedule: Schedule, now: datetime) -> Windows:
    """Return the windows of a published tender's ``schedule`` at ``now``.

    A bid is in if it is complete before the deadline, so the window ends at the deadline itself.
    """
    published = schedule.published_at is not None and schedule.published_at <= now
    return Windows(
        questions_open=published and now < questions_close(schedule),
        bids_open=published and now < schedule.deadline_at,
        closing_due=published and now >= schedule.deadline_at,
        opening_due=published and now >= schedule.opening_at,
        unsealing_due=published and now >= unsealing_at(schedule),
    )


def questions_close(schedule: Schedule) -> datetime:
    """Return the instant from which no question is taken; without a cut-off, the deadline."""
    return schedule.questions_close_at or schedule.deadline_at


def usual_questions_close(book: RuleBook, deadline_at: datetime) -> datetime | None:
    """Return the cut-off of questions that the book draws from a deadline, or None for none."""
    rule = book.questions_close_before
    if rule is None:
        return None
    return book.calendar.back(deadline_at, rule.value.count, rule.value.unit)


def unsealing_at(schedule: Schedule) -> datetime:
    """Return T + guard, before which nothing can be decrypted (decision 3)."""
    return schedule.opening_at + timedelta(seconds=schedule.guard_seconds)


@dataclass(frozen=True)
class LawfulDate:
    """The earliest instant a rule admits; ``weekday`` is that of the book's zone, Monday 0."""

    at: datetime
    weekday: int
    working_day: bool
    rule: Sourced[Span]


@dataclass(frozen=True)
class LawfulDates:
    """The earliest lawful deadline after a publication, and the opening that goes with it."""

    published_at: datetime
    deadline: LawfulDate
    opening: LawfulDate


def earliest(book: RuleBook, reach: Reach, published_at: datetime) -> LawfulDates:
    """Return the first lawful deadline, and the first lawful opening after that deadline."""
    rule = book.response[reach]
    deadline_at = book.calendar.add(published_at, rule.value.count, rule.value.unit)
    return LawfulDates(
        published_at=published_at,
        deadline=_lawful(book, deadline_at, rule),
        opening=earliest_opening(book, deadline_at),
    )


def earliest_opening(book: RuleBook, deadline_at: datetime) -> LawfulDate:
    """Return the first lawful opening after ``deadline_at``."""
    rule = book.opening_after
    at = book.calendar.add(deadline_at, rule.value.count, rule.value.unit)
    return _lawful(book, at, rule)


def proposed(book: RuleBook, reach: Reach, published_at: datetime) -> Schedule:
    """Return the dates proposed for a publication at ``published_at``.

    Books of days: the first working day on which the book's usual hour is lawful. Books of
    minutes: the first lawful instant, on the next full second.
    """
    first = earliest(book, reach, published_at).deadline.at
    deadline_at = _usual_hour(book, first) if book.proposal_hour is not None else first
    if deadline_at.microsecond:
        deadline_at = deadline_at.replace(microsecond=0) + timedelta(seconds=1)
    return Schedule(
        published_at=None,
        questions_close_at=usual_questions_close(book, deadline_at),
        deadline_at=deadline_at,
        opening_at=earliest_opening(book, deadline_at).at,
        guard_seconds=book.guard_seconds,
        zone=book.calendar.zone,
    )


def check_schedule(
    book: RuleBook, reach: Reach, schedule: Schedule, published_at: datetime
) -> None:
    """Check the dates of ``schedule`` for a publication at ``published_at``.

    Raises:
        Refusal: ``deadline-too-early`` and ``opening-too-early`` (each with ``earliest``),
            ``opening-other-day``, ``deadline-too-far``, ``questions-close-late``.

    Source:
        PPR 2004, rules 13 and 28, for the federal book; decision 3.
    """
    lawful = earliest(book, reach, published_at)
    if schedule.deadline_at < lawful.deadline.at:
        raise Refusal(
            "deadline-too-early", rule=lawful.deadline.rule.rule, earliest=lawful.deadline.at
        )
    if schedule.deadline_at > published_at + FARTHEST:
        raise Refusal("deadline-too-far", latest=published_at + FARTHEST)
    check_opening(book, schedule)
    questions = schedule.questions_close_at
    if questions is not None and not published_at < questions <= schedule.deadline_at:
        raise Refusal("questions-close-late", latest=schedule.deadline_at)


def check_opening(book: RuleBook, schedule: Schedule) -> None:
    """Check the opening against the deadline of the same schedule.

    Raises:
        Refusal: ``opening-too-early`` with ``earliest``; ``opening-other-day``.
    """
    opening = earliest_opening(book, schedule.deadline_at)
    if schedule.opening_at < opening.at:
        raise Refusal("opening-too-early", rule=opening.rule.rule, earliest=opening.at)
    local_date = book.calendar.local_date
    same_day = local_date(schedule.opening_at) == local_date(schedule.deadline_at)
    if book.opening_same_day.value and not same_day:
        raise Refusal("opening-other-day", rule=book.opening_same_day.rule)
    if schedule.opening_at > schedule.deadline_at + FARTHEST:
        raise Refusal("deadline-too-far", latest=schedule.deadline_at + FARTHEST)


def pinned(schedule: Schedule, book: RuleBook, published_at: datetime) -> Schedule:
    """Return ``schedule`` as published: instant, guard and zone are the book's from now on."""
    return replace(
        schedule,
        published_at=published_at,
        guard_seconds=book.guard_seconds,
        zone=book.calendar.zone,
    )


def add_span(book: RuleBook, at: datetime, span: Span) -> datetime:
    """Return the instant ``span`` after ``at`` as this book counts."""
    return book.calendar.add(at, span.count, span.unit)


def keys_kept_until(book: RuleBook, tender: Tender) -> datetime | None:
    """Return until when a committee's keys and shares are kept; None before the tender's end."""
    if tender.ended_at is None:
        return None
    method = book.method(tender.method)
    rule = method.committee if method is not None else None
    span = rule.keep_after_end if rule is not None else None
    return tender.ended_at if span is None else add_span(book, tender.ended_at, span.value)


def _lawful(book: RuleBook, at: datetime, rule: Sourced[Span]) -> LawfulDate:
    day = book.calendar.local_date(at)
    return LawfulDate(
        at=at,
        weekday=day.weekday(),
        working_day=book.calendar.is_business_day(day),
        rule=rule,
    )


def _usual_hour(book: RuleBook, first: datetime) -> datetime:
    zone = ZoneInfo(book.calendar.zone)
    local = first.astimezone(zone).replace(
        hour=book.proposal_hour or 0, minute=0, second=0, microsecond=0
    )
    while local < first or not book.calendar.is_business_day(local.date()):
        local += timedelta(days=1)
    return local.astimezone(UTC)


def is_minutes(span: Span) -> bool:
    """Tell whether a span is counted in minutes, so that its weekday says nothing."""
    return span.unit is DayUnit.MINUTES
