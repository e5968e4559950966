"""A consistent copy of the database as a stream, and the way back, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import URL, make_url

from foundation.database import make_engine
from foundation.values.refusal import Refusal

CHUNK = 1 << 20


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
        with _dump(engine.url) as chunks:
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


@contextmanager
def _dump(url: URL) -> Iterator[Iterator[bytes]]:
    command = [_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    with subprocess.Popen(  # noqa: S603  a fixed command; the address goes by the environment
        command, stdout=subprocess.PIPE, env=_environment(url)
    ) as process:
        output = process.stdout
        if output is None:
            raise Refusal("database-not-copied")
        yield iter(lambda: output.read(CHUNK), b"")
        output.read()
        if process.wait() != 0:
            raise Refusal("database-not-copied")


def put_sqlite(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a SQLite database of mode 600."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def put_postgresql(url: str, pieces: Iterable[bytes]) -> None:
    """Bring a dump into an empty PostgreSQL database, all of it or nothing.

    Raises:
        Refusal: ``database-not-restored``.
    """
    address = make_url(url)
    command = [_tool("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner"]
    command += ["--no-privileges", f"--dbname={address.database or ''}"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, env=_environment(address)
    ) as process:
        if process.stdin is None:
            raise Refusal("database-not-restored")
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass
        if process.wait() != 0:
            raise Refusal("database-not-restored")


def check_empty(url: str) -> None:
    """Refuse a database that has tables.

    Raises:
        Refusal: ``database-not-empty``.
    """
    engine = make_engine(url)
    try:
        if inspect(engine).get_table_names():
            raise Refusal("database-not-empty")
    finally:
        engine.dispose()


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refusal("tool-missing", tool=name)
    return found


def _environment(url: URL) -> Mapping[str, str]:
    """Return the environment by which PostgreSQL's tools find the database, password included."""
    names = {
        "PGHOST": url.host or str(url.query.get("host", "")),
        "PGPORT": str(url.port or url.query.get("port", "")),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
        "PGSSLMODE": str(url.query.get("sslmode", "")),
    }
    return {**os.environ, **{name: value for name, value in names.items() if value}}
