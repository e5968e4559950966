"""What tests are given: settings in a fresh folder, a database, a frozen clock, actors, an app."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright

from foundation import clock as foundation_clock
from foundation.blobs.filesystem import FilesystemBlobs
from foundation.clock import FrozenClock
from foundation.database import DatabaseKind, Sessions, make_engine, make_sessions, mark_database
from foundation.jobs import JobContext
from foundation.settings import Settings, from_environment
from foundation.unit_of_work import UnitOfWork, unit_of_work
from foundation.values.actor import Actor
from portal import schema

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
START = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    with foundation_clock.frozen(START) as frozen:
        yield frozen


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return from_environment({"MUHR_DATA": str(tmp_path / "data"), "MUHR_PRACTICE": "1"})


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database that Alembic has brought to the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "muhr.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def sessions(settings: Settings, clock: FrozenClock, migrated: Path) -> Iterator[Sessions]:
    settings.folder("keys")
    shutil.copy(migrated, settings.data_dir / migrated.name)
    engine = make_engine(settings.database_url)
    factory = make_sessions(engine)
    with factory() as session:
        mark_database(session, DatabaseKind.PRACTICE)
        session.commit()
    yield factory
    engine.dispose()


@pytest.fixture
def job_context(settings: Settings, sessions: Sessions) -> JobContext:
    return JobContext(
        settings=settings, sessions=sessions, blobs=FilesystemBlobs(settings.folder("blobs"))
    )


@pytest.fixture
def act_as(
    sessions: Sessions,
) -> Callable[[Actor], contextlib.AbstractContextManager[UnitOfWork]]:
    return lambda actor: unit_of_work(sessions, actor)


@pytest.fixture
def app(settings: Settings, sessions: Sessions) -> Iterator[Flask]:
    from accounts import access
    from portal.factory import create_app

    app = create_app(settings, testing=True)
    yield app
    with app.app_context():
        access.database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for a whole test process: Playwright runs only one loop in it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
        )
        yield chromium
        chromium.close()
