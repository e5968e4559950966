"""The whole line through acts and jobs: register, store, close, list, open, read."""

from decimal import Decimal

from bids import facts, jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def test_a_sealed_bid_is_received_and_opened(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    indus = made.vendor(job_context)
    sealed = made.submit(job_context, tender, indus, total="12000000.00")
    sweep(job_context)
    assert stage(job_context, tender) is Stage.PUBLISHED
    clock.move_to(tender.schedule.deadline_at)
    sweep(job_context)
    # The practice book opens at the deadline itself: the box closes, then the list is published.
    assert stage(job_context, tender) is Stage.OPENING
    assert beacon.asked == 0
    clock.move_to(made.unsealing_at(tender))
    clock.advance(seconds=3)
    sweep(job_context)
    assert stage(job_context, tender) is Stage.OPENED
    with reading(job_context.sessions) as session:
        (bid,) = facts.opened_bids(session, tender.id)
    assert (bid.state, bid.code, bid.finding) == ("opened", None, None)
    assert bid.sha256 == sealed.sha256
    assert bid.vendor_name == "Indus Traders"
    assert bid.content is not None
    assert bid.content.total == Decimal("12000000.00")
    assert [file.name for file in bid.files] == ["cv.pdf"]
    assert job_context.blobs.stat(bid.files[0].blob_key).size == len(b"%PDF-1.4 test")
