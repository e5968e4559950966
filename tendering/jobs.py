"""What the worker does for tenders: committees are asked to prove their keys."""

from collections.abc import Callable

from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tendering import facts
from tendering.acts import rehearsing


def watch_committees(context: JobContext) -> None:
    """Ask members to prove their keys and warn officers; writes only when something is due."""
    with reading(context.sessions) as session:
        now = database_instant(session)
        due = [
            tender_id
            for tender_id in facts.watched_committees(session)
            if rehearsing.watch_due(session, facts.tender(session, tender_id), now) is not None
        ]
    for tender_id in due:
        with unit_of_work(context.sessions, Actor.system("committee")) as uow:
            rehearsing.keep_watch(uow, tender_id)


JOBS: dict[str, Callable[[JobContext], None]] = {"watch_committees": watch_committees}
