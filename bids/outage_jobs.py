"""The job that holds openings after an outage, as soon as it can be known."""

from __future__ import annotations

from bids.acts import holding
from bids.domain.outage import is_news
from bids.facts import holds
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tendering import facts as tenders
from tendering.domain.tender import Stage


def hold_openings(context: JobContext) -> None:
    """Hold every closed tender whose door was not open; idempotent, and idle without a lock."""
    with reading(context.sessions) as session:
        now = database_instant(session)
        found = [
            tender_id
            for tender_id in tenders.at_stage(session, Stage.CLOSED)
            if is_news(
                holds.hold(session, tender_id),
                holds.door_judgement(session, tenders.tender(session, tender_id), now),
            )
        ]
    for tender_id in found:
        with unit_of_work(context.sessions, Actor.system("opening")) as uow:
            holding.hold_opening(uow, tender_id)
