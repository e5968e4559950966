"""The database: engine, column types, the mark that tells practice from real, and its clock."""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator, TypeEngine

from foundation import clock, locking, machine
from foundation.values.instants import instant_from_text, instant_text
from foundation.values.refusal import N_, Refusal

BUSY_SECONDS = locking.GATE_SECONDS
AGREEMENT = timedelta(seconds=2)
BEHIND = timedelta(seconds=2)
AHEAD = timedelta(seconds=60)
WRITE_OPTION = "muhr_write"
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Sessions = sessionmaker[Session]
UNREACHABLE = {
    "database-unreachable": N_(
        "The database at %(address)s does not answer. Start it, or correct DATABASE_URL."
    )
}


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant with microseconds, on SQLite as sortable text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text on SQLite, ``timestamptz`` elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        """Store the instant; a naive one is a fault."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive instant")
        return instant_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(
        self, value: str | datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return instant_from_text(value)
        return value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal kept as the text that was given; never a float."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Store plain digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Return the decimal."""
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    """All rows of all packages; each package's rows are its own."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012
        datetime: Instant,
        Decimal: Exact,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        int: BigInteger().with_variant(Integer(), "sqlite"),
    }


def table_of(rows: type[Base]) -> Table:
    """Return the table behind ``rows``, for statements that make no objects of the session."""
    return Base.metadata.tables[rows.__tablename__]


class DatabaseKind(StrEnum):
    """What a database was made for; never changed after its creation."""

    REAL = "real"
    PRACTICE = "practice"
    TEST = "test"


class DatabaseMark(Base):
    """The single row that marks the database and carries its clock's high-water mark."""

    __tablename__ = "database_mark"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DatabaseKind] = mapped_column(String(10))
    clock_offset_us: Mapped[int] = mapped_column(default=0)
    high_water_at: Mapped[datetime]
    # In which run of the machine the mark was last raised.
    boot_id: Mapped[str | None] = mapped_column(String(40))


def make_engine(url: str) -> Engine:
    """Return an engine with durable commits, foreign keys and the clock function."""
    engine = create_engine(url, **engine_options(url))
    configure_engine(engine)
    return engine


def engine_options(url: str) -> dict[str, Any]:
    """Return how an engine keeps its connections; readers see one state on either database.

    PostgreSQL's readers therefore get a snapshot, as SQLite's have; writers do not
    (``begin_writing``): they must see what was committed while they waited for a lock.
    """
    options: dict[str, Any] = {"pool_size": 20, "max_overflow": 40}
    if make_url(url).get_backend_name() == "postgresql":
        options |= {
            "isolation_level": "REPEATABLE READ",
            "pool_pre_ping": True,
            # The connection used last knows the plans of what is asked all the time.
            "pool_use_lifo": True,
            "connect_args": {"connect_timeout": BUSY_SECONDS, "prepare_threshold": 2},
        }
    return options


@contextlib.contextmanager
def connected(url: str) -> Iterator[Sessions]:
    """Yield the sessions of one command, whose connections end with it.

    Raises:
        Refusal: ``database-unreachable``.
    """
    engine = make_engine(url)
    try:
        reach(engine)
        yield make_sessions(engine)
    finally:
        engine.dispose()


def is_sqlite(session: Session) -> bool:
    """Tell whether one lock already holds back every other writer of this database."""
    return session.get_bind().dialect.name == "sqlite"


def reach(engine: Engine) -> None:
    """Check that the database answers.

    Raises:
        Refusal: ``database-unreachable`` naming its address, never its password.
    """
    try:
        with engine.connect():
            return
    except OperationalError as error:
        address = engine.url.render_as_string(hide_password=True)
        raise Refusal("database-unreachable", address=address) from error


def configure_engine(engine: Engine) -> None:
    """Prepare each connection of ``engine``."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", locking.prepare_postgresql)
        return
    gate_file = Path(f"{engine.url.database}.gate")

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")  # nosemgrep: sql-from-strings
        connection.create_function("muhr_now", 0, lambda: instant_text(clock.now()))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get(WRITE_OPTION):
            connection.exec_driver_sql("BEGIN")
            return
        with locking.gate(gate_file):
            _begin_immediate(connection)

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        # The driver would find nothing to commit, and say that all went well.
        if not in_transaction(connection):
            lost = sqlite3.OperationalError("SQLite has rolled this transaction back by itself")
            raise OperationalError("COMMIT", {}, lost)


def _begin_immediate(connection: Connection) -> None:
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    try:
        locking.begin_immediate(driver)
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", {}, error) from error


def in_transaction(connection: Connection) -> bool:
    """Tell whether SQLite still holds the transaction that was begun.

    It rolls back a whole transaction by itself when a disk is full or fails in mid-statement.
    Source: https://sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction".
    """
    driver = connection.connection.driver_connection
    return not isinstance(driver, sqlite3.Connection) or driver.in_transaction


def make_sessions(engine: Engine) -> Sessions:
    """Return the session factory for jobs and commands."""
    return sessionmaker(engine, expire_on_commit=False)


def begin_writing(session: Session, *, alone: bool = True) -> datetime:
    """Take the write lock, then read the instant that counts and raise the high-water mark.

    Args:
        session: outside a transaction.
        alone: hold back every other act. A reception on PostgreSQL does not: it takes the
            locks of its own tender and vendor, and reads its instant again after them.
    """
    if is_sqlite(session):
        session.connection(execution_options={WRITE_OPTION: True})
    else:
        session.connection(execution_options={"isolation_level": "READ COMMITTED"})
        if alone:
            locking.enter_postgresql(session)
    mark = _read_mark(session.connection(), entering=not alone)
    # The mark cannot be taken back: it follows only a clock that another one confirms.
    agreed = is_sqlite(session) or abs(mark.shown_at - clock.now()) <= AGREEMENT
    if alone and agreed and not clock.jumped() and not mark.held:
        given = {"instant": mark.instant, "high_water_at": mark.instant}
        session.connection().execute(_RAISE_MARK, given | {"boot_id": machine.boot_id()})
    return mark.instant


def database_instant(session: Session) -> datetime:
    """Return the database's present instant: the one clock that decides (decision 7).

    Never earlier than the high-water mark, with the offset of a practice or test database.
    While the clock is held, the mark and the time since the machine's start: surely not later
    than the true time, so that nothing closes or opens early.
    """
    return _read_mark(session.connection()).instant


@dataclass(frozen=True)
class _Mark:
    """What the database's clock shows, the instant that counts, and whether the one is doubted."""

    shown_at: datetime
    instant: datetime
    held: bool


