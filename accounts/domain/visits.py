"""How long a signed-in session lives, and what it still waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IDLE_LIMIT = timedelta(hours=2)
VENDOR_IDLE_LIMIT = timedelta(hours=8)
ABSOLUTE_LIMIT = timedelta(hours=12)
WAITING_LIMIT = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
FRESH_FOR = timedelta(minutes=15)


class Awaiting(StrEnum):
    """What a session still needs before it acts for its account."""

    NOTHING = "nothing"
    EMAIL_CODE = "email-code"
    SECOND_FACTOR = "second-factor"
    ENROLMENT = "enrolment"


@dataclass(frozen=True)
class Visit:
    """A session as the rules see it."""

    awaiting: Awaiting
    created_at: datetime
    seen_at: datetime
    fresh_at: datetime | None
    ended_at: datetime | None
    for_vendor: bool = False
    factor_at: datetime | None = None


def is_alive(visit: Visit, now: datetime) -> bool:
    """Tell whether the session still stands at ``now``.

    A vendor may stay idle longer: sealing and sending a large bid on a slow line takes hours.
    """
    if visit.ended_at is not None:
        return False
    if visit.awaiting is not Awaiting.NOTHING:
        return now < visit.created_at + WAITING_LIMIT
    idle = VENDOR_IDLE_LIMIT if visit.for_vendor else IDLE_LIMIT
    return now < visit.seen_at + idle and now < visit.created_at + ABSOLUTE_LIMIT


def is_fresh(visit: Visit, now: datetime) -> bool:
    """Tell whether the person proved who he is within the last minutes."""
    return visit.fresh_at is not None and now < visit.fresh_at + FRESH_FOR


def has_fresh_factor(visit: Visit, now: datetime, *, enrolled: bool) -> bool:
    """Tell whether the second factor was shown within the last minutes.

    Args:
        visit: the session.
        now: the present instant.
        enrolled: whether the person has a second factor; without one the password again does.
    """
    shown_at = visit.factor_at if enrolled else visit.fresh_at
    return shown_at is not None and now < shown_at + FRESH_FOR


def should_mark_seen(visit: Visit, now: datetime) -> bool:
    """Tell whether the session's last sight is old enough to be written again."""
    return now >= visit.seen_at + SEEN_EVERY
