"""The worker's part in an incident: its end, the end of its window, and what was revealed."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.credentials import keyring
from bids.acts import declaring
from bids.domain.incident import Step, next_step
from bids.queries import incidents
from bids.unsealing import HeldReveal
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from sealing import age
from tendering import facts as tenders


def window_is_over(context: JobContext, tender_id: str) -> bool:
    """Tell whether the present opening goes by reveals, and the beacon is asked no more."""
    with reading(context.sessions) as session:
        return incidents.ended_by_reveals(session, tenders.tender(session, tender_id))


def settle(context: JobContext, tender_id: str) -> Mapping[str, HeldReveal] | None:
    """End an incident, or its window, when it is time.

    Returns:
        What was revealed, by submission, once the window is over; None as long as the opening
        goes by the beacon and the committee.
    """
    with reading(context.sessions) as session:
        found = incidents.newest(session, tender_id)
        if found is None or not found.declared:
            return None
        now = database_instant(session)
        stuck = incidents.stuck(session, tenders.tender(session, tender_id), now)
        step = next_step(found, stuck, now=now)
    if step is Step.WAIT:
        return None
    if step is not Step.OPEN_REVEALED:
        with unit_of_work(context.sessions, Actor.system("opening")) as uow:
            step = declaring.settle_incident(uow, tender_id, keyring(context.settings))
    return _revealed(context, found.id) if step is Step.OPEN_REVEALED else None


def settle_incidents(context: JobContext) -> None:
    """End the incidents of openings that have ended otherwise; idempotent."""
    with reading(context.sessions) as session:
        live = sorted(incidents.in_window(session))
    for tender_id in live:
        settle(context, tender_id)


def _revealed(context: JobContext, incident_id: str) -> dict[str, HeldReveal]:
    with reading(context.sessions) as session:
        sealed = incidents.sealed_identity(session, incident_id)
        held = incidents.reveals(session, incident_id)
    identity = age.Identity(keyring(context.settings).open(sealed, incident_id))
    return {
        each.submission_id: HeldReveal(incident_id, each.sealed, identity)
        for each in held
        if each.sealed is not None
    }
