"""What a tender says to those who bid on it: a few columns, which every reception asks for."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, cast, select
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Session

from foundation import locking
from foundation.database import is_sqlite, table_of
from foundation.locking import Thing
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering.domain.tender import Stage
from tendering.models import TenderRow
from tendering.models.mapping import chain_of


@dataclass(frozen=True)
class Terms:
    """What a tender says to who bids on it; one never published has no notice."""

    tender_id: str
    stage: Stage
    deadline_at: datetime
    notice: str | None
    chain_hash: str
    round: int | None
    lots: frozenset[str]
    envelopes: frozenset[str]
    box_slots: int


def terms(session: Session, tender_id: str) -> Terms:
    """Return what a tender says to who bids on it: every reception asks, so no row is made.

    Raises:
        Refusal: ``not-found``.
    """
    found = session.connection().execute(_TERMS, {"tender": tender_id}).one_or_none()
    if found is None:
        raise Refusal("not-found")
    stage, deadline_at, notice, round_number, box_slots, *parts = found
    chain_hash, lots, envelopes = _parts(*parts)
    return Terms(
        tender_id, Stage(stage), deadline_at, notice, chain_hash, round_number, lots, envelopes,
        box_slots,
    )  # fmt: skip


def _terms_statement() -> Select[Any]:
    row = table_of(TenderRow).c
    whole = (row.stage, row.deadline_at, row.notice, row.round, row.box_slots)
    parts = (cast(part, SqlText) for part in (row.chain, row.lots, row.envelopes))
    return select(*whole, *parts).where(row.id == bindparam("tender"))


_TERMS = _terms_statement()


@lru_cache(maxsize=256)
def _parts(
    chain: str | None, lots: str, envelopes: str
) -> tuple[str, frozenset[str], frozenset[str]]:
    """Read the parts of a tender that are kept as JSON: once, as long as they say the same."""
    document = json.loads(chain or "null")
    return (
        chain_of(document).hash if document else "",
        frozenset(lot["id"] for lot in json.loads(lots)),
        frozenset(json.loads(envelopes)),
    )


def terms_to_bid_on(uow: UnitOfWork, tender_id: str) -> tuple[UnitOfWork, Terms]:
    """Return the terms that nobody changes until the transaction ends, and the instant since then.

    A vendor's own receptions wait for each other. They share the tender; whoever changes it waits
    for them, and they for him. Its deadline is read before: who comes too late holds only himself
    and keeps nobody from closing.

    Raises:
        Refusal: ``not-found``.
    """
    found, vendor = terms(uow.session, tender_id), uow.actor.organisation_id
    if is_sqlite(uow.session):
        return uow, found  # SQLite's one lock was taken before the tender was read
    if uow.now >= found.deadline_at:
        locking.hold(uow.session, Thing.VENDOR, vendor)
        return uow, found
    locking.hold_and_share(uow.session, vendor, tender_id)
    return uow.after_lock(), terms(uow.session, tender_id)
