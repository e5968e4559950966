"""Tenders as facts, for the acts and pages of this storey and those above."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from beacon.domain.chain import ChainInfo
from foundation import locking
from foundation.locking import Thing
from foundation.unit_of_work import UnitOfWork
from foundation.values.money import western_digits
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from sealing.package import parse_committee_part
from tendering.domain.difference import Difference, Part, Shape, only_dates
from tendering.domain.exercises import Dummy, Exercise, Occasion
from tendering.domain.handover import Handover, Why
from tendering.domain.handover import Part as HandedPart
from tendering.domain.tender import ChangeKind, Stage, Tender
from tendering.models import (
    CommitteeSeatRow,
    ExerciseRow,
    HandoverRow,
    ProofRow,
    TenderChangeRow,
    TenderPackRow,
    TenderRow,
)
from tendering.models.mapping import tender_of


@dataclass(frozen=True)
class StoredPack:
    """The stored bytes of a tender pack and their SHA-256, the notice."""

    notice: str
    version: int
    data: bytes


@dataclass(frozen=True)
class PastChange:
    """A change carried out on a published tender; ``version`` is the one it made, or ended."""

    id: str
    tender_id: str
    kind: ChangeKind
    version: int
    code: str
    reason: Text
    differences: tuple[Difference, ...]
    old_round_at: datetime
    at: datetime
    approved_by: str

    @property
    def dates_alone(self) -> bool:
        """Tell whether nothing but dates moved: under a committee bids can then be confirmed."""
        return bool(self.differences) and only_dates(self.differences)

    @property
    def moves_dates(self) -> bool:
        """Tell whether deadline or opening moved."""
        return any(each.part in {Part.DEADLINE, Part.OPENING} for each in self.differences)


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
    """Return a tender that nobody else changes or bids on until the transaction ends.

    Raises:
        Refusal: ``not-found``.
    """
    locking.hold(uow.session, Thing.TENDER, tender_id)
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


def handover_of(row: HandoverRow) -> Handover:
    """Return the row as the rules see it."""
    return Handover(
        id=row.id,
        part=HandedPart(row.part),
        from_account=row.from_account,
        to_account=row.to_account,
        why=Why(row.why),
        note=row.note,
        from_at=row.from_at,
        until_at=row.until_at,
        made_by=row.made_by,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )


def handovers(session: Session, tender_id: str) -> tuple[Handover, ...]:
    """Return every handing over of a tender, oldest first; for its own organisation only."""
    rows = session.scalars(
        select(HandoverRow)
        .where(HandoverRow.tender_id == tender_id)
        .order_by(HandoverRow.made_at, HandoverRow.id)
    )
    return tuple(handover_of(row) for row in rows)


def handed_between(session: Session, tender_id: str) -> frozenset[str]:
    """Return everybody between whom the work on a tender was handed over."""
    tenders = [each for each in handovers(session, tender_id) if each.part is HandedPart.TENDER]
    return frozenset(
        account_id for each in tenders for account_id in (each.from_account, each.to_account)
    )


def pack_of_notice(session: Session, tender_id: str, notice: str) -> StoredPack:
    """Return the stored pack of an earlier or the present version, by its notice.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.scalars(
        select(TenderPackRow).where(
            TenderPackRow.tender_id == tender_id, TenderPackRow.notice == notice
        )
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    return StoredPack(row.notice, row.version, row.pack)


def open_change(session: Session, tender_id: str) -> Tender | None:
    """Return the draft of the change that is being prepared for a published tender, if any."""
    row = session.scalars(select(TenderRow).where(TenderRow.amends == tender_id)).one_or_none()
    return None if row is None else tender_of(row)


def changes(session: Session, tender_id: str) -> tuple[PastChange, ...]:
    """Return the changes carried out on a tender, the newest first."""
    rows = session.scalars(
        select(TenderChangeRow)
        .where(TenderChangeRow.tender_id == tender_id)
        .order_by(TenderChangeRow.at.desc(), TenderChangeRow.version.desc())
    )
    return tuple(_past_change(row) for row in rows)


def change_done(session: Session, change_id: str) -> PastChange | None:
    """Return a change that was carried out, by the id of its draft."""
    row = session.get(TenderChangeRow, change_id)
    return None if row is None else _past_change(row)


def _past_change(row: TenderChangeRow) -> PastChange:
    return PastChange(
        id=row.id,
        tender_id=row.tender_id,
        kind=ChangeKind(row.kind),
        version=row.version,
        code=row.code,
        reason=Text(row.reason_en, row.reason_ur),
        differences=tuple(_difference(each) for each in row.differences),
        old_round_at=row.old_round_at,
        at=row.at,
        approved_by=row.approved_by,
    )


def _difference(document: Mapping[str, Any]) -> Difference:
    def text(value: Mapping[str, str] | None) -> Text | None:
        return None if value is None else Text(value["en"], value["ur"])

    return Difference(
        part=Part(document["part"]),
        place=document["place"],
        aspect=document["aspect"],
        shape=Shape(document["shape"]),
        before=text(document["before"]),
        after=text(document["after"]),
    )


def newest_exercise(session: Session, tender_id: str) -> Exercise | None:
    """Return the newest dummy that a tender's members prove their keys on, if any."""
    row = session.scalars(
        select(ExerciseRow)
        .where(ExerciseRow.tender_id == tender_id)
        .order_by(ExerciseRow.made_at.desc(), ExerciseRow.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _exercise(session, row)


def _exercise(session: Session, row: ExerciseRow) -> Exercise:
    proofs = session.scalars(select(ProofRow).where(ProofRow.exercise_id == row.id))
    part = parse_committee_part(row.part)
    return Exercise(
        id=row.id,
        tender_id=row.tender_id,
        occasion=Occasion(row.occasion),
        committee_id=row.committee_id,
        dummy=Dummy(bytes.fromhex(row.eid), part, row.inner),
        made_at=row.made_at,
        opened_at=row.opened_at,
        told_at=row.told_at,
        proofs={proof.number: proof.at for proof in proofs},
    )


def seats_of(session: Session, account_id: str) -> tuple[Tender, ...]:
    """Return the tenders and drafts on whose committee a person sits, newest first."""
    rows = session.scalars(
        select(TenderRow)
        .join(CommitteeSeatRow, CommitteeSeatRow.tender_id == TenderRow.id)
        .where(CommitteeSeatRow.account_id == account_id)
        .order_by(TenderRow.created_at.desc(), TenderRow.id)
    )
    return tuple(tender_of(row) for row in rows)


def has_seat(session: Session, account_id: str) -> bool:
    """Tell whether a person sits on any committee."""
    found = select(CommitteeSeatRow.tender_id).where(CommitteeSeatRow.account_id == account_id)
    return session.execute(found.limit(1)).first() is not None


def watched_committees(session: Session) -> tuple[str, ...]:
    """Return the published and closed tenders whose members prove their keys."""
    stages = (Stage.PUBLISHED.value, Stage.CLOSED.value)
    query = select(TenderRow.id).where(
        TenderRow.id.in_(select(CommitteeSeatRow.tender_id)), TenderRow.stage.in_(stages)
    )
    return tuple(session.scalars(query.order_by(TenderRow.opening_at, TenderRow.id)))


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


def pinned_chains(session: Session) -> tuple[tuple[ChainInfo, int], ...]:
    """Return each chain that published tenders not yet opened pin, and how many of them."""
    waiting = (Stage.PUBLISHED, Stage.CLOSED, Stage.OPENING)
    text = cast(TenderRow.chain, String)
    query = (
        select(text, func.count())
        .where(TenderRow.stage.in_([stage.value for stage in waiting]))
        .group_by(text)
    )
    return tuple(
        (ChainInfo.from_document(json.loads(chain)), count)
        for chain, count in session.execute(query)
    )


def _ids(
    session: Session, stage: Stage, conditions: tuple[ColumnElement[bool], ...]
) -> tuple[str, ...]:
    query = (
        select(TenderRow.id)
        .where(TenderRow.stage == stage.value, *conditions)
        .order_by(TenderRow.opening_at, TenderRow.id)
    )
    return tuple(session.scalars(query))
