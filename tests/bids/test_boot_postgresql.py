"""Machines that start with a wrong clock, on PostgreSQL: the database's clock alone decides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from beacon import client
from beacon.client import BeaconLate
from beacon.domain.chain import ChainInfo, last_round
from bids import facts, jobs, opening_pool
from foundation import heartbeats
from foundation.clock import FrozenClock
from foundation.database import DatabaseKind, DatabaseMark, clock_held, database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from portal.doctor.findings import Part
from portal.doctor.looking import look_at
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.databases import server_clock

pytestmark = pytest.mark.postgresql

SYSTEM = Actor.system("test")
WRONG = [datetime(2000, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)]


@pytest.fixture
def truth(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """True time, by which the beacon signs."""
    truth = FrozenClock(clock.at)

    def sign(chain: ChainInfo, _url: str, round_number: int) -> bytes:
        if round_number > last_round(chain, truth.at):
            raise BeaconLate("404")
        return made.sign_round(round_number)

    monkeypatch.setattr(client, "fetch_signature", sign)
    return truth


@pytest.fixture
def server(job_context: JobContext, tender: Tender, truth: FrozenClock) -> Iterator[FrozenClock]:
    """The clock of a real database's machine, true until a test moves it."""
    with unit_of_work(job_context.sessions, SYSTEM) as uow:
        uow.session.execute(update(DatabaseMark).values(kind=DatabaseKind.REAL))
        heartbeats.keep_door(uow)
    shown = FrozenClock(truth.at)
    with server_clock(shown):
        yield shown


def real(context: JobContext) -> JobContext:
    return replace(context, settings=replace(context.settings, practice=False))


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)
    jobs.hold_openings(context)


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


def opened(context: JobContext, tender: Tender) -> int:
    with reading(context.sessions) as session:
        return len(facts.opened_bids(session, tender.id))


def marks(context: JobContext) -> tuple[datetime, datetime, bool]:
    """Return the instant that counts, the high-water mark, and whether the clock is held."""
    with reading(context.sessions) as session:
        mark_at = session.scalars(select(DatabaseMark.high_water_at)).one()
        return database_instant(session), mark_at, clock_held(session)


def door_open_until(context: JobContext, until: datetime, *clocks: FrozenClock) -> None:
    while clocks[0].at < until:
        with unit_of_work(context.sessions, SYSTEM) as uow:
            heartbeats.keep_door(uow)
        for each in clocks:
            each.advance(seconds=30)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_node_that_starts_with_a_wrong_clock_neither_hastens_nor_delays(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    truth: FrozenClock,
    server: FrozenClock,
    wrong: datetime,
) -> None:
    clock.move_to(wrong)
    sweep(job_context)
    assert stage(job_context, tender) is Stage.PUBLISHED
    made.submit(job_context, tender, made.vendor(job_context))

    instant, mark_at, held = marks(job_context)
    assert instant == truth.at
    assert mark_at <= truth.at, "the node's clock was written down"
    assert not held
    assert look_at(real(job_context), Part.CLOCK).code == "clock-apart"
    deadline_at = tender.schedule.deadline_at
    door_open_until(job_context, deadline_at + timedelta(seconds=30), truth, server)
    for each in (truth, server):
        each.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    sweep(job_context)
    assert stage(job_context, tender) is Stage.OPENED
    assert opened(job_context, tender) == 1


def test_a_database_that_starts_in_2036_opens_nothing_and_is_put_right(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    truth: FrozenClock,
    server: FrozenClock,
) -> None:
    """Whoever keeps its clock can close early, in everybody's sight; no one can open early."""
    made.submit(job_context, tender, made.vendor(job_context))
    server.move_to(datetime(2036, 1, 1, tzinfo=UTC))
    sweep(job_context)

    assert stage(job_context, tender) is not Stage.OPENED
    assert opened(job_context, tender) == 0
    assert look_at(real(job_context), Part.CLOCK).code == "clock-apart"
    assert marks(job_context)[1] <= truth.at, "2036 was written down"
    right_at = truth.at + timedelta(seconds=40)
    for each in (truth, clock, server):
        each.move_to(right_at)
    assert marks(job_context)[0] == right_at, "put right, time does not go on"
    for each in (truth, clock, server):
        each.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    sweep(job_context)
    assert (stage(job_context, tender), opened(job_context, tender)) == (Stage.CLOSED, 0)


def test_a_database_that_starts_in_2000_stands_still_until_it_is_put_right(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    truth: FrozenClock,
    server: FrozenClock,
) -> None:
    mark_at = marks(job_context)[1]
    server.move_to(datetime(2000, 1, 1, tzinfo=UTC))
    for each in (truth, clock):
        each.advance(minutes=1)
    made.submit(job_context, tender, made.vendor(job_context))
    sweep(job_context)

    assert marks(job_context)[:2] == (mark_at, mark_at)
    assert stage(job_context, tender) is Stage.PUBLISHED
    server.move_to(truth.at)
    assert marks(job_context)[0] == truth.at
