"""Whether the door stood open to the deadline; after an outage people decide, not a job.

Source: decision 8. A missed opening alone happens by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from foundation.values.refusal import Refusal
from foundation.values.text import clean_text

LAST_HOUR = timedelta(hours=1)
SILENCE = timedelta(seconds=60)
LONGEST_REASON = 2000


class Door(StrEnum):
    """What the signs of life say of the time before a deadline."""

    OPEN = "open"
    NOT_SURE_YET = "not-sure-yet"
    OUTAGE = "outage"


class Cause(StrEnum):
    """Why bids may be missing."""

    OUTAGE = "outage"
    RESTORE = "restore"


@dataclass(frozen=True)
class Watched:
    """A time through which the door gave signs of life."""

    start_at: datetime
    end_at: datetime


@dataclass(frozen=True)
class Lost:
    """A time in which bids could not be handed in, or after which they may be lost."""

    cause: Cause
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True)
class Judgement:
    """What is known of the door, with every outage that counts, the earliest first."""

    door: Door
    lost: tuple[Lost, ...] = ()


def judge(
    published_at: datetime,
    deadline_at: datetime,
    watched: Sequence[Watched],
    restores: Sequence[Watched],
    *,
    now: datetime,
) -> Judgement:
    """Judge the door at or after a deadline.

    Args:
        published_at: from here on bids could be handed in.
        deadline_at: until here.
        watched: signs of life in any order; they may overlap when several web processes run.
        restores: from each backup that was gone back to, to the return.
        now: the database's instant.

    Returns:
        ``OUTAGE`` for a silence of more than a minute in the last hour or at the deadline, and
        for a restore that may have lost bids; ``NOT_SURE_YET`` while a silence at the deadline
        is still short; else ``OPEN``. Before the first sign of life ever nothing is known, and
        nothing is claimed.
    """
    lost = [
        Lost(Cause.RESTORE, span.start_at, span.end_at)
        for span in restores
        if span.start_at < deadline_at and span.end_at >= published_at
    ]
    silent = _silences(watched, now)
    begin_at = max(published_at, deadline_at - LAST_HOUR)
    counted = [s for s in silent if s.start_at < deadline_at and s.end_at > begin_at]
    long = [s for s in counted if s.end_at - s.start_at > SILENCE]
    lost += [Lost(Cause.OUTAGE, s.start_at, s.end_at) for s in long]
    if lost:
        return Judgement(Door.OUTAGE, tuple(sorted(lost, key=lambda one: one.start_at)))
    still = [s for s in counted if s.end_at == now]
    return Judgement(Door.NOT_SURE_YET if still else Door.OPEN)


def _silences(watched: Sequence[Watched], now: datetime) -> list[Watched]:
    """Return the times between signs of life, the last one lasting until ``now``."""
    silent: list[Watched] = []
    seen_at: datetime | None = None
    for span in sorted(watched, key=lambda one: one.start_at):
        if seen_at is not None and span.start_at > seen_at:
            silent.append(Watched(seen_at, span.start_at))
        seen_at = span.end_at if seen_at is None else max(seen_at, span.end_at)
    if seen_at is not None and now > seen_at:
        silent.append(Watched(seen_at, now))
    return silent


@dataclass(frozen=True)
class Hold:
    """An opening that waits for two persons' decision: to open, or a later deadline."""

    held_at: datetime
    lost: tuple[Lost, ...]
    reason: str = ""
    proposed_by: str = ""
    proposed_at: datetime | None = None
    released_by: str = ""
    released_at: datetime | None = None
    reason_ur: str = ""
    later_deadline_at: datetime | None = None

    @property
    def postponed_at(self) -> datetime | None:
        """Return when a later deadline was decided; from then on the door counts anew."""
        return self.released_at if self.later_deadline_at is not None else None


def check_reason(reason: str) -> str:
    """Return the reason for the record.

    Raises:
        Refusal: ``no-reason``, ``reason-too-long``.
    """
    text = clean_text(reason)
    if not text:
        raise Refusal("no-reason")
    if len(text) > LONGEST_REASON:
        raise Refusal("reason-too-long", most=LONGEST_REASON)
    return text


def is_news(hold: Hold | None, found: Judgement) -> bool:
    """Tell whether an outage was found that the hold on record does not know.

    The end of a silence moves while it lasts, its beginning does not.
    """
    if found.door is not Door.OUTAGE:
        return False
    known = {(one.cause, one.start_at) for one in hold.lost} if hold else set()
    return any((one.cause, one.start_at) not in known for one in found.lost)


def may_open(hold: Hold | None, found: Judgement) -> bool:
    """Tell whether the list may be published: the door stood open, or two persons decided."""
    if is_news(hold, found):
        return False
    if hold is not None and hold.postponed_at is None:
        return hold.released_at is not None
    return found.door is Door.OPEN


def propose(hold: Hold | None) -> None:
    """Check that opening may be proposed; a later proposal replaces an earlier one.

    Raises:
        Refusal: ``nothing-held``, ``opening-decided`` when two persons have decided already.
    """
    _check_waiting(hold)


def release(hold: Hold | None, account_id: str) -> None:
    """Check that ``account_id`` may be the second person who lets the bids be opened.

    Raises:
        Refusal: ``nothing-held``, ``opening-decided``, ``not-proposed``, ``own-decision``.
    """
    if _check_second(hold, account_id).later_deadline_at is not None:
        raise Refusal("not-proposed")


def postpone(hold: Hold | None, account_id: str) -> datetime:
    """Check that ``account_id`` may be the second person who sets the proposed later deadline.

    Returns:
        The later deadline.

    Raises:
        Refusal: ``nothing-held``, ``opening-decided``, ``not-proposed``, ``own-decision``.
    """
    deadline_at = _check_second(hold, account_id).later_deadline_at
    if deadline_at is None:
        raise Refusal("not-proposed")
    return deadline_at


def _check_second(hold: Hold | None, account_id: str) -> Hold:
    waiting = _check_waiting(hold)
    if not waiting.proposed_by:
        raise Refusal("not-proposed")
    if waiting.proposed_by == account_id:
        raise Refusal("own-decision")
    return waiting


def _check_waiting(hold: Hold | None) -> Hold:
    if hold is None:
        raise Refusal("nothing-held")
    if hold.released_at is not None:
        raise Refusal("opening-decided")
    return hold
