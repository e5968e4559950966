"""A crash and an intruder at every step of an opening; mutants that must be caught."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bids import facts, jobs, opening_jobs
from bids.acts import opening
from bids.domain.opening import LEASE_SECONDS
from bids.domain.reception import SubmissionState
from bids.models import SubmissionRow
from foundation import clock as foundation_clock
from foundation.clock import FrozenClock
from foundation.database import begin_writing, move_clock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon
from tests.bids.steps import Crash, Door, crash_at, disturbed, faults, intrude_at, sweep

MOST_STEPS = 80
BIDS = 2


def prepared(context: JobContext, clock: FrozenClock, short_name: str) -> Tender:
    """Return a tender of some bids at the instant at which it can be opened."""
    clock.move_to(foundation_clock.now())
    tender = made.tender(context, short_name=short_name)
    for n in range(BIDS):
        made.submit(context, tender, made.vendor(context, f"Firm {short_name} {n}"))
    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    return tender


def finish(context: JobContext, clock: FrozenClock, tender: Tender) -> None:
    """Let whatever lease a dead worker left run out, then sweep."""
    clock.advance(seconds=LEASE_SECONDS)
    sweep(context)
    with reading(context.sessions) as session:
        assert tenders.tender(session, tender.id).stage is Stage.OPENED
        assert [b.state for b in facts.opened_bids(session, tender.id)] == ["opened"] * BIDS
    assert faults(context, tender.id) == []


def letters(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in f"{number:03d}")


@pytest.mark.parametrize("inside", [False, True])
def test_a_crash_at_any_step_leaves_each_envelope_opened_once(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon, inside: bool
) -> None:
    step = 0
    while True:
        step += 1
        assert step < MOST_STEPS
        tender = prepared(job_context, clock, letters(step))
        door = Door(disturb=crash_at(step, inside=inside))
        with disturbed(door), contextlib.suppress(Crash):
            sweep(job_context)
        assert faults(job_context, tender.id) == []
        finish(job_context, clock, tender)
        if door.at < step:
            break
    assert step > 10


def test_an_intruder_at_any_step_changes_nothing(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> None:
    step = 0
    while True:
        step += 1
        assert step < MOST_STEPS
        tender = prepared(job_context, clock, letters(step))
        with disturbed(Door(disturb=intrude_at(step, job_context))) as door:
            sweep(job_context)
        finish(job_context, clock, tender)
        if door.at < step:
            break
    assert step > 10


def test_a_worker_that_lost_its_lease_records_nothing_twice(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> None:
    tender = prepared(job_context, clock, "SLOW")
    assert lost_lease(job_context, clock, tender) == []


def test_the_lost_lease_check_catches_a_missing_compare_and_set(
    job_context: JobContext,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_compare(uow, claim, contents, state) -> None:  # type: ignore[no-untyped-def]
        uow.session.execute(
            update(SubmissionRow)
            .where(SubmissionRow.id == claim.submission_id)
            .values(state=SubmissionState(state).value, opened_at=uow.now)
        )

    monkeypatch.setattr(opening, "_compare_and_set", without_compare)
    tender = prepared(job_context, clock, "MUTA")
    (found,) = lost_lease(job_context, clock, tender)
    assert "opened_eid" in found, "something else than the second opening was caught"


def lost_lease(context: JobContext, clock: FrozenClock, tender: Tender) -> list[str]:
    """One worker stops after opening but before recording; another does all; the first wakes.

    Returns the faults of the record, or the rule of the database that a second record broke.
    """
    from bids.unsealing import plaintext_folder, unseal

    jobs._close_boxes(context)
    jobs._begin_openings(context)
    with unit_of_work(context.sessions, Actor.system("opening")) as uow:
        opening.admit_signatures(uow, tender.id, made.signed(tender))
        claims = opening.claim_envelopes(uow, tender.id, "slow-worker", 1)
    with plaintext_folder(context.settings.folder("unsealed")) as folder:
        task = opening_jobs._task(context, tender, made.signed(tender), claims[0], folder)
        contents = unseal(task)
    clock.advance(seconds=LEASE_SECONDS)
    sweep(context)
    try:
        opening_jobs._record(context, task, contents)
    except IntegrityError as error:
        return [str(error.orig)]
    return faults(context, tender.id)


def early(context: JobContext, clock: FrozenClock) -> list[str]:
    """The node's clock is an hour ahead of the database's: nothing may open."""
    tender = prepared(context, clock, "EARL")
    with context.sessions() as session:
        move_clock(session, timedelta(hours=-1))
        session.commit()
    try:
        sweep(context)
        with unit_of_work(context.sessions, Actor.system("opening")) as uow:
            opening.admit_signatures(uow, tender.id, made.signed(tender))
    except Refusal:
        pass
    with reading(context.sessions) as session:
        stage = tenders.tender(session, tender.id).stage
    return [] if stage is Stage.PUBLISHED else [f"{stage} before its time"]


def test_a_node_whose_clock_runs_ahead_opens_nothing(
    job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> None:
    assert early(job_context, clock) == []


def test_the_early_check_catches_a_node_that_trusts_its_own_clock(
    job_context: JobContext,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def own_clock(*_session: object) -> object:
        return foundation_clock.now()

    def begin(session: Session, *, alone: bool = True) -> datetime:
        begin_writing(session, alone=alone)
        return foundation_clock.now()

    for module in (jobs, opening_jobs):
        monkeypatch.setattr(module, "database_instant", own_clock)
    monkeypatch.setattr("foundation.unit_of_work.begin_writing", begin)
    assert early(job_context, clock) != []
