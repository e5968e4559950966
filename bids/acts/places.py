"""What every act of reception needs first: the envelope's place, the window, the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from accounts import queries as people
from bids.domain.reception import EnvelopeKey, SubmissionState, Usage, Window
from bids.models import BidRow, EnvelopeRow, RefusedAttemptRow, SubmissionRow
from foundation import locking
from foundation.database import is_sqlite
from foundation.locking import Thing
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from tendering.domain.tender import Stage, Tender


@dataclass(frozen=True)
class Place:
    """Which envelope a vendor's request is about."""

    tender_id: str
    lot_id: str
    kind: str


@dataclass(frozen=True)
class Owned:
    """A vendor's own thing, as the permission table sees it."""

    organisation_id: str
    stage: str = ""


def window_of(tender: Tender) -> Window:
    """Return what a published tender says about reception.

    Raises:
        Refusal: `not-found` for a tender that was never published.
    """
    if tender.notice is None or tender.chain is None or tender.round is None:
        raise Refusal("not-found")
    return Window(
        taking_bids=tender.stage is Stage.PUBLISHED,
        deadline_at=tender.schedule.deadline_at,
        notice=tender.notice,
        chain_hash=tender.chain.hash,
        round=tender.round,
        lots=frozenset(lot.id for lot in tender.lots),
        kinds=frozenset(tender.envelopes),
    )


def key_of(place: Place, vendor_id: str) -> EnvelopeKey:
    """Return the envelope of one vendor at a place."""
    return EnvelopeKey(place.tender_id, place.lot_id, place.kind, vendor_id)


def find_envelope(session: Session, key: EnvelopeKey) -> EnvelopeRow | None:
    """Return the envelope's row, if the vendor has begun one."""
    return session.scalars(
        select(EnvelopeRow)
        .join(BidRow, BidRow.id == EnvelopeRow.bid_id)
        .where(
            BidRow.tender_id == key.tender_id,
            BidRow.vendor_id == key.vendor_id,
            EnvelopeRow.lot_id == key.lot_id,
            EnvelopeRow.kind == key.kind,
        )
    ).one_or_none()


def make_envelope(uow: UnitOfWork, key: EnvelopeKey) -> EnvelopeRow:
    """Return the row of an envelope that its vendor seals for the first time."""
    bid_id = uow.session.scalar(
        select(BidRow.id).where(
            BidRow.tender_id == key.tender_id, BidRow.vendor_id == key.vendor_id
        )
    )
    if bid_id is None:
        bid_id = new_id()
        name = people.organisation(uow.session, key.vendor_id).name.in_language("en")
        uow.session.add(
            BidRow(id=bid_id, tender_id=key.tender_id, vendor_id=key.vendor_id, vendor_name=name)
        )
        uow.session.flush()
    row = EnvelopeRow(
        id=new_id(), bid_id=bid_id, tender_id=key.tender_id, lot_id=key.lot_id, kind=key.kind
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def submission_in(
    session: Session, envelope_id: str, *states: SubmissionState
) -> SubmissionRow | None:
    """Return the envelope's one submission in any of these states."""
    return session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.envelope_id == envelope_id,
            SubmissionRow.state.in_([state.value for state in states]),
        )
    ).one_or_none()


def hold_vendor(uow: UnitOfWork) -> None:
    """Let a vendor's own receptions wait for each other; always the first lock of an act."""
    locking.hold(uow.session, Thing.VENDOR, uow.actor.organisation_id)


def own_submission(uow: UnitOfWork, upload_id: str) -> SubmissionRow:
    """Return the acting vendor's own submission; anybody else's is not found.

    Raises:
        Refusal: `not-found`.
    """
    row = uow.session.get(SubmissionRow, upload_id)
    if row is None or not uow.actor.organisation_id:
        raise Refusal("not-found")
    if row.vendor_id != uow.actor.organisation_id:
        raise Refusal("not-found")
    return row


def lock_submission(uow: UnitOfWork, row: SubmissionRow) -> None:
    """Hold a submission, read anew; after its vendor and its tender, never before."""
    if not is_sqlite(uow.session):  # its one lock was taken before the row was read
        uow.session.refresh(row, with_for_update=True)


def usage_of(uow: UnitOfWork, key: EnvelopeKey) -> Usage:
    """Return what the vendor has asked for: fingerprints of this envelope, bytes of all."""
    since = uow.now - timedelta(hours=1)
    given = {
        "vendor": key.vendor_id,
        "tender": key.tender_id,
        "lot": key.lot_id,
        "kind": key.kind,
        "since": since,
        "a_day_before": since - timedelta(days=1),
    }
    recorded, refused, size = uow.session.connection().execute(_USAGE, given).one()
    return Usage(fingerprints_last_hour=recorded + refused, bytes_reserved=int(size))


def _usage_statement() -> Select[Any]:
    """Build what every fingerprint asks for: once, since building it takes longer than asking."""

    def within_the_hour(at: InstrumentedAttribute[datetime]) -> ScalarSelect[int]:
        rows = at.class_
        counted = select(func.count()).where(
            rows.vendor_id == bindparam("vendor"),
            rows.tender_id == bindparam("tender"),
            rows.lot_id == bindparam("lot"),
            rows.kind == bindparam("kind"),
            at > bindparam("since"),
        )
        return counted.scalar_subquery()

    reserved = select(func.coalesce(func.sum(SubmissionRow.size), 0)).where(
        SubmissionRow.vendor_id == bindparam("vendor"),
        SubmissionRow.state == SubmissionState.COMMITTED.value,
        SubmissionRow.committed_at > bindparam("a_day_before"),
    )
    return select(
        within_the_hour(SubmissionRow.committed_at),
        within_the_hour(RefusedAttemptRow.at),
        reserved.scalar_subquery(),
    )


_USAGE = _usage_statement()
