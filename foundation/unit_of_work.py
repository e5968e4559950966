"""One change: one actor, one instant, one transaction, committed by the door that opened it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from foundation.database import Sessions, begin_writing, database_instant, is_sqlite
from foundation.values.actor import Actor


@dataclass(frozen=True)
class UnitOfWork:
    """What every act receives; ``now`` was read from the database after the write lock."""

    session: Session
    actor: Actor
    now: datetime

    @cached_property
    def connection(self) -> Connection:
        """Return the transaction itself, for acts that need no object of the session."""
        return self.session.connection()

    def instant(self) -> datetime:
        """Return the database's instant again, for an act that waited for a row lock."""
        return database_instant(self.session)

    def after_lock(self) -> "UnitOfWork":
        """Return the same transaction with its instant read after the lock just taken.

        SQLite took its only lock before the instant was first read.
        """
        return self if is_sqlite(self.session) else replace(self, now=self.instant())

    def acting_as(self, actor: Actor) -> "UnitOfWork":
        """Return the same transaction and instant for another actor, such as the system."""
        return UnitOfWork(session=self.session, actor=actor, now=self.now)


@contextlib.contextmanager
def unit_of_work_on(session: Session, actor: Actor, *, alone: bool = True) -> Iterator[UnitOfWork]:
    """Write on ``session``: end its reading, lock, yield, commit; roll back on any exception.

    Only receptions are not ``alone``; see ``foundation.locking``.
    """
    session.rollback()
    try:
        yield UnitOfWork(session=session, actor=actor, now=begin_writing(session, alone=alone))
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextlib.contextmanager
def unit_of_work(sessions: Sessions, actor: Actor, *, alone: bool = True) -> Iterator[UnitOfWork]:
    """Write on a session of its own, for jobs and commands."""
    with sessions() as session, unit_of_work_on(session, actor, alone=alone) as uow:
        yield uow


@contextlib.contextmanager
def reading(sessions: Sessions) -> Iterator[Session]:
    """Yield a session for reading one consistent state; nothing is ever committed."""
    with sessions() as session:
        try:
            yield session
        finally:
            session.rollback()
