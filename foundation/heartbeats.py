"""Signs of life: when each process last worked, and when the door for bids stood open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base
from foundation.unit_of_work import UnitOfWork

BEAT_SECONDS = 10
SILENCE_SECONDS = 60
WORKER = "worker"
DOOR = "door"


class ProcessBeat(Base):
    """When a kind of process last did its round."""

    __tablename__ = "process_beat"

    process: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


class DoorInterval(Base):
    """A time through which the web process answered without a silence of over a minute."""

    __tablename__ = "door_interval"
    __table_args__ = (Index("ix_door_interval_seen", "seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]


@dataclass(frozen=True)
class Span:
    """From one instant to another."""

    start_at: datetime
    end_at: datetime


def beat(uow: UnitOfWork, process: str) -> None:
    """Note that a kind of process is at work."""
    row = uow.session.get(ProcessBeat, process)
    if row is None:
        uow.session.add(ProcessBeat(process=process, at=uow.now))
    else:
        row.at = max(row.at, uow.now)


def keep_door(uow: UnitOfWork) -> None:
    """Note that the door is open now: the present interval goes on, or a new one begins."""
    beat(uow, DOOR)
    newest = uow.session.scalars(
        select(DoorInterval).order_by(DoorInterval.seen_at.desc()).limit(1).with_for_update()
    ).one_or_none()
    if newest is None or uow.now - newest.seen_at > timedelta(seconds=SILENCE_SECONDS):
        uow.session.add(DoorInterval(opened_at=uow.now, seen_at=uow.now))
    else:
        newest.seen_at = max(newest.seen_at, uow.now)


def last_beat(session: Session, process: str) -> datetime | None:
    """Return when a kind of process last worked, None when it never did."""
    row = session.get(ProcessBeat, process)
    return row.at if row else None


def door_spans(session: Session, since: datetime) -> tuple[Span, ...]:
    """Return the times through which the door was open: those that reach ``since`` or later.

    The last one before ``since`` comes too, so that a silence around ``since`` has both its ends.
    """
    later = session.scalars(
        select(DoorInterval).where(DoorInterval.seen_at >= since).order_by(DoorInterval.opened_at)
    ).all()
    before = session.scalars(
        select(DoorInterval)
        .where(DoorInterval.seen_at < since)
        .order_by(DoorInterval.seen_at.desc())
        .limit(1)
    ).all()
    return tuple(Span(row.opened_at, row.seen_at) for row in (*before, *later))
