"""An opening held after an outage: what the signs of life say, and what two persons decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bids.domain.outage import LAST_HOUR, Cause, Hold, Judgement, Lost, Watched, judge
from bids.models import OpeningHoldRow
from foundation import heartbeats, upkeep
from foundation.values.instants import instant_from_text
from tendering.domain.tender import Tender


def door_judgement(session: Session, tender: Tender, now: datetime) -> Judgement:
    """Return what the signs of life say of the time before a tender's deadline."""
    deadline_at = tender.schedule.deadline_at
    known = hold(session, tender.id)
    published_at = tender.schedule.published_at or deadline_at
    if known is not None and known.postponed_at is not None:
        published_at = known.postponed_at
    spans = heartbeats.door_spans(session, deadline_at - LAST_HOUR)
    return judge(
        published_at,
        deadline_at,
        [Watched(span.start_at, span.end_at) for span in spans],
        [Watched(span.start_at, span.end_at) for span in upkeep.restores(session)],
        now=now,
    )


def hold(session: Session, tender_id: str) -> Hold | None:
    """Return the hold of an opening that waited, or waits, for two persons' decision."""
    row = session.get(OpeningHoldRow, tender_id)
    if row is None:
        return None
    return Hold(
        held_at=row.held_at,
        lost=tuple(
            Lost(
                Cause(one["cause"]),
                instant_from_text(one["start_at"]),
                instant_from_text(one["end_at"]),
            )
            for one in row.lost
        ),
        reason=row.reason,
        reason_ur=row.reason_ur or "",
        later_deadline_at=row.later_deadline_at,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        released_by=row.released_by,
        released_at=row.released_at,
    )
