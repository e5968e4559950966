"""What the installation remembers of its own care: backups, restores, the last look around."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.database import Base
from foundation.heartbeats import Span
from foundation.unit_of_work import UnitOfWork


class BackupRecord(Base):
    """One archive that was written; where it was carried to, only its owner knows."""

    __tablename__ = "backup_record"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(10), index=True)
    made_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))


class RestoreRecord(Base):
    """One return from a backup: what happened between the two instants may be lost."""

    __tablename__ = "restore_record"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    backup_at: Mapped[datetime]
    restored_at: Mapped[datetime]


class CheckRow(Base):
    """What the last look at one part of the installation found."""

    __tablename__ = "platform_check"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]]


@dataclass(frozen=True)
class Backup:
    """One archive that was written."""

    kind: str
    made_at: datetime
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class KeptCheck:
    """What the last look at one part found, and when."""

    name: str
    at: datetime
    state: str
    code: str
    params: Mapping[str, str]


def record_backup(uow: UnitOfWork, backup: Backup) -> None:
    """Remember an archive."""
    uow.session.add(
        BackupRecord(
            kind=backup.kind,
            made_at=backup.made_at,
            name=backup.name,
            size=backup.size,
            sha256=backup.sha256,
        )
    )


def last_backup(session: Session, kind: str) -> Backup | None:
    """Return the newest archive of a kind."""
    row = session.scalars(
        select(BackupRecord)
        .where(BackupRecord.kind == kind)
        .order_by(BackupRecord.id.desc())
        .limit(1)
    ).one_or_none()
    return Backup(row.kind, row.made_at, row.name, row.size, row.sha256) if row else None


def record_restore(uow: UnitOfWork, backup_at: datetime) -> None:
    """Remember that the installation went back to a backup of ``backup_at``."""
    uow.session.add(RestoreRecord(backup_at=backup_at, restored_at=uow.now))


def restores(session: Session) -> tuple[Span, ...]:
    """Return every time that a restore may have lost, from the backup to the restore."""
    rows = session.scalars(select(RestoreRecord).order_by(RestoreRecord.id))
    return tuple(Span(row.backup_at, row.restored_at) for row in rows)


def keep_check(
    uow: UnitOfWork, name: str, state: str, code: str, params: Mapping[str, str]
) -> None:
    """Remember what a look at one part found."""
    uow.session.merge(CheckRow(name=name, at=uow.now, state=state, code=code, params=dict(params)))


def kept_checks(session: Session) -> dict[str, KeptCheck]:
    """Return what the last looks found, by the part's name."""
    rows = session.scalars(select(CheckRow))
    return {
        row.name: KeptCheck(row.name, row.at, row.state, row.code, dict(row.params)) for row in rows
    }
