"""The life of bids against a model: any order of acts, a crash or an intruder at any step."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.domain.roles import Role
from beacon import client
from bids import facts, jobs
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.acts.uploading import Recorded
from bids.domain.opening import LEASE_SECONDS
from foundation import clock as foundation_clock
from foundation.blobs.chosen import chosen_blobs
from foundation.database import DatabaseKind, make_engine, make_sessions, mark_database
from foundation.jobs import JobContext
from foundation.settings import from_environment
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from portal import schema
from tendering import facts as tenders
from tendering.acts import drafting
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon
from tests.bids.steps import Crash, Door, crash_at, disturbed, faults, intrude_at, sweep
from tests.conftest import START
from tests.databases import Databases
from tests.tendering import made as offices

VENDORS = 3
WHO = st.integers(0, VENDORS - 1)
STEPS = st.integers(1, 14)


def context_in(folder: Path, url: str) -> JobContext:
    chosen = from_environment({"MUHR_DATA": str(folder), "DATABASE_URL": url, "MUHR_PRACTICE": "1"})
    chosen.folder("keys")
    sessions = make_sessions(make_engine(chosen.database_url))
    return JobContext(chosen, sessions, chosen_blobs(chosen))


@dataclass(frozen=True)
class Beginning:
    """A data folder and a database with a published tender and some vendors, to be copied."""

    databases: Databases
    folder: Path
    url: str
    tender: Tender
    vendors: tuple[Actor, ...]


@pytest.fixture
def beginning(new_database: str, databases: Databases, tmp_path: Path) -> Beginning:
    with foundation_clock.frozen(START):
        context = context_in(tmp_path, new_database)
        engine = context.sessions.kw["bind"]
        schema.upgrade(engine)
        with context.sessions() as session:
            mark_database(session, DatabaseKind.PRACTICE)
            session.commit()
        tender = made.tender(context, opening_after=timedelta(minutes=5))
        vendors = tuple(made.vendor(context, f"Firm {n}") for n in range(VENDORS))
        made.key(context)
        engine.dispose()
    return Beginning(databases, tmp_path, new_database, tender, vendors)


class Life(RuleBasedStateMachine):
    """Vendors, workers and time; the model remembers only what each vendor's last bid is."""

    def __init__(self, beginning: Beginning) -> None:
        super().__init__()
        self.databases, self.tender = beginning.databases, beginning.tender
        self.vendors = beginning.vendors
        self.folder = Path(tempfile.mkdtemp(prefix="muhr-life-"))
        shutil.copytree(beginning.folder, self.folder, dirs_exist_ok=True)
        self.url = self.databases.copy(beginning.url, self.folder)
        self.stack = contextlib.ExitStack()
        self.clock = self.stack.enter_context(foundation_clock.frozen(START))
        self.context = context_in(self.folder, self.url)
        self.real_fetch = client.fetch_signature
        client.fetch_signature = TestBeacon().fetch  # type: ignore[assignment]
        self.live: dict[int, str] = {}
        self.pending: dict[int, tuple[str, made.Sealed, Tender]] = {}
        entity = self.tender.organisation_id
        roles = (Role.OFFICER, Role.APPROVER, Role.EVALUATOR)
        self.council = offices.Council(entity, *(offices.person(entity, role) for role in roles))

    @property
    def in_time(self) -> bool:
        return self.clock.now() < self.tender.schedule.deadline_at

    @rule(who=WHO)
    def announce(self, who: int) -> None:
        sealed = made.seal(self.tender, self.vendors[who], files=())
        answer = made.commit(self.context, self.tender, self.vendors[who], sealed)
        assert isinstance(answer, Committed) == self.in_time
        if isinstance(answer, Committed):
            self.pending[who] = (answer.upload_id, sealed, self.tender)

    @precondition(lambda self: self.pending)
    @rule(who=WHO)
    def send_the_last_byte(self, who: int) -> None:
        if who not in self.pending:
            return
        upload_id, sealed, sealed_to = self.pending.pop(who)
        vendor = self.vendors[who]
        answer = made.complete(self.context, sealed_to, vendor, upload_id, sealed.data)
        same = sealed_to.notice == self.tender.notice
        assert isinstance(answer, Recorded) == (self.in_time and same)
        if isinstance(answer, Recorded):
            self.live[who] = sealed.sha256
        else:
            assert isinstance(answer, Refused)
            assert answer.code == ("late" if not self.in_time else "wrong-notice")

    @rule(who=WHO)
    def withdraw(self, who: int) -> None:
        if self.in_time and who in self.live:
            made.withdraw(self.context, self.tender, self.vendors[who])
            del self.live[who]
            return
        with pytest.raises(Refusal) as refusal:
            made.withdraw(self.context, self.tender, self.vendors[who])
        assert refusal.value.code in {"late-withdrawal", "nothing-to-withdraw"}

    @rule(minutes=st.sampled_from([2, 5]))
    def move_the_dates(self, minutes: int) -> None:
        """A change in time voids every bid; one too late is refused and changes nothing."""
        sessions, span = self.context.sessions, timedelta(minutes=minutes)
        with reading(sessions) as session:
            before = tenders.tender(session, self.tender.id)
        if not self.in_time:
            with pytest.raises(Refusal) as refusal:
                offices.change_begun(sessions, self.council, self.tender)
            assert refusal.value.code in {"change-too-late", "wrong-stage"}
            return
        draft = offices.change_begun(sessions, self.council, self.tender)
        dates = before.schedule
        with unit_of_work(sessions, self.council.officer) as uow:
            draft = drafting.edit_dates(
                uow, draft.id, draft.revision, dates.deadline_at + span, dates.opening_at + span
            )
        self.tender = offices.carried_out(sessions, self.council, draft)
        assert self.tender.version == before.version + 1
        self.live.clear()

    @rule(seconds=st.sampled_from([1, 30, 100, 200, 400]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule()
    def destroy_and_tick(self) -> None:
        jobs.destroy_doomed(self.context)
        jobs.tick_boxes(self.context)

    @rule()
    def work(self) -> None:
        sweep(self.context)

    @rule(step=STEPS, inside=st.booleans())
    def work_and_crash(self, step: int, inside: bool) -> None:
        with (
            disturbed(Door(disturb=crash_at(step, inside=inside))),
            contextlib.suppress(Crash),
        ):
            sweep(self.context)

    @rule(step=STEPS)
    def work_beside_an_intruder(self, step: int) -> None:
        with disturbed(Door(disturb=intrude_at(step, self.context))):
            sweep(self.context)

    @invariant()
    def the_record_holds(self) -> None:
        assert faults(self.context, self.tender.id) == []

    @invariant()
    def nothing_is_open_that_is_not_live(self) -> None:
        with reading(self.context.sessions) as session:
            opened = {bid.sha256 for bid in facts.opened_bids(session, self.tender.id)}
        assert opened <= set(self.live.values())

    def teardown(self) -> None:
        try:
            self._end()
        finally:
            client.fetch_signature = self.real_fetch
            self.context.sessions.kw["bind"].dispose()
            self.databases.drop(self.url)
            self.stack.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self) -> None:
        """However it went, in the end exactly the live bids are opened."""
        last = made.unsealing_at(self.tender) + timedelta(seconds=3)
        for at in (self.tender.schedule.deadline_at, last):
            self.clock.move_to(max(at, self.clock.now()))
            sweep(self.context)
        self.clock.advance(seconds=LEASE_SECONDS)
        sweep(self.context)
        with reading(self.context.sessions) as session:
            stage = tenders.tender(session, self.tender.id).stage
            opened = [bid.sha256 for bid in facts.opened_bids(session, self.tender.id)]
        assert stage is Stage.OPENED
        assert sorted(opened) == sorted(self.live.values())
        assert faults(self.context, self.tender.id) == []


def test_any_order_of_acts_opens_exactly_what_is_live(beginning: Beginning) -> None:
    run_state_machine_as_test(
        lambda: Life(beginning),
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
