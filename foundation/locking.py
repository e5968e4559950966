"""Who waits for whom: first come, first served, so that no stream of bids delays a closing.

On PostgreSQL acts run one after the other, as on SQLite. Receptions run beside them and beside
each other: they share their tender, which whoever changes it holds alone, and hold their vendor.
SQLite has one write lock and no queue before it: a gate beside the file makes one.
"""

import contextlib
import enum
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, String, bindparam, func, select
from sqlalchemy.orm import Session

from foundation.modes import file_mode

ACTS = 7_461_000
ALONE = 7_461_004
IDLE_SECONDS = 30
GATE_SECONDS = 10
GATE_POLL_SECONDS = 0.001
LOCK_POLL_SECONDS = 0.0005


class Thing(enum.IntEnum):
    """What is locked; locks are taken in this order."""

    VENDOR = 7_461_002
    TENDER = 7_461_003


_THING, _NAME = bindparam("thing", type_=Integer), func.hashtext(bindparam("name", type_=String))
_BOTH = func.hashtext(bindparam("shared", type_=String))
_HOLD = select(func.pg_advisory_xact_lock(_THING, _NAME))
_HOLD_AND_SHARE = select(
    func.pg_advisory_xact_lock(_THING, _NAME),
    func.pg_advisory_xact_lock_shared(bindparam("shared_thing", type_=Integer), _BOTH),
)
_ACT_ALONE = select(
    func.set_config("idle_in_transaction_session_timeout", f"{IDLE_SECONDS}s", True),
    func.pg_advisory_xact_lock(ACTS),
)
# What a reception says first of all, with the first reading of the clock.
STAY_AWAKE = f"set_config('idle_in_transaction_session_timeout', '{IDLE_SECONDS}s', true)"


def prepare_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401
    """Wait for a lock no longer than SQLite does, and never answer before a durable commit."""
    before, connection.autocommit = connection.autocommit, True
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", (f"{GATE_SECONDS}s",))
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) "
            "WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.autocommit = before


def enter_postgresql(session: Session) -> None:
    """Begin an act: its process may not fall asleep in it, and it waits for its turn."""
    session.connection().execute(_ACT_ALONE)


def hold(session: Session, thing: Thing, name: str) -> None:
    """Hold ``name`` alone until the transaction ends."""
    if session.get_bind().dialect.name != "sqlite":
        session.connection().execute(_HOLD, {"thing": int(thing), "name": name})


def hold_and_share(session: Session, vendor: str, tender: str) -> None:
    """Hold a vendor alone, then keep others from holding a tender, until the transaction ends."""
    given = {"thing": int(Thing.VENDOR), "name": vendor}
    given |= {"shared_thing": int(Thing.TENDER), "shared": tender}
    session.connection().execute(_HOLD_AND_SHARE, given)


@contextlib.contextmanager
def gate(file: Path) -> Iterator[None]:
    """Hold the place next in line for SQLite's write lock, of all processes, inside the block.

    Whoever writes again and again would otherwise always be there first: SQLite's own waiting
    only looks from time to time whether the lock is free. After ten seconds nobody queues.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, file_mode())
    end = time.monotonic() + GATE_SECONDS
    try:
        while time.monotonic() < end:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(GATE_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)


def begin_immediate(driver: sqlite3.Connection) -> None:
    """Begin SQLite's one writing transaction as soon as the lock is free; next in line alone.

    SQLite's own waiting sleeps for up to a tenth of a second while the lock lies free.

    Raises:
        sqlite3.OperationalError: it was not free for as long as this connection is patient.
    """
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()  # milliseconds
    end = time.monotonic() + patience / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(LOCK_POLL_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience}")  # nosemgrep: sql-from-strings


@contextlib.contextmanager
def only_one(session: Session, what: str) -> Iterator[bool]:
    """Tell inside the block whether no other process, on any machine, is inside it for ``what``.

    Nobody waits, and the place is free again as soon as its process has ended, however it did.

    Args:
        session: for this alone; on PostgreSQL its transaction is the place.
        what: a word, part of a file's name beside an SQLite database.
    """
    if session.get_bind().dialect.name != "sqlite":
        key = func.hashtext(what)
        yield bool(session.scalar(select(func.pg_try_advisory_xact_lock(ALONE, key))))
        session.rollback()
        return
    file = f"{session.get_bind().engine.url.database}.{what}"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, file_mode())
    try:
        yield _is_locked(descriptor)
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
