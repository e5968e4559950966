"""The clock, the unit of work, the outbox and the settings."""

import contextlib
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from foundation import clock as foundation_clock
from foundation.clock import FrozenClock
from foundation.database import (
    BUSY_SECONDS,
    DatabaseKind,
    DatabaseMark,
    Sessions,
    begin_writing,
    database_instant,
    make_engine,
    mark_database,
    move_clock,
    reach,
)
from foundation.mail import outbox
from foundation.mail.outbox import MailMessage
from foundation.settings import from_environment
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal

SYSTEM = Actor.system("test")
IMPATIENT = {
    "sqlite": "PRAGMA busy_timeout=50",
    "postgresql": "SET lock_timeout = '50ms'",
}


def test_the_databases_instant_never_goes_back(sessions: Sessions, clock: FrozenClock) -> None:
    with unit_of_work(sessions, SYSTEM) as uow:
        first = uow.now
    clock.advance(hours=-1)

    with unit_of_work(sessions, SYSTEM) as uow:
        assert uow.now == first


def test_only_practice_and_test_databases_move_their_clock(sessions: Sessions) -> None:
    with unit_of_work(sessions, SYSTEM) as uow:
        move_clock(uow.session, timedelta(days=-3))
    with reading(sessions) as session:
        assert database_instant(session) == foundation_clock.now() - timedelta(days=3)
    with unit_of_work(sessions, SYSTEM) as uow:
        uow.session.get_one(DatabaseMark, 1).kind = DatabaseKind.REAL
        uow.session.flush()
        with pytest.raises(Refusal, match="clock-offset"):
            move_clock(uow.session, timedelta(days=3))
        with pytest.raises(Refusal, match="clock-offset"):
            mark_database(uow.session, DatabaseKind.REAL)


def test_practice_never_becomes_real(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(Refusal, match="other-database-kind"):
        mark_database(session, DatabaseKind.REAL)


def test_a_change_that_fails_leaves_nothing(sessions: Sessions) -> None:
    def fail() -> None:
        with unit_of_work(sessions, SYSTEM) as uow:
            outbox.enqueue(uow, kind="k", params={}, key="one", account_id="a")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail()

    with reading(sessions) as session:
        assert session.scalars(select(MailMessage)).all() == []


def test_one_event_is_one_message(sessions: Sessions) -> None:
    for _ in range(2):
        with unit_of_work(sessions, SYSTEM) as uow:
            outbox.enqueue(uow, kind="k", params={"n": 1}, key="one", account_id="a")

    with reading(sessions) as session:
        assert [message.key for message in outbox.messages_for(session, "a")] == ["one"]
        assert outbox.messages_for(session, "b") == []


def test_reading_never_writes(sessions: Sessions) -> None:
    with reading(sessions) as session:
        session.get_one(DatabaseMark, 1).clock_offset_us = 5

    with reading(sessions) as session:
        assert session.get_one(DatabaseMark, 1).clock_offset_us == 0


def test_one_act_at_a_time(sessions: Sessions) -> None:
    with unit_of_work(sessions, SYSTEM), sessions() as session:
        session.connection().exec_driver_sql(IMPATIENT[session.get_bind().dialect.name])
        session.commit()
        with pytest.raises(OperationalError, match="lock"):
            begin_writing(session)


@pytest.mark.sqlite
def test_who_waits_for_the_lock_begins_when_it_is_free(sessions: Sessions) -> None:
    """Another program holds the lock and knows of no gate."""
    url = sessions.kw["bind"].url
    with contextlib.closing(sqlite3.connect(url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as threads:
            written = threads.submit(_enqueue, sessions)
            time.sleep(0.2)
            assert not written.done()
            other.execute("COMMIT")
            written.result(timeout=30)
    with reading(sessions) as session:
        assert len(outbox.messages_for(session, "a")) == 1
        patience = session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    assert patience == BUSY_SECONDS * 1000


def _enqueue(sessions: Sessions) -> None:
    with unit_of_work(sessions, SYSTEM) as uow:
        outbox.enqueue(uow, kind="k", params={}, key="one", account_id="a")


def test_a_reader_sees_one_state(sessions: Sessions) -> None:
    with reading(sessions) as session:
        assert outbox.messages_for(session, "a") == []
        with unit_of_work(sessions, SYSTEM) as uow:
            outbox.enqueue(uow, kind="k", params={}, key="one", account_id="a")
        assert outbox.messages_for(session, "a") == []
    with reading(sessions) as session:
        assert len(outbox.messages_for(session, "a")) == 1


def test_a_clock_that_only_one_machine_shows_leaves_no_mark(
    sessions: Sessions, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foundation_clock, "jumped", lambda: True)
    clock.advance(days=1)
    with unit_of_work(sessions, SYSTEM) as uow:
        ahead = uow.now
    clock.advance(days=-1)
    with unit_of_work(sessions, SYSTEM) as uow:
        assert uow.now < ahead


def test_an_absent_database_is_named_without_its_password() -> None:
    engine = make_engine("postgresql+psycopg://muhr:secret@127.0.0.1:1/muhr")
    with pytest.raises(Refusal, match="database-unreachable") as refused:
        reach(engine)
    address = str(refused.value.params["address"])
    assert "127.0.0.1" in address
    assert "secret" not in address


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_usual_addresses_of_postgresql_are_taken(scheme: str) -> None:
    settings = from_environment({"DATABASE_URL": f"{scheme}://muhr@db/muhr"})
    assert settings.database_url == "postgresql+psycopg://muhr@db/muhr"


def test_naive_instants_are_faults(sessions: Sessions) -> None:
    with (
        unit_of_work(sessions, SYSTEM) as uow,
        pytest.raises(Exception, match="naive instant"),
    ):
        uow.session.execute(
            select(DatabaseMark).where(
                DatabaseMark.high_water_at == datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
            )
        )


@pytest.mark.parametrize(
    "unsafe",
    [
        {"MUHR_HOST": "0.0.0.0"},  # noqa: S104
        {"MUHR_HOST": "0.0.0.0", "MUHR_PUBLIC_URL": "https://tenders.example"},  # noqa: S104
        {"MUHR_HOST": "0.0.0.0", "MUHR_TRUSTED_PROXIES": "1"},  # noqa: S104
    ],
)
def test_an_open_bind_needs_https_and_a_proxy(unsafe: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="unsafe-bind"):
        from_environment(unsafe).check()


def test_a_safe_bind_is_taken() -> None:
    from_environment(
        {
            "MUHR_HOST": "10.0.0.5",
            "MUHR_PUBLIC_URL": "https://tenders.example",
            "MUHR_TRUSTED_PROXIES": "1",
        }
    ).check()


@pytest.mark.parametrize(
    "wrong",
    [
        {"PORT": "http"},
        {"PORT": "-1"},
        {"MUHR_PUBLIC_URL": "x"},
        {"MUHR_CLAMD": "clamd.ctl"},
        {"MUHR_CLAMD": "host:port"},
        {"MUHR_FILES_URL": "https://files.example"},  # the pages' address is http here
        {"MUHR_FILES_URL": "http://localhost:9000"},
        {"MUHR_FILES_URL": "http://files.localhost:8000/files"},
        {"DATABASE_URL": "mysql://root@db/muhr"},
        {"DATABASE_URL": "muhr.sqlite3"},
    ],
)
def test_wrong_settings_name_their_variable(wrong: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="bad-setting") as refused:
        from_environment(wrong)

    assert refused.value.params["name"] in wrong
