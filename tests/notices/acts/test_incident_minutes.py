"""The minutes of an opening that went by what bidders revealed: who declared it, who did not."""

from __future__ import annotations

from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.text import Text
from notices import facts
from notices.domain import fact_documents
from notices.domain.kinds import Kind, OpeningMinutes, Reading
from notices.renditions import composing
from tendering import facts as tenders
from tests.bids import incident_made, made
from tests.bids.conftest import TestBeacon, beacon
from tests.notices import facts_made

__all__ = ["beacon"]


def test_the_minutes_say_why_who_until_when_and_who_did_not_reveal(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> None:
    beacon.late = True
    tender = made.tender(job_context)
    first, second = (made.vendor(job_context, name) for name in ("Alif", "Bano"))
    sealed = made.submit(job_context, tender, first)
    made.submit(job_context, tender, second)
    by = incident_made.office(job_context, tender)
    incident_made.to_the_trouble(job_context, tender, clock)
    found = incident_made.declared(job_context, tender, by, clock)
    incident_made.reveal(job_context, first, sealed.receipt, found)
    incident_made.end_window(job_context, found, clock)
    with reading(job_context.sessions) as session:
        ended = tenders.tender(session, tender.id)
        minutes = facts.gather(session, Kind.OPENING_MINUTES, ended, facts_made.head())
    assert isinstance(minutes, OpeningMinutes)
    assert {line.bidder: (line.reading, line.code, line.by_receipt) for line in minutes.bids} == {
        "Alif": (Reading.READ_OUT, "", True),
        "Bano": (Reading.NOT_REVEALED, "not-revealed", False),
    }
    assert (minutes.opened, minutes.bidders, minutes.unopened) == (1, 2, False)
    assert minutes.incident is not None
    assert minutes.incident.until_at == found.until_at
    assert (minutes.incident.proposer, minutes.incident.declarer) == (Text("Omar"), Text("Amina"))
    assert fact_documents.from_bytes(fact_documents.to_bytes(minutes)) == minutes
    paper = composing.compose(minutes, preview=False, substituted=False)
    assert incident_made.REASON in paper
    for words in ("the key of the beacon did not come", "Omar", "Amina", "Not revealed, unopened"):
        assert words in paper
    assert "published the key of round" not in paper
