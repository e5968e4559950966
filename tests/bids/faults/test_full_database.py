"""A database whose disk is full: the answer says so, what was answered stands, all goes on."""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from accounts import access
from bids import jobs, opening_pool, queries
from bids.queries import openings
from foundation.blobs.filesystem import FilesystemBlobs
from foundation.clock import FrozenClock
from foundation.database import DatabaseKind, make_engine, make_sessions, mark_database
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from portal.factory import create_app
from tendering import facts as tenders
from tendering.domain.tender import Stage
from tests.bids import made
from tests.bids.browser import Browser
from tests.bids.conftest import TestBeacon
from tests.bids.faults.full_disks import DISK_BYTES, SmallDisk, small_disk
from tests.bids.steps import faults
from tests.databases import Databases, PostgresqlDatabases

# PostgreSQL fills the pages that it has before it asks for more.
MOST_ANNOUNCED = 60
POSTGRESQL_BYTES = 32 << 20
SPACE = "small"


@contextmanager
def database_on_a_small_disk(folder: Path, databases: Databases) -> Iterator[tuple[SmallDisk, str]]:
    """Give a migrated database on a disk of its own; on PostgreSQL that is a tablespace."""
    if not isinstance(databases, PostgresqlDatabases):
        with small_disk(folder / "disk", 2 * DISK_BYTES) as disk:
            url = f"sqlite:///{disk.folder / 'muhr.sqlite3'}"
            databases.make(url)
            yield disk, url
        return
    server = databases.server
    with small_disk(server.folder / "disk", POSTGRESQL_BYTES) as disk:
        place, owner = disk.folder / "space", pwd.getpwnam("postgres")
        place.mkdir()
        for path in (place, disk.folder):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        server.execute(f"CREATE TABLESPACE {SPACE} LOCATION '{place}'")
        try:
            server.execute(f"CREATE DATABASE {SPACE} TEMPLATE migrated TABLESPACE {SPACE}")
            yield disk, server.url(SPACE)
        finally:
            disk.make_room()
            server.execute(f"DROP DATABASE IF EXISTS {SPACE} WITH (FORCE)")
            server.execute(f"DROP TABLESPACE {SPACE}")


@pytest.fixture
def disk_and_context(
    tmp_path: Path,
    databases: Databases,
    new_database: str,
    settings: Settings,
    clock: FrozenClock,
) -> Iterator[tuple[SmallDisk, JobContext]]:
    try:
        with database_on_a_small_disk(tmp_path, databases) as (disk, url):
            own = replace(settings, database_url=url)
            engine = make_engine(url)
            context = JobContext(own, make_sessions(engine), FilesystemBlobs(own.folder("blobs")))
            own.folder("keys")
            with context.sessions() as session:
                mark_database(session, DatabaseKind.PRACTICE)
                session.commit()
            yield disk, context
            engine.dispose()
    except PermissionError as error:
        pytest.skip(f"no small disk can be mounted here: {error}")


@pytest.fixture
def app(disk_and_context: tuple[SmallDisk, JobContext]) -> Iterator[Flask]:
    app = create_app(disk_and_context[1].settings, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        access.database.engine.dispose()


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> dict[str, Actor]:
    current = {"now": Actor.anonymous()}
    monkeypatch.setattr(access, "actor", lambda: current["now"])
    monkeypatch.setattr(access, "actor_page", lambda: access.ActorPage())
    return current


def test_a_full_database_says_so_and_keeps_what_it_answered(
    disk_and_context: tuple[SmallDisk, JobContext],
    app: Flask,
    who: dict[str, Actor],
    clock: FrozenClock,
    beacon: TestBeacon,
) -> None:
    disk, context = disk_and_context
    tender = made.tender(context)
    browsers = [Browser(app, made.vendor(context, f"Firm {n}"), who) for n in range(MOST_ANNOUNCED)]
    sealed = [made.seal(tender, browser.actor) for browser in browsers]
    disk.fill()

    answers = []
    for browser, bid in zip(browsers, sealed, strict=True):
        answers.append(browser.announce(tender, bid))
        if answers[-1].status_code != 201:
            break

    last = answers.pop()
    assert (last.status_code, last.get_json()["code"]) == (503, "no-room")
    assert last.headers["Retry-After"] == "10"
    assert all(answer.status_code == 201 for answer in answers)
    refused = len(answers)
    assert [announced(context, b) for b in browsers[:refused]] == [1] * refused
    assert announced(context, browsers[refused]) == 0
    assert browsers[0].call("GET", f"/en/tenders/{tender.id}").status_code == 200, "reading goes on"

    disk.make_room()
    for browser, bid in zip(browsers[: refused + 1], sealed, strict=False):
        assert browser.submit(tender, bid).status_code == 200

    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    disk.fill()
    # PostgreSQL may get far in the pages that it has.
    with contextlib.suppress(OperationalError):
        jobs.sweep(context, opening_pool.in_this_process)
    assert faults(context, tender.id) == []
    disk.make_room()
    clock.advance(seconds=60)
    jobs.sweep(context, opening_pool.in_this_process)
    with reading(context.sessions) as session:
        assert tenders.tender(session, tender.id).stage is Stage.OPENED
        opened = openings.opening_state(session, tender.id)
    assert opened is not None
    assert faults(context, tender.id) == []


def announced(context: JobContext, browser: Browser) -> int:
    with reading(context.sessions) as session:
        return len(queries.own_submissions(session, browser.actor.organisation_id))
