"""A machine that starts in 2000, in 2036, and after two days off: nothing early, nothing lost."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bids import jobs, opening_pool
from foundation import database, heartbeats, machine
from foundation.clock import FrozenClock
from foundation.database import (
    DatabaseKind,
    DatabaseMark,
    clock_held,
    database_instant,
    mark_database,
    trust_clock,
)
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon

# On PostgreSQL this machine's clock decides nothing: test_boot_postgresql.py.
own_clock = pytest.mark.sqlite
SYSTEM = Actor.system("test")


@dataclass
class Machine:
    """A machine whose starts, clock and time service are ours; true time goes its own way."""

    clock: FrozenClock
    monkeypatch: pytest.MonkeyPatch
    run: int = 1
    seconds: float = 5000.0
    in_step: bool = True

    def __post_init__(self) -> None:
        self.monkeypatch.setattr(machine, "boot_id", lambda: f"run-{self.run}")
        self.monkeypatch.setattr(machine, "boot_seconds", lambda: self.seconds)
        self.monkeypatch.setattr(machine, "is_synchronised", lambda: self.in_step)

    def starts(self, wall: datetime, *, in_step: bool) -> None:
        """Start again with the wall clock at ``wall``."""
        self.run, self.seconds, self.in_step = self.run + 1, 20.0, in_step
        self.clock.move_to(wall)

    def passes(self, **span: float) -> None:
        """Let time pass on both clocks."""
        self.clock.advance(**span)
        self.seconds += timedelta(**span).total_seconds()


@pytest.fixture
def host(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(clock, monkeypatch)


@pytest.fixture
def real(host: Machine, job_context: JobContext, tender: Tender, beacon: TestBeacon) -> JobContext:
    """A real installation with a tender that takes bids, its door open until now."""
    with unit_of_work(job_context.sessions, SYSTEM) as uow:
        uow.session.execute(
            update(DatabaseMark).values(kind=DatabaseKind.REAL, boot_id=machine.boot_id())
        )
        heartbeats.keep_door(uow)
    return job_context


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)
    jobs.hold_openings(context)


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


def instant(context: JobContext) -> datetime:
    with reading(context.sessions) as session:
        return database_instant(session)


def held(context: JobContext) -> bool:
    with reading(context.sessions) as session:
        return clock_held(session)


def beats_until(context: JobContext, host: Machine, until: datetime) -> None:
    while host.clock.at < until:
        with unit_of_work(context.sessions, SYSTEM) as uow:
            heartbeats.keep_door(uow)
        host.passes(seconds=30)


@own_clock
def test_a_start_in_2036_closes_and_opens_nothing(
    real: JobContext, tender: Tender, host: Machine
) -> None:
    true_at = host.clock.at + timedelta(seconds=40)
    host.starts(datetime(2036, 1, 1, tzinfo=UTC), in_step=False)
    sweep(real)

    assert held(real)
    assert stage(real, tender) is Stage.PUBLISHED
    assert instant(real) <= true_at
    made.submit(real, tender, made.vendor(real))  # received, not refused as late
    assert instant(real).year == tender.schedule.deadline_at.year, "2036 was written down"


@own_clock
def test_the_time_service_ends_the_doubt(real: JobContext, tender: Tender, host: Machine) -> None:
    before_at = host.clock.at
    host.starts(datetime(2036, 1, 1, tzinfo=UTC), in_step=False)
    made.submit(real, tender, made.vendor(real))
    host.clock.move_to(before_at + timedelta(seconds=50))
    host.in_step = True

    assert not held(real)
    assert instant(real) == host.clock.at
    beats_until(real, host, tender.schedule.deadline_at + timedelta(minutes=2))
    sweep(real)
    assert stage(real, tender) is Stage.OPENED


@own_clock
def test_a_start_in_2000_goes_on_from_the_mark(
    real: JobContext, tender: Tender, host: Machine
) -> None:
    mark_at = host.clock.at
    host.starts(datetime(2000, 1, 1, tzinfo=UTC), in_step=False)
    first = instant(real)
    host.passes(seconds=30)

    assert held(real)
    assert first >= mark_at
    assert instant(real) - first == timedelta(seconds=30), "time stands still"
    made.submit(real, tender, made.vendor(real))
    host.passes(days=3)
    sweep(real)
    assert stage(real, tender) is Stage.CLOSED, "surely past the deadline, but nothing opens"


def test_two_days_off_with_a_time_service_opens_what_was_missed(
    real: JobContext, tender: Tender, host: Machine
) -> None:
    made.submit(real, tender, made.vendor(real))
    beats_until(real, host, tender.schedule.deadline_at + timedelta(seconds=20))
    host.starts(host.clock.at + timedelta(days=2), in_step=True)
    sweep(real)

    assert not held(real)
    assert stage(real, tender) is Stage.OPENED


def test_two_days_off_over_the_deadline_waits_for_two_persons(
    real: JobContext, tender: Tender, host: Machine
) -> None:
    made.submit(real, tender, made.vendor(real))
    host.starts(host.clock.at + timedelta(days=2), in_step=True)
    sweep(real)

    assert stage(real, tender) is Stage.CLOSED


@own_clock
def test_two_days_off_without_a_time_service_waits_for_the_operator(
    real: JobContext, tender: Tender, host: Machine
) -> None:
    made.submit(real, tender, made.vendor(real))
    beats_until(real, host, tender.schedule.deadline_at + timedelta(seconds=20))
    host.starts(host.clock.at + timedelta(days=2), in_step=False)
    sweep(real)
    assert held(real)
    assert stage(real, tender) in {Stage.PUBLISHED, Stage.CLOSED}

    with unit_of_work(real.sessions, Actor.system("console")) as uow:
        trust_clock(uow.session)
    sweep(real)
    assert not held(real)
    assert stage(real, tender) is Stage.OPENED


@own_clock
@pytest.mark.parametrize("seconds", [0, 30, 60])
def test_a_short_restart_needs_nobody(real: JobContext, host: Machine, seconds: int) -> None:
    host.starts(host.clock.at + timedelta(seconds=seconds), in_step=False)

    assert not held(real)
    assert instant(real) == host.clock.at


@own_clock
def test_practice_believes_its_clock(job_context: JobContext, host: Machine) -> None:
    host.starts(host.clock.at + timedelta(days=900), in_step=False)

    assert not held(job_context)
    assert instant(job_context) == host.clock.at


@own_clock
def test_a_new_installation_believes_its_clock(job_context: JobContext, host: Machine) -> None:
    with job_context.sessions() as session:
        session.delete(session.get_one(DatabaseMark, 1))
        session.flush()
        mark_database(session, DatabaseKind.REAL)
        session.commit()

    assert not held(job_context)


@own_clock
@given(
    off=st.integers(min_value=0, max_value=10**7),
    up=st.integers(min_value=0, max_value=10**6),
    wrong_by=st.integers(min_value=-(10**9), max_value=10**9),
)
def test_a_doubtful_clock_is_never_ahead_of_the_true_time_nor_behind_the_mark(
    off: int, up: int, wrong_by: int
) -> None:
    """The rule alone, without a database and without a time service."""
    mark_at = datetime(2026, 3, 2, tzinfo=UTC)
    true_at = mark_at + timedelta(seconds=off + up)
    wall_at = true_at + timedelta(seconds=wrong_by)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "is_synchronised", lambda: False)
        doubtful = database._is_doubtful(wall_at - mark_at)
    given_at = mark_at + timedelta(seconds=up) if doubtful else max(wall_at, mark_at)

    assert given_at >= mark_at
    assert given_at <= max(true_at, mark_at + database.AHEAD)
