"""The database: engine, column types, the mark that tells practice from real, and its clock."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

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
    Text,
    create_engine,
    event,
    select,
    text,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator, TypeEngine

from foundation import clock, machine
from foundation.values.instants import instant_from_text, instant_text
from foundation.values.refusal import Refusal

BUSY_SECONDS = 10
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
    engine = create_engine(url, pool_size=20, max_overflow=40)
    configure_engine(engine)
    return engine


def configure_engine(engine: Engine) -> None:
    """Prepare each connection of ``engine``; SQLite needs it, PostgreSQL does not."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("muhr_now", 0, lambda: instant_text(clock.now()))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITE_OPTION)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def make_sessions(engine: Engine) -> Sessions:
    """Return the session factory for jobs and commands."""
    return sessionmaker(engine, expire_on_commit=False)


def begin_writing(session: Session) -> datetime:
    """Take the write lock, then read the instant that counts and raise the high-water mark."""
    session.connection(execution_options={WRITE_OPTION: True})
    at = database_instant(session)
    if session.get_bind().dialect.name == "sqlite" and not (clock.jumped() or clock_held(session)):
        session.execute(
            update(DatabaseMark)
            .values(high_water_at=at, boot_id=machine.boot_id())
            .where(DatabaseMark.high_water_at < at)
        )
    return at


def database_instant(session: Session) -> datetime:
    """Return the database's present instant: the one clock that decides (decision 7).

    Never earlier than the high-water mark, with the offset of a practice or test database.
    While the clock is held, the mark and the time since the machine's start: surely not later
    than the true time, so that nothing closes or opens early.
    """
    if session.get_bind().dialect.name == "sqlite":
        mark = _read_mark(session)
        if mark.held:
            return mark.high_water_at + timedelta(seconds=machine.boot_seconds())
        return max(mark.at, mark.high_water_at)
    row = session.execute(select(text("clock_timestamp()"), DatabaseMark.clock_offset_us)).one()
    read_at: datetime = row[0]
    read_at += timedelta(microseconds=int(row[1]))
    return read_at.astimezone(UTC)


@dataclass(frozen=True)
class _Mark:
    """The clock as read, the high-water mark, and whether the one may be believed after it."""

    at: datetime
    high_water_at: datetime
    held: bool


def _read_mark(session: Session) -> _Mark:
    row = session.execute(
        select(
            text("muhr_now()"),
            DatabaseMark.clock_offset_us,
            DatabaseMark.high_water_at,
            DatabaseMark.boot_id,
            DatabaseMark.kind,
        )
    ).one()
    at = instant_from_text(row[0]) + timedelta(microseconds=row[1])
    another_run = row[3] is not None and row[3] != machine.boot_id()
    held = row[4] == DatabaseKind.REAL and another_run and _is_doubtful(at - row[2])
    return _Mark(at, row[2], held)


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
    return session.get_bind().dialect.name == "sqlite" and _read_mark(session).held


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
