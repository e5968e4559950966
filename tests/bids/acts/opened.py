"""Letting the hour of an opening come, and what was opened then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bids import facts, jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from tendering.domain.tender import Tender
from tests.bids import made

SECOND = timedelta(seconds=1)


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def open_all(context: JobContext, tender: Tender, clock: FrozenClock) -> None:
    """Let the hour come."""
    for at in (tender.schedule.deadline_at, made.unsealing_at(tender) + 3 * SECOND):
        clock.move_to(at)
        sweep(context)


def opened(context: JobContext, tender: Tender) -> tuple[facts.OpenedBid, ...]:
    with reading(context.sessions) as session:
        return facts.opened_bids(session, tender.id)


def entries(listed: dict[str, object]) -> list[dict[str, Any]]:
    entries = listed["envelopes"]
    assert isinstance(entries, list)
    return entries
