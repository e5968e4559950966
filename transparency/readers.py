"""How upper storeys learn what happened: a cursor per reader, each public entry once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database import Sessions
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from transparency.models import Act, ReaderCursor

BATCH = 100


@dataclass(frozen=True)
class Entry:
    """One public act as a reader sees it."""

    seq: int
    act_id: str
    tender_id: str
    n: int
    kind: str
    at: datetime
    doc: dict[str, Any] | None


def read_on(sessions: Sessions, reader: str, handle: Callable[[UnitOfWork, Entry], None]) -> int:
    """Give ``handle`` each entry after the reader's cursor, once, in order; return how many.

    Each entry is handled in the transaction that moves the cursor, so a crash repeats nothing.
    Entries get their ``seq`` under one lock held until commit, so none can appear behind the
    cursor.
    """
    if not _anything_new(sessions, reader):
        return 0  # an idle reader takes no write lock
    handled = 0
    while handled < BATCH:
        with unit_of_work(sessions, Actor.system(reader)) as uow:
            cursor = uow.session.get(ReaderCursor, reader, with_for_update=True)
            if cursor is None:
                cursor = ReaderCursor(reader=reader, seq=0)
                uow.session.add(cursor)
            act = uow.session.scalars(
                select(Act).where(Act.seq > cursor.seq).order_by(Act.seq).limit(1)
            ).first()
            if act is None:
                return handled
            cursor.seq = act.seq
            handle(uow, _entry(act))
            handled += 1
    return handled


def newest_of(session: Session, tender_id: str, kind: str) -> Entry | None:
    """Return a tender's newest public entry of a kind, if there is one."""
    act = session.scalars(
        select(Act).where(Act.tender_id == tender_id, Act.kind == kind).order_by(Act.seq.desc())
    ).first()
    return None if act is None else _entry(act)


def each_of(session: Session, tender_id: str, kind: str) -> tuple[Entry, ...]:
    """Return a tender's public entries of a kind, in their order."""
    acts = session.scalars(
        select(Act).where(Act.tender_id == tender_id, Act.kind == kind).order_by(Act.seq)
    )
    return tuple(_entry(act) for act in acts)


def _anything_new(sessions: Sessions, reader: str) -> bool:
    with reading(sessions) as session:
        done = session.scalar(select(ReaderCursor.seq).where(ReaderCursor.reader == reader))
        newest = session.scalar(select(func.max(Act.seq)))
    return (newest or 0) > (done or 0)


def _entry(act: Act) -> Entry:
    return Entry(act.seq, act.act_id, act.tender_id, act.n, act.kind, act.at, act.doc)
