"""Box ticks and the day's digest: when they are written, and that they tell nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bids import jobs, opening_pool, queries
from bids.domain import box
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from tendering.domain.tender import Tender
from tests.bids import made
from transparency.models import Act


def documents(context: JobContext, kind: str) -> list[dict[str, object]]:
    with reading(context.sessions) as session:
        return list(session.scalars(select(Act.doc).where(Act.kind == kind).order_by(Act.seq)))


def test_ticks_count_from_one_and_missed_ones_are_one(
    job_context: JobContext, clock: FrozenClock
) -> None:
    tender = made.tender_of_days(job_context)
    for days in (0, 1, 0, 3):
        clock.advance(days=days)
        for _ in range(2):
            jobs.tick_boxes(job_context)
    assert [doc["i"] for doc in documents(job_context, "box.tick")] == [1, 2]
    clock.move_to(tender.schedule.deadline_at - timedelta(hours=2))
    jobs.tick_boxes(job_context)
    clock.advance(hours=1)
    jobs.tick_boxes(job_context)
    clock.move_to(tender.schedule.deadline_at)
    jobs.tick_boxes(job_context)
    jobs.sweep(job_context, opening_pool.in_this_process)
    assert [doc["i"] for doc in documents(job_context, "box.tick")] == [1, 2, 3, 4]
    assert [doc["i"] for doc in documents(job_context, "box.closed")] == [5]


def test_after_a_tick_the_vendor_has_its_place(job_context: JobContext, clock: FrozenClock) -> None:
    tender = made.tender_of_days(job_context)
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)
    with reading(job_context.sessions) as session:
        (mine,) = queries.own_submissions(session, vendor.organisation_id)
        assert queries.box_receipt(session, mine) is None
    clock.advance(days=1)
    jobs.tick_boxes(job_context)
    with reading(job_context.sessions) as session:
        receipt = queries.box_receipt(session, mine)
    assert receipt is not None
    box.check_membership(
        str(documents(job_context, "box.tick")[0]["root"]),
        slot=receipt.slot,
        blinding=bytes.fromhex(receipt.blind),
        commitment=bytes.fromhex(receipt.commitment),
        steps=[bytes.fromhex(step) for step in receipt.path],
    )


def test_a_digest_is_written_once_for_each_day_also_when_empty(
    job_context: JobContext, tender: Tender, clock: FrozenClock
) -> None:
    jobs.digest_days(job_context)
    made.submit(job_context, tender, made.vendor(job_context))
    clock.advance(days=3)
    for _ in range(5):
        jobs.digest_days(job_context)
    digests = documents(job_context, "day.digest")
    assert [d["day"] for d in digests] == ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]
    assert len({d["root"] for d in digests}) == 4
