"""What every act of reception needs first: the envelope's place, the window, what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from accounts import queries as people
from bids.domain.reception import EnvelopeKey, SubmissionState, Usage, Window
from bids.models import ID, BidRow, EnvelopeRow, RefusedAttemptRow, SubmissionRow
from foundation import locking
from foundation.database import table_of
from foundation.locking import Thing
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from tendering.domain.tender import Stage
from tendering.facts.bidding import Terms


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


@dataclass(frozen=True)
class Found:
    """What a vendor has in a tender and at a place of it, and what it has asked for."""

    bid_id: str | None
    envelope_id: str | None
    usage: Usage


def window_of(terms: Terms) -> Window:
    """Return what a published tender says about reception.

    Raises:
        Refusal: `not-found` for a tender that was never published.
    """
    if terms.notice is None or not terms.chain_hash or terms.round is None:
        raise Refusal("not-found")
    return Window(
        taking_bids=terms.stage is Stage.PUBLISHED,
        deadline_at=terms.deadline_at,
        notice=terms.notice,
        chain_hash=terms.chain_hash,
        round=terms.round,
        lots=terms.lots,
        kinds=terms.envelopes,
    )


def key_of(place: Place, vendor_id: str) -> EnvelopeKey:
    """Return the envelope of one vendor at a place."""
    return EnvelopeKey(place.tender_id, place.lot_id, place.kind, vendor_id)


def hold_vendor(uow: UnitOfWork) -> None:
    """Let a vendor's own receptions wait for each other; always the first lock of an act."""
    locking.hold(uow.session, Thing.VENDOR, uow.actor.organisation_id)


def find(uow: UnitOfWork, key: EnvelopeKey) -> Found:
    """Return what stands at a place; of the usage, fingerprints of this envelope, bytes of all."""
    since = uow.now - timedelta(hours=1)
    given = {
        "vendor": key.vendor_id,
        "tender": key.tender_id,
        "lot": key.lot_id,
        "kind": key.kind,
        "since": since,
        "a_day_before": since - timedelta(days=1),
    }
    bid_id, envelope_id, recorded, refused, size = uow.connection.execute(_FOUND, given).one()
    return Found(bid_id, envelope_id, Usage(recorded + refused, int(size)))


def make_envelope(uow: UnitOfWork, key: EnvelopeKey, bid_id: str | None) -> str:
    """Write the row of an envelope that its vendor seals for the first time; return its id."""
    if bid_id is None:
        bid_id = new_id()
        name = people.organisation(uow.session, key.vendor_id).name.in_language("en")
        uow.connection.execute(
            _NEW_BID,
            {"id": bid_id, "tender_id": key.tender_id, "vendor_id": key.vendor_id,
             "vendor_name": name},
        )  # fmt: skip
    envelope_id = new_id()
    uow.connection.execute(
        _NEW_ENVELOPE,
        {"id": envelope_id, "bid_id": bid_id, "tender_id": key.tender_id, "lot_id": key.lot_id,
         "kind": key.kind},
    )  # fmt: skip
    return envelope_id


def _found_statement() -> Select[Any]:
    """Build what every fingerprint asks for: once, since building it takes longer than asking."""
    tender, vendor = bindparam("tender", type_=ID), bindparam("vendor", type_=ID)
    lot, kind = bindparam("lot", type_=ID), bindparam("kind", type_=ID)

    def within_the_hour(at: InstrumentedAttribute[datetime]) -> ScalarSelect[int]:
        rows = at.class_
        counted = select(func.count()).where(
            rows.vendor_id == vendor,
            rows.tender_id == tender,
            rows.lot_id == lot,
            rows.kind == kind,
            at > bindparam("since"),
        )
        return counted.scalar_subquery()

    bid = select(BidRow.id).where(BidRow.tender_id == tender, BidRow.vendor_id == vendor)
    envelope = select(EnvelopeRow.id).where(
        EnvelopeRow.bid_id == bid.scalar_subquery(),
        EnvelopeRow.lot_id == lot,
        EnvelopeRow.kind == kind,
    )
    reserved = select(func.coalesce(func.sum(SubmissionRow.size), 0)).where(
        SubmissionRow.vendor_id == vendor,
        SubmissionRow.state == SubmissionState.COMMITTED.value,
        SubmissionRow.committed_at > bindparam("a_day_before"),
    )
    return select(
        bid.scalar_subquery(),
        envelope.scalar_subquery(),
        within_the_hour(SubmissionRow.committed_at),
        within_the_hour(RefusedAttemptRow.at),
        reserved.scalar_subquery(),
    )


_FOUND = _found_statement()
_NEW_BID = insert(table_of(BidRow))
_NEW_ENVELOPE = insert(table_of(EnvelopeRow))
