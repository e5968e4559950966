"""Tenders as facts, for the acts and pages of this storey and those above."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from foundation.unit_of_work import UnitOfWork
from foundation.values.money import western_digits
from foundation.values.refusal import Refusal
from tendering.domain.tender import Stage, Tender
from tendering.models import TenderPackRow, TenderRow
from tendering.models.mapping import tender_of


@dataclass(frozen=True)
class StoredPack:
    """The stored bytes of a tender pack and their SHA-256, the notice."""

    notice: str
    version: int
    data: bytes


def tender(session: Session, tender_id: str) -> Tender:
    """Return a tender at any stage; whoever shows a draft asks who looks at it.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.get(TenderRow, tender_id)
    if row is None:
        raise Refusal("not-found")
    return tender_of(row)


def tender_for_update(uow: UnitOfWork, tender_id: str) -> Tender:
    """Return a tender whose row is locked until the transaction ends.

    Raises:
        Refusal: ``not-found``.
    """
    row = uow.session.get(TenderRow, tender_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refusal("not-found")
    return tender_of(row)


def tender_by_number(session: Session, number: str) -> Tender:
    """Return the published tender of this number, letters in any case, digits of any script.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.scalars(
        select(TenderRow).where(TenderRow.number == western_digits(number).strip().upper())
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    return tender_of(row)


def pack(session: Session, tender_id: str) -> StoredPack:
    """Return the newest stored pack of a published tender.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.scalars(
        select(TenderPackRow)
        .where(TenderPackRow.tender_id == tender_id)
        .order_by(TenderPackRow.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    return StoredPack(row.notice, row.version, row.pack)


def box_seed(session: Session, tender_id: str) -> bytes:
    """Return the secret seed of a tender's bid box; published only at the opening.

    Raises:
        Refusal: ``not-found`` before the publication.
    """
    seed = session.execute(
        select(TenderRow.box_seed).where(TenderRow.id == tender_id)
    ).scalar_one_or_none()
    if seed is None:
        raise Refusal("not-found")
    return seed


def closing_due(session: Session, now: datetime) -> tuple[str, ...]:
    """Return the ids of published tenders whose deadline has come."""
    return _ids(session, Stage.PUBLISHED, (TenderRow.deadline_at <= now,))


def opening_due(session: Session, now: datetime) -> tuple[str, ...]:
    """Return the ids of closed tenders whose opening time has come."""
    return _ids(session, Stage.CLOSED, (TenderRow.opening_at <= now,))


def at_stage(session: Session, stage: Stage) -> tuple[str, ...]:
    """Return the ids of the tenders at ``stage``, those with the earliest opening first."""
    return _ids(session, stage, ())


def _ids(
    session: Session, stage: Stage, conditions: tuple[ColumnElement[bool], ...]
) -> tuple[str, ...]:
    query = (
        select(TenderRow.id)
        .where(TenderRow.stage == stage.value, *conditions)
        .order_by(TenderRow.opening_at, TenderRow.id)
    )
    return tuple(session.scalars(query))
