"""The databases that tests run on: SQLite files, or Debian's PostgreSQL started for them."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Connection, Engine, event, make_url, select
from sqlalchemy.orm import Session

from foundation import clock as foundation_clock
from foundation.clock import FrozenClock
from foundation.database import Base, make_engine
from portal import schema

START_SECONDS = 30
MIGRATED = "migrated"
# Owns one database and no more, as an installation's own role does.
ORDINARY = "ordinary"
CONFIGURATION = """
listen_addresses = ''
max_connections = 200
shared_buffers = 64MB
log_min_messages = fatal
"""
QUICK = """
fsync = off
full_page_writes = off
"""


EMPTYING = b"""
DO $$ DECLARE name text; BEGIN
PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
SET LOCAL session_replication_role = replica;
FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
LOOP PERFORM setval(name, 1, false); END LOOP;
END $$
"""


class Databases(Protocol):
    """Makes databases and removes them again."""

    def url(self, folder: Path) -> str:
        """Return where the database of a data folder is to be; nothing is made yet."""

    def make(self, url: str) -> None:
        """Make a database with the newest revision's tables."""

    def empty(self, folder: Path) -> str:
        """Make a database without tables, its owner an ordinary one; return its address."""

    def copy(self, source: str, folder: Path) -> str:
        """Make a database like another one that nobody uses; return its address."""

    def drop(self, url: str) -> None:
        """Remove a database, whoever uses it."""

    def files(self, data: Path) -> list[Path]:
        """Return all files in which a running installation's rows may lie, logs of writes too."""


class SqliteDatabases:
    """Files in the data folders, copied from one that Alembic has made."""

    def __init__(self, folder: Path) -> None:
        self.migrated = f"sqlite:///{folder / 'migrated.sqlite3'}"
        _migrate(self.migrated)

    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'muhr.sqlite3'}"

    def make(self, url: str) -> None:
        _file(url).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(_file(self.migrated), _file(url))

    def empty(self, folder: Path) -> str:
        return self.url(folder)

    def copy(self, source: str, folder: Path) -> str:
        shutil.copy(_file(source), _file(self.url(folder)))
        return self.url(folder)

    def drop(self, url: str) -> None:
        """Do nothing: the file goes with its folder."""

    def files(self, data: Path) -> list[Path]:
        return list(data.glob("muhr.sqlite3*"))


class Snapshot:
    """What a SQLite database holds now, to be put back under the connections that use it."""

    def __init__(self, url: str) -> None:
        self.file = _file(url)
        self.kept = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(self.file)) as source:
            source.backup(self.kept)

    def put_back(self) -> None:
        """Make the database what it was; every connection sees it from its next transaction on."""
        with closing(sqlite3.connect(self.file)) as target:
            self.kept.backup(target)


