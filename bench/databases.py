"""Databases and data folders of a bench's own: SQLite files, or Debian's PostgreSQL, durable."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from foundation.blobs.filesystem import FilesystemBlobs
from foundation.database import DatabaseKind, make_engine, make_sessions, mark_database
from foundation.jobs import JobContext
from foundation.settings import from_environment
from portal import schema
from tests.databases import running_server

KINDS = ("sqlite", "postgresql")


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder that goes with the bench."""
    folder = Path(tempfile.mkdtemp(prefix="muhr-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_postgresql(*names: str) -> Iterator[dict[str, str]]:
    """Yield the addresses of new databases of one PostgreSQL server; its commits are durable."""
    with running_server(durable=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        yield {name: server.url(name) for name in names}


def sqlite_url(folder: Path) -> str:
    """Return the address of the database file in a folder."""
    return f"sqlite:///{folder / 'muhr.sqlite3'}"


@contextlib.contextmanager
def context_on(url: str, folder: Path) -> Iterator[JobContext]:
    """Make the tables of a practice database, and yield what acts and jobs work with."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {"MUHR_DATA": str(folder), "DATABASE_URL": url, "MUHR_PRACTICE": "1"}
    settings = from_environment(given)
    settings.folder("keys")
    engine = make_engine(url)
    try:
        schema.upgrade(engine)
        sessions = make_sessions(engine)
        with sessions() as session:
            mark_database(session, DatabaseKind.PRACTICE)
            session.commit()
        blobs = FilesystemBlobs(settings.folder("blobs"))
        yield JobContext(settings=settings, sessions=sessions, blobs=blobs)
    finally:
        engine.dispose()
