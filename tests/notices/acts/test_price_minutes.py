"""The minutes of two envelopes: technical ones first, then the prices, a failed one unopened."""

from __future__ import annotations

import pytest

from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from notices import facts
from notices.domain import fact_documents
from notices.domain.kinds import Head, Kind, OpeningMinutes, PriceMinutes, Reading
from tendering import facts as tenders
from tests.bids import two_envelopes
from tests.bids.committee_made import Sitting
from tests.bids.conftest import TestBeacon, beacon
from tests.notices import facts_made

__all__ = ["beacon"]


def gathered(context: JobContext, sitting: Sitting, kind: Kind) -> OpeningMinutes:
    head: Head = facts_made.head()
    with reading(context.sessions) as session:
        tender = tenders.tender(session, sitting.tender.id)
        found = facts.gather(session, kind, tender, head)
    assert isinstance(found, OpeningMinutes)
    return found


def test_each_opening_has_its_minutes_and_a_failed_price_stands_as_unopened(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> None:
    sitting = two_envelopes.published(job_context)
    handed = two_envelopes.hand_in(job_context, sitting)
    two_envelopes.technical_reported(job_context, sitting, handed, clock)
    first = gathered(job_context, sitting, Kind.OPENING_MINUTES)
    assert type(first) is OpeningMinutes
    assert {(line.envelope, line.reading) for line in first.bids} == {
        ("technical", Reading.OPENED),
        ("financial", Reading.KEPT_SEALED),
    }
    assert (first.opened, first.bidders, first.unopened) == (4, 4, False)
    with pytest.raises(Refusal, match="nothing-to-state"):
        gathered(job_context, sitting, Kind.PRICE_MINUTES)

    passed = [handed[name] for name in "ABC"]
    two_envelopes.open_prices(job_context, sitting, passed)
    two_envelopes.sweep(job_context)
    prices = [one.financial for one in passed]
    two_envelopes.release(job_context, sitting, prices, sitting.members[:2])
    two_envelopes.sweep(job_context)

    second = gathered(job_context, sitting, Kind.PRICE_MINUTES)
    assert type(second) is PriceMinutes
    assert {line.bidder: line.reading for line in second.bids} == {
        **dict.fromkeys("ABC", Reading.READ_OUT),
        "D": Reading.UNOPENED,
    }
    assert (second.opened, second.unopened) == (3, False)
    assert fact_documents.from_bytes(fact_documents.to_bytes(second)) == second
    assert two_envelopes.PRICES["D"] not in fact_documents.to_bytes(second).decode()
    # What the first minutes say does not change with what came after.
    again = gathered(job_context, sitting, Kind.OPENING_MINUTES)
    assert again.bids == first.bids