class PostgresqlDatabases:
    """Databases of one server, copied from one that Alembic has made.

    Making one takes longer than most tests, so those that were used are emptied for the next.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.free: list[str] = []
        self.emptying: dict[str, psycopg.Connection] = {}
        server.execute(f"CREATE ROLE {ORDINARY} LOGIN")
        server.execute(f"CREATE DATABASE {MIGRATED}")
        _migrate(server.url(MIGRATED))

    def url(self, folder: Path) -> str:
        return self.free.pop() if self.free else self.server.url(_new_name())

    def make(self, url: str) -> None:
        if url in self.emptying:
            return
        self.server.execute(f"CREATE DATABASE {_name(url)} TEMPLATE {MIGRATED}")
        self.emptying[url] = self.server.connect(_name(url))

    def empty(self, folder: Path) -> str:
        name = _new_name()
        self.server.execute(f"CREATE DATABASE {name} OWNER {ORDINARY} TEMPLATE template0")
        return self.server.url(name, user=ORDINARY)

    def copy(self, source: str, folder: Path) -> str:
        name = _new_name()
        self.server.execute(f"CREATE DATABASE {name} TEMPLATE {_name(source)}")
        return self.server.url(name)

    def drop(self, url: str) -> None:
        if url in self.emptying:
            self.emptying[url].execute(EMPTYING)
            self.free.append(url)
        else:
            self.server.execute(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def files(self, data: Path) -> list[Path]:
        self.server.execute("CHECKPOINT")
        return [path for path in self.server.data.rglob("*") if path.is_file()]

    def close(self) -> None:
        """Let go of the server."""
        for connection in self.emptying.values():
            connection.close()


class Server:
    """One PostgreSQL server in a folder of its own, reached through a socket there alone."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        # What the server gets beside its own environment; fault runs put themselves before libc.
        self.environment: dict[str, str] = {}
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
        self.programs = programs[-1]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", self.data, "-U", "muhr", "-A", "trust", "--no-sync",
                  "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"unix_socket_directories = '{folder}'\n{CONFIGURATION}")
            file.write("" if durable else QUICK)

    @property
    def data(self) -> Path:
        """Where the server keeps everything."""
        return self.folder / "data"

    def url(self, name: str, *, user: str = "muhr") -> str:
        """Return the address of one database."""
        return f"postgresql+psycopg://{user}@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start, and wait until it answers; it ends with the process that started it."""
        command = [*self._as_owner("--pdeathsig", "QUIT"), self.programs / "postgres"]
        self.process = subprocess.Popen(
            [*command, "-D", self.data],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < end, "PostgreSQL does not answer"
                assert self.process.poll() is None, "PostgreSQL ended"
                time.sleep(0.02)
            else:
                return

    def stop(self, *, at_once: bool = False) -> None:
        """End; ``at_once`` is what ``pg_ctl -m immediate stop`` does: a crash."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            self.process.wait(timeout=30)
            self.process = None

    def execute(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        with self.connect("postgres") as connection:
            connection.execute(statement.encode())

    def connect(self, name: str) -> psycopg.Connection:
        """Return a connection on which each statement is a transaction."""
        return psycopg.connect(host=str(self.folder), user="muhr", dbname=name, autocommit=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [*self._as_owner(), self.programs / program, *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )

    @staticmethod
    def _as_owner(*options: str) -> list[str]:
        if os.geteuid() != 0:
            return ["setpriv", *options] if options else []
        names = ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        return ["setpriv", *names, *options]


@contextlib.contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """Run a server until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="muhr-pg-"))
    try:
        server = Server(folder, durable=durable)
        try:
            server.start()
            yield server
        finally:
            server.stop(at_once=not durable)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def databases_on(kind: str, folder: Path) -> Iterator[Databases]:
    """Give databases of a kind, ``sqlite`` or ``postgresql``, until the block ends."""
    if kind == "sqlite":
        yield SqliteDatabases(folder)
        return
    event.listen(Engine, "before_cursor_execute", _show_frozen_clock, retval=True)
    try:
        with running_server() as server, closing(PostgresqlDatabases(server)) as found:
            yield found
    finally:
        event.remove(Engine, "before_cursor_execute", _show_frozen_clock)


def everything_in(session: Session) -> str:
    """Return every row of every table, as text to be searched."""
    tables = Base.metadata.sorted_tables
    return "\n".join(repr(tuple(row)) for table in tables for row in session.execute(select(table)))


_elsewhere: list[FrozenClock] = []


@contextlib.contextmanager
def server_clock(shown: FrozenClock) -> Iterator[None]:
    """Let a PostgreSQL server's clock stand elsewhere than this process's until the block ends."""
    _elsewhere.append(shown)
    try:
        yield
    finally:
        _elsewhere.remove(shown)


def _show_frozen_clock(
    _connection: Connection,
    _cursor: object,
    statement: str,
    parameters: object,
    _context: object,
    _many: bool,
) -> tuple[str, object]:
    """Let the server's clock stand where a test's frozen clock stands, for this process."""
    shown = _elsewhere[-1] if _elsewhere else foundation_clock._clock
    if isinstance(shown, FrozenClock):
        literal = f"'{shown.now().isoformat()}'::timestamptz"
        statement = statement.replace("pg_catalog.clock_timestamp()", literal)
    return statement, parameters


def _migrate(url: str) -> None:
    engine = make_engine(url)
    schema.upgrade(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _version(programs: Path) -> float:
    return float(programs.parent.name)


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _new_name() -> str:
    return f"test_{secrets.token_hex(8)}"


def _name(url: str) -> str:
    return make_url(url).database or ""
