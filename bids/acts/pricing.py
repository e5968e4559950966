"""The day of the prices: which financial envelopes are opened, and which stay closed for good.

Source: PPR 2004, rule 36(b); decision 24; docs/adr/0192.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from accounts.domain import authority
from bids.domain.bid_content import Kind
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.domain.reception import SubmissionState
from bids.models import OpeningRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import Document
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage
from transparency import journal


def open_prices(
    uow: UnitOfWork, tender_id: str, passed: Mapping[str, frozenset[str]]
) -> tuple[int, int]:
    """Let the price envelopes of those who passed be opened; all others never are.

    From here on members give shares for these alone, and the worker opens them. What stays
    closed leaves the state from which anything can be opened, in this very act.

    Args:
        uow: by a second person with a fresh sign-in.
        tender_id: whose technical report is published.
        passed: the vendors whose technical envelope passed, by lot.

    Returns:
        How many envelopes may be opened, and how many stay closed.

    Raises:
        Refusal: what the permission says, `wrong-stage`; `not-a-bidder` for a vendor without a
            technical envelope in that lot, so that nobody's price is opened by mistake.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.OPEN_PRICES, tender, PERMISSIONS)
    row = uow.session.get(OpeningRow, tender_id)
    if row is None or not tender.has_two_envelopes:
        raise Refusal("wrong-stage")
    named = {(lot, vendor) for lot, vendors in passed.items() for vendor in vendors}
    if not named <= _read(uow, tender_id):
        raise Refusal("not-a-bidder")
    opened, unopened = [], []
    for each in _sealed_prices(uow, tender_id):
        if (each.lot_id, each.vendor_id) in named:
            opened.append(each)
        else:
            each.state, each.ended_at = SubmissionState.UNOPENED.value, uow.now
            unopened.append(each)
    row.prices_begun_at = uow.now
    uow.session.flush()
    document: dict[str, Document] = {
        "opened": [_line(each) for each in opened],
        "unopened": [_line(each) for each in unopened],
    }
    journal.append(uow, OpeningAct.OPEN_PRICES, document, tender_id=tender_id)
    progress_tender(uow, tender_id, Stage.OPENING_PRICES)
    return len(opened), len(unopened)


def _read(uow: UnitOfWork, tender_id: str) -> set[tuple[str, str]]:
    """Return who has a technical envelope that could be opened, by lot."""
    rows = uow.session.execute(
        select(SubmissionRow.lot_id, SubmissionRow.vendor_id).where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.kind == Kind.TECHNICAL,
            SubmissionRow.state == SubmissionState.OPENED.value,
        )
    )
    return {(lot, vendor) for lot, vendor in rows}


def _sealed_prices(uow: UnitOfWork, tender_id: str) -> list[SubmissionRow]:
    return list(
        uow.session.scalars(
            select(SubmissionRow)
            .where(
                SubmissionRow.tender_id == tender_id,
                SubmissionRow.kind == Kind.FINANCIAL,
                SubmissionRow.state == SubmissionState.SEALED.value,
            )
            .order_by(SubmissionRow.sha256)
            .with_for_update()
        )
    )


def _line(row: SubmissionRow) -> dict[str, Document]:
    return {"lot": row.lot_id, "vendor": row.vendor_id, "sha256": row.sha256}
