"""The worker looks around again and again, so that the administrator's page answers at once."""

from __future__ import annotations

from datetime import timedelta

from foundation import upkeep
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from portal.doctor.findings import Part
from portal.doctor.looking import look_at

# What asks other machines is asked less often.
OFTEN, SELDOM = timedelta(minutes=1), timedelta(minutes=15)
ASKS_OTHERS = frozenset({Part.NAME, Part.CERTIFICATE, Part.MAIL})
# These the page itself reads from the database, so that a dead worker cannot hide.
READ_AT_ONCE = frozenset({Part.DOOR, Part.WORKER, Part.BACKUP})


def look_around(context: JobContext) -> None:
    """Look at each part that is due and keep what was found."""
    with reading(context.sessions) as session:
        kept, now = upkeep.kept_checks(session), database_instant(session)
    for part in Part:
        last = kept.get(part)
        every = SELDOM if part in ASKS_OTHERS else OFTEN
        if part in READ_AT_ONCE or (last is not None and now - last.at < every):
            continue
        found = look_at(context, part)
        with unit_of_work(context.sessions, Actor.system("doctor")) as uow:
            upkeep.keep_check(uow, found.part, found.state, found.code, found.params)
