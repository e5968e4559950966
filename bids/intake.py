"""The intake writer: acts of reception in batches, one commit for many, no reply before it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from foundation.database import Sessions, begin_writing, database_instant, in_transaction
from foundation.unit_of_work import UnitOfWork, unit_of_work
from foundation.values.actor import Actor

LARGEST_BATCH = 64
# Whoever closes a tender waits for what was begun before him: on SQLite for a batch of this length,
# or as long as the last commit took, and its commit; on PostgreSQL for so many acts a process.
BATCH_SECONDS = 0.01
AT_ONCE = 4
IDLE_SECONDS = 5.0

T = TypeVar("T")


@dataclass(frozen=True)
class _Item:
    actor: Actor
    act: Callable[[UnitOfWork], Any]
    answer: Future[Any]


class Intake:
    """Runs acts of reception, each with an instant of its own.

    On SQLite one writer thread commits what waits together; on PostgreSQL each act is a
    transaction of its own, and a few of them run side by side.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._waiting: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        # First come, first served: a semaphore lets whoever leaves come in again before who waits.
        self._side_by_side = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="intake")
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._batch_seconds = BATCH_SECONDS

    def run(self, actor: Actor, act: Callable[[UnitOfWork], T]) -> T:
        """Return what the act returned, after its transaction is durable.

        The act sees its own instant, read from the database after the lock.

        Raises:
            Refusal: whatever the act raised; its savepoint alone was rolled back.
        """
        if not _is_sqlite(self._sessions):
            return self._side_by_side.submit(self._run_alone, actor, act).result()
        answer: Future[T] = Future()
        with self._lock:
            self._waiting.put(_Item(actor, act, answer))
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="intake", daemon=True)
                self._thread.start()
        return answer.result()

    def _run_alone(self, actor: Actor, act: Callable[[UnitOfWork], T]) -> T:
        with unit_of_work(self._sessions, actor, alone=False) as uow:
            return act(uow)

    def _write(self) -> None:
        while True:
            try:
                first = self._waiting.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    if self._waiting.empty():
                        self._thread = None
                        return
                continue
            self._commit_batch(first)

    def _commit_batch(self, first: _Item) -> None:
        """Run what waits, one after the other, and commit it; the next batch gathers meanwhile."""
        taken = [first]
        with self._sessions() as session:
            try:
                begun_at = begin_writing(session)
                full = time.monotonic() + self._batch_seconds
                answers = [self._run_one(session, first, begun_at)]
                while len(taken) < LARGEST_BATCH and time.monotonic() < full:
                    try:
                        taken.append(self._waiting.get_nowait())
                    except queue.Empty:
                        break
                    answers.append(self._run_one(session, taken[-1]))
                ran = time.monotonic()
                session.commit()
                self._batch_seconds = max(BATCH_SECONDS, time.monotonic() - ran)
            except BaseException as error:  # noqa: BLE001 - every waiting request gets an answer
                # What a failed commit left of the connection's transaction nobody can know.
                session.invalidate()
                for item in taken:
                    item.answer.set_exception(error)
                return
        for item, value, failure in answers:
            if failure is None:
                item.answer.set_result(value)
            else:
                item.answer.set_exception(failure)

    @staticmethod
    def _run_one(
        session: Session, item: _Item, now: datetime | None = None
    ) -> tuple[_Item, Any, BaseException | None]:
        connection = session.connection()
        connection.exec_driver_sql("SAVEPOINT act")
        try:
            at = now or database_instant(session)
            value = item.act(UnitOfWork(session, item.actor, at))
            session.flush()
            return item, value, None
        except Exception as error:
            # A full or failing disk makes SQLite roll back what the others wrote, too.
            if not in_transaction(connection):
                raise
            connection.exec_driver_sql("ROLLBACK TO act")
            return item, None, error  # a failed item rolls back alone
        finally:
            # What the next act finds it reads itself.
            session.expunge_all()
            if in_transaction(connection):
                connection.exec_driver_sql("RELEASE act")


_intakes: WeakKeyDictionary[Engine, Intake] = WeakKeyDictionary()
_intakes_lock = threading.Lock()


def intake_of(sessions: Sessions) -> Intake:
    """Return the one intake of this process for a database."""
    engine = sessions.kw["bind"]
    with _intakes_lock:
        if engine not in _intakes:
            _intakes[engine] = Intake(sessions)
        return _intakes[engine]


def _is_sqlite(sessions: Sessions) -> bool:
    engine: Engine = sessions.kw["bind"]
    return engine.dialect.name == "sqlite"