# As the drivers take it: every request and every reception asks, and building costs more.
_MARK = "SELECT {}, clock_offset_us, high_water_at, boot_id, kind FROM database_mark"
_SQLITE_MARK = _MARK.format("muhr_now()")
_POSTGRESQL_MARK = _MARK.format("pg_catalog.clock_timestamp()")
_POSTGRESQL_ENTRY = f"{_POSTGRESQL_MARK} WHERE {locking.STAY_AWAKE} IS NOT NULL"


_RAISE_MARK = update(table_of(DatabaseMark)).where(
    table_of(DatabaseMark).c.high_water_at < bindparam("instant", type_=Instant)
)


def _read_mark(connection: Connection, *, entering: bool = False) -> _Mark:
    own_file = connection.dialect.name == "sqlite"
    on_server = _POSTGRESQL_ENTRY if entering else _POSTGRESQL_MARK
    statement = _SQLITE_MARK if own_file else on_server
    now, offset, mark, boot_id, kind = connection.exec_driver_sql(statement).one()
    shown, high_water_at = _utc(now), _utc(mark)
    at = shown + timedelta(microseconds=offset)
    another_run = boot_id is not None and boot_id != machine.boot_id()
    own_clock = own_file and kind == DatabaseKind.REAL
    if own_clock and another_run and _is_doubtful(at - high_water_at):
        return _Mark(shown, high_water_at + timedelta(seconds=machine.boot_seconds()), held=True)
    return _Mark(shown, max(at, high_water_at), held=False)


def _utc(value: str | datetime) -> datetime:
    return instant_from_text(value) if isinstance(value, str) else value.astimezone(UTC)


def _is_doubtful(ahead: timedelta) -> bool:
    """Tell whether a clock after a start of the machine needs more than its own word.

    Behind the mark it is wrong. More than a minute ahead the machine was off that long, or the
    clock is wrong: only a time service or an operator knows.
    """
    return ahead < -BEHIND or (ahead > AHEAD and not machine.is_synchronised())


def clock_held(session: Session) -> bool:
    """Tell whether nothing may open until the clock is in step or confirmed.

    SQLite only: there the machine's clock is the one that decides.
    """
    return _read_mark(session.connection()).held


def trust_clock(session: Session) -> None:
    """Believe this run's clock, on an operator's word."""
    session.execute(update(DatabaseMark).values(boot_id=machine.boot_id()))


def mark_database(session: Session, kind: DatabaseKind) -> None:
    """Mark a new database, or check that an old one was made for ``kind``.

    Raises:
        Refusal: ``other-database-kind`` when it was made for something else, or
            ``clock-offset`` when a real one carries an offset.
    """
    mark = session.get(DatabaseMark, 1)
    if mark is None:
        session.add(
            DatabaseMark(
                id=1,
                kind=kind,
                clock_offset_us=0,
                high_water_at=clock.now(),
                boot_id=machine.boot_id(),
            )
        )
        session.flush()
    elif mark.kind != kind:
        raise Refusal("other-database-kind", made_for=str(mark.kind), wanted=str(kind))
    elif mark.kind == DatabaseKind.REAL and mark.clock_offset_us:
        raise Refusal("clock-offset")


def database_kind(session: Session) -> DatabaseKind:
    """Return what the database was made for."""
    return DatabaseKind(session.execute(select(DatabaseMark.kind)).scalar_one())


def move_clock(session: Session, by: timedelta) -> None:
    """Move the clock of a practice or test database; its high-water mark moves with it.

    Raises:
        Refusal: ``clock-offset`` in a real database.
    """
    mark = session.get_one(DatabaseMark, 1)
    if mark.kind == DatabaseKind.REAL:
        raise Refusal("clock-offset")
    mark.clock_offset_us += int(by / timedelta(microseconds=1))
    mark.high_water_at += by
