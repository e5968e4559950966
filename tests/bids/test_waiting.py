"""Receptions side by side, and beside whoever changes the tender: who waits, and what counts."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from bids import jobs, opening_pool, queries
from bids.acts import registering, uploading
from bids.acts.places import Place
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.domain.reception import Fingerprint
from bids.intake import intake_of
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made

SECOND = timedelta(seconds=1)
WAIT_SECONDS = 30
Answer = Committed | Refused


def announce(context: JobContext, tender: Tender, who: Actor, sha256: str) -> Answer:
    """Post a fingerprint as the API does."""
    given = Fingerprint(sha256, 2000, tender.notice or "", "ab" * 32)
    signer = made.key(context)
    place = Place(tender.id, "1", "single")
    return intake_of(context.sessions).run(
        who, lambda uow: registering.commit_fingerprint(uow, place, given, signer)
    )


def digests() -> Callable[[], str]:
    count = itertools.count(1)
    return lambda: f"{next(count):064x}"


def is_waiting(answer: Future[Answer]) -> bool:
    time.sleep(0.3)
    return not answer.done()


def test_who_waited_past_the_deadline_is_late(
    job_context: JobContext, tender: Tender, clock: FrozenClock
) -> None:
    vendor = made.vendor(job_context)
    clock.move_to(tender.schedule.deadline_at - SECOND)
    with ThreadPoolExecutor(1) as threads:
        with unit_of_work(job_context.sessions, Actor.system("test")) as uow:
            tenders.tender_for_update(uow, tender.id)
            answer = threads.submit(announce, job_context, tender, vendor, "1" * 64)
            assert is_waiting(answer)
            clock.move_to(tender.schedule.deadline_at)
        found = answer.result(WAIT_SECONDS)
    assert isinstance(found, Refused)
    assert found.code == "late"


@pytest.mark.postgresql
def test_who_comes_after_the_deadline_waits_for_nobody(
    job_context: JobContext, tender: Tender, clock: FrozenClock
) -> None:
    vendor = made.vendor(job_context)
    clock.move_to(tender.schedule.deadline_at)
    with unit_of_work(job_context.sessions, Actor.system("test")) as uow:
        tenders.tender_for_update(uow, tender.id)
        found = announce(job_context, tender, vendor, "1" * 64)
    assert isinstance(found, Refused)
    assert found.code == "late"


def test_two_devices_of_one_vendor_at_once_are_both_answered(
    job_context: JobContext, tender: Tender
) -> None:
    vendor = made.vendor(job_context)
    with ThreadPoolExecutor(8) as threads:
        answers = [
            threads.submit(announce, job_context, tender, vendor, f"{n % 4:064x}")
            for n in range(16)
        ]
        found = [answer.result(WAIT_SECONDS) for answer in answers]
    assert all(isinstance(answer, Committed) for answer in found)
    with reading(job_context.sessions) as session:
        standing = queries.own_submissions(session, vendor.organisation_id)
    assert len([one for one in standing if one.state == "committed"]) == 1


def test_two_vendors_who_draw_the_same_slot_both_get_one(
    job_context: JobContext, tender: Tender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "_draw", lambda: 0)
    vendors = [made.vendor(job_context, f"Firm {n}") for n in range(6)]
    intake = intake_of(job_context.sessions)
    with ThreadPoolExecutor(6) as threads:
        receipts = list(
            threads.map(
                lambda who: made.submit_by_intake(job_context, intake, tender, who), vendors
            )
        )
    assert len(set(receipts)) == 6


def test_a_stream_of_receptions_keeps_no_tender_from_closing(
    job_context: JobContext, tender: Tender, clock: FrozenClock
) -> None:
    # Thirty an hour are taken of each: there are enough vendors for as many as may be pressed in.
    vendors = itertools.cycle([made.vendor(job_context, f"Firm {n}") for n in range(80)])
    clock.move_to(tender.schedule.deadline_at - SECOND)
    ending, next_digest = threading.Event(), digests()
    late: list[str] = []

    def press() -> None:
        while not ending.is_set():
            with contextlib.suppress(Refusal):
                answer = announce(job_context, tender, next(vendors), next_digest())
                late.extend([answer.code] if isinstance(answer, Refused) else [])

    with ThreadPoolExecutor(6) as threads:
        pressing = [threads.submit(press) for _ in range(6)]
        try:
            time.sleep(0.5)
            # Before the deadline, when receptions still share the tender, a change gets its turn;
            # without a queue it finds the lock taken until its patience of ten seconds is over.
            with unit_of_work(job_context.sessions, Actor.system("test")) as uow:
                tenders.tender_for_update(uow, tender.id)
            clock.move_to(tender.schedule.deadline_at)
            jobs.sweep(job_context, opening_pool.in_this_process)
            time.sleep(0.3)
        finally:
            ending.set()
        for pressed in pressing:
            pressed.result(WAIT_SECONDS)
    with reading(job_context.sessions) as session:
        assert tenders.tender(session, tender.id).stage is not Stage.PUBLISHED
    assert late
    assert set(late) == {"late"}
