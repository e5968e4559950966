"""An outage at the deadline holds the opening until two persons decide."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from accounts.domain.roles import Role
from bids import facts, jobs, opening_pool
from bids.acts import holding
from bids.outage_jobs import hold_openings
from foundation import heartbeats
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon


def beats(context: JobContext, clock: FrozenClock, until: datetime, *, every: int = 10) -> None:
    """Let the door give signs of life from now to an instant."""
    while clock.at <= until:
        with unit_of_work(context.sessions, Actor.system("door")) as uow:
            heartbeats.keep_door(uow)
        clock.advance(seconds=every)


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)
    hold_openings(context)


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


def kinds(context: JobContext) -> list[str]:
    with reading(context.sessions) as session:
        return list(session.execute(text("SELECT kind FROM act ORDER BY seq")).scalars())


def people(tender: Tender) -> tuple[Actor, Actor]:
    return (
        made.made.person(tender.organisation_id, Role.OFFICER),
        made.made.person(tender.organisation_id, Role.APPROVER),
    )


@pytest.fixture
def held(job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon) -> Tender:
    """A tender with one bid whose deadline passed while the platform was down."""
    made.submit(job_context, tender, made.vendor(job_context))
    beats(job_context, clock, tender.schedule.deadline_at - timedelta(seconds=70))
    clock.move_to(tender.schedule.opening_at + timedelta(days=2))
    sweep(job_context)
    sweep(job_context)
    return tender


def test_after_an_outage_at_the_deadline_nothing_opens(
    job_context: JobContext, held: Tender
) -> None:
    assert stage(job_context, held) is Stage.CLOSED
    assert kinds(job_context).count("opening.hold") == 1
    assert "opening.begin" not in kinds(job_context)


def test_two_persons_open_with_a_reason(job_context: JobContext, held: Tender) -> None:
    officer, approver = people(held)
    with unit_of_work(job_context.sessions, officer) as uow:
        holding.propose_release(uow, held.id, "The power failed; nobody was cut off: see the log.")
    sweep(job_context)
    assert stage(job_context, held) is Stage.CLOSED
    with unit_of_work(job_context.sessions, approver) as uow:
        holding.release_opening(uow, held.id)
    sweep(job_context)

    assert stage(job_context, held) is Stage.OPENED
    told = [kind for kind in kinds(job_context) if kind.startswith("opening.")]
    assert told[:4] == [
        "opening.hold", "opening.propose-release", "opening.release", "opening.begin",
    ]  # fmt: skip
    with reading(job_context.sessions) as session:
        assert len(facts.opened_bids(session, held.id)) == 1


def test_one_person_alone_cannot(job_context: JobContext, held: Tender) -> None:
    _officer, approver = people(held)
    with unit_of_work(job_context.sessions, approver) as uow:
        holding.propose_release(uow, held.id, "Reason")

    with (
        pytest.raises(Refusal, match="own-decision"),
        unit_of_work(job_context.sessions, approver) as uow,
    ):
        holding.release_opening(uow, held.id)


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.VENDOR])
def test_others_may_not_decide(job_context: JobContext, held: Tender, role: Role) -> None:
    other = made.made.person(held.organisation_id, role)
    with (
        pytest.raises(Refusal, match="not-permitted"),
        unit_of_work(job_context.sessions, other) as uow,
    ):
        holding.propose_release(uow, held.id, "Reason")


def test_an_approver_of_another_organisation_may_not_decide(
    job_context: JobContext, held: Tender
) -> None:
    with (
        pytest.raises(Refusal, match="not-permitted"),
        unit_of_work(job_context.sessions, made.made.person("other", Role.APPROVER)) as uow,
    ):
        holding.release_opening(uow, held.id)


def test_a_missed_opening_alone_happens_by_itself(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    beats(job_context, clock, tender.schedule.deadline_at + timedelta(seconds=10))
    clock.move_to(tender.schedule.opening_at + timedelta(days=2))
    sweep(job_context)

    assert stage(job_context, tender) is Stage.OPENED


def test_a_worker_that_was_down_alone_holds_nothing(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    beats(job_context, clock, tender.schedule.opening_at + timedelta(minutes=10))
    sweep(job_context)

    assert stage(job_context, tender) is Stage.OPENED


def test_with_the_door_open_it_waits_for_one_more_sign_of_life(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    """The practice book opens at the deadline itself."""
    assert tender.schedule.opening_at == tender.schedule.deadline_at
    beats(job_context, clock, tender.schedule.deadline_at - timedelta(seconds=1))
    clock.move_to(tender.schedule.deadline_at)
    sweep(job_context)
    assert stage(job_context, tender) is Stage.CLOSED
    with unit_of_work(job_context.sessions, Actor.system("door")) as uow:
        heartbeats.keep_door(uow)
    sweep(job_context)

    assert stage(job_context, tender) is Stage.OPENING
    assert "opening.hold" not in kinds(job_context)


def test_the_staff_is_told_once(job_context: JobContext, held: Tender) -> None:
    sweep(job_context)
    with reading(job_context.sessions) as session:
        rows = session.execute(
            text("SELECT account_id FROM mail_message WHERE kind = 'bids.opening-held'")
        ).all()
    assert len(rows) == len(set(rows))


def test_intervals_grow_and_split_at_a_silence(job_context: JobContext, clock: FrozenClock) -> None:
    started = clock.at
    beats(job_context, clock, started + timedelta(seconds=100))
    clock.advance(seconds=61)
    resumed = clock.at
    beats(job_context, clock, resumed)
    with reading(job_context.sessions) as session:
        spans = heartbeats.door_spans(session, started)

    assert spans == (
        heartbeats.Span(started, started + timedelta(seconds=100)),
        heartbeats.Span(resumed, resumed),
    )
