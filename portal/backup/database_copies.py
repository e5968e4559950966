"""A consistent copy of the database as a stream, and the way back, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import make_url

from foundation.database import make_engine, reach
from foundation.durable_files import sync_folder
from foundation.values.refusal import Refusal
from portal.backup import postgresql_copies

CHUNK = 1 << 20
COPY_REFUSALS = {
    "database-not-copied": "The database could not be copied; the reason stands above.",
    "database-not-restored": "The database could not be restored; the reason stands above. "
    "It is as it was.",
    "tool-missing": "The program %(tool)s is missing: apt-get install postgresql-client.",
    "tool-older": "The program %(tool)s is of PostgreSQL %(found)s, the server of %(server)s. "
    "Install postgresql-client-%(server)s.",
}


@contextmanager
def copied(engine: Engine, folder: Path) -> Iterator[Iterator[bytes]]:
    """Yield the bytes of a consistent copy while others go on writing.

    Args:
        engine: of the database.
        folder: of mode 700 on the data disk. A SQLite copy is written there under a name that
            is removed before the first page, so that nothing is left even after a power cut.
    """
    if engine.dialect.name == "sqlite":
        with _sqlite_copy(engine, folder) as chunks:
            yield chunks
    else:
        with postgresql_copies.dumped(engine) as chunks:
            yield chunks


@contextmanager
def _sqlite_copy(engine: Engine, folder: Path) -> Iterator[Iterator[bytes]]:
    path = folder / secrets.token_hex(8)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "rb") as file, closing(sqlite3.connect(path)) as target:
        target.execute("PRAGMA journal_mode=OFF")
        target.execute("PRAGMA synchronous=OFF")
        target.execute("SELECT count(*) FROM sqlite_master").fetchone()
        path.unlink()
        connection = engine.raw_connection()
        try:
            source = connection.driver_connection
            if not isinstance(source, sqlite3.Connection):
                raise TypeError("not a SQLite connection")
            source.backup(target)
        finally:
            connection.close()
        file.seek(0)
        yield iter(lambda: file.read(CHUNK), b"")


def put_sqlite(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a SQLite database of mode 600."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def check_empty(url: str) -> None:
    """Refuse a database that has tables.

    Raises:
        Refusal: ``database-not-empty``, ``database-unreachable``.
    """
    engine = make_engine(url)
    try:
        reach(engine)
        if inspect(engine).get_table_names():
            raise Refusal("database-not-empty")
    finally:
        engine.dispose()


def put_back(url: str, copy: Path) -> None:
    """Put a copy in the place of the whole database; the services must be stopped.

    Raises:
        Refusal: ``database-not-restored``, ``tool-missing``, ``tool-older``; the database is
            then as it was.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _replace_sqlite(Path(address.database or ""), copy)
        return
    with copy.open("rb") as file:
        postgresql_copies.put_back(url, iter(lambda: file.read(CHUNK), b""))


def _replace_sqlite(database: Path, copy: Path) -> None:
    """Replace the file; its companions belong to the one that is given up."""
    fresh = database.with_name(database.name + ".back")
    fresh.unlink(missing_ok=True)
    os.link(copy, fresh)
    for tail in ("-wal", "-shm"):
        database.with_name(database.name + tail).unlink(missing_ok=True)
    fresh.replace(database)
    sync_folder(database.parent)
