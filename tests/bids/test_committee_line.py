"""The whole line of a tender with a committee: named, rehearsed, sealed to, released, opened."""

from decimal import Decimal

from bids import facts, jobs, opening_pool
from bids.queries import openings
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tendering.domain.tender import Stage
from tests.bids import committee_made, made
from tests.bids.committee_made import Sitting
from tests.bids.conftest import TestBeacon


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def stage(context: JobContext, sitting: Sitting) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, sitting.tender.id).stage


def to_the_shares(context: JobContext, sitting: Sitting, clock: FrozenClock) -> None:
    """Let time pass until the outer files are read and shares are awaited."""
    clock.move_to(sitting.tender.schedule.deadline_at)
    sweep(context)
    clock.move_to(made.unsealing_at(sitting.tender))
    clock.advance(seconds=3)
    sweep(context)


def test_a_bid_opens_once_two_of_three_members_released(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> None:
    sitting = committee_made.published(job_context)
    indus = made.vendor(job_context)
    sealed = made.submit(job_context, sitting.tender, indus, total="12000000.00")
    to_the_shares(job_context, sitting, clock)
    assert stage(job_context, sitting) is Stage.OPENING
    with reading(job_context.sessions) as session:
        assert openings.sealed_count(session, sitting.tender.id, "single") == 1

    assert committee_made.release(job_context, sitting, sitting.members[0], sealed) is None
    sweep(job_context)
    assert stage(job_context, sitting) is Stage.OPENING
    assert committee_made.release(job_context, sitting, sitting.members[2], sealed) is None
    sweep(job_context)

    assert stage(job_context, sitting) is Stage.OPENED
    with reading(job_context.sessions) as session:
        (bid,) = facts.opened_bids(session, sitting.tender.id)
    assert (bid.state, bid.code) == ("opened", None)
    assert bid.content is not None
    assert bid.content.total == Decimal("12000000.00")
