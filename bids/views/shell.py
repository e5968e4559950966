"""The static shells of the bid pages: nothing of a bid is ever sent to them or from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from accounts import access
from accounts import queries as people
from accounts.domain.roles import Role
from bids.views.blueprint import pages
from foundation.database import database_instant
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.domain.tender import PUBLIC_STAGES, Lot, Tender


@dataclass(frozen=True)
class BidShellPage:
    """What the shell of one envelope may know; all of it is public but the vendor's own name."""

    tender_id: str
    number: str
    title: Text
    organisation_name: Text
    lot_id: str
    lot_title: Text
    lots: tuple[Lot, ...]
    kind: str
    vendor_id: str
    vendor_name: Text
    notice: str
    chain_hash: str
    round: int
    deadline_at: datetime
    opening_at: datetime
    zone: str
    now: datetime
    currency: str
    fresh: bool
    pack_url: str
    envelope_url: str


@pages.get("/tenders/<tender_id>/bid/<lot_id>/<kind>")
@access.roles(Role.VENDOR)
def bid_shell(tender_id: str, lot_id: str, kind: str) -> str:
    """Show the shell in which a vendor's browser drafts, seals and sends one envelope."""
    tender = _published(tender_id)
    lot = tender.lot(lot_id)
    if lot is None or kind not in tender.envelopes:
        raise Refusal("not-found")
    page = _page(tender, lot, kind)
    return render_template("bids/bid_shell.html", page=page, tender=tender)


@pages.get("/tenders/<tender_id>/before-you-start")
@access.public
def before_you_start(tender_id: str) -> str:
    """Test this device before a bid is begun; needs no account."""
    tender = _published(tender_id)
    return render_template("bids/before_you_start.html", tender=tender)


def _published(tender_id: str) -> Tender:
    tender = tenders.tender(access.session(), tender_id)
    if tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    return tender


def _page(tender: Tender, lot: Lot, kind: str) -> BidShellPage:
    actor = access.actor()
    session = access.session()
    if tender.chain is None or tender.round is None or tender.notice is None:
        raise Refusal("not-found")
    return BidShellPage(
        tender_id=tender.id,
        number=tender.number or "",
        title=tender.title,
        organisation_name=tender.organisation_name,
        lot_id=lot.id,
        lot_title=lot.title,
        lots=tender.lots,
        kind=kind,
        vendor_id=actor.organisation_id,
        vendor_name=people.organisation(session, actor.organisation_id).name,
        notice=tender.notice,
        chain_hash=tender.chain.hash,
        round=tender.round,
        deadline_at=tender.schedule.deadline_at,
        opening_at=tender.schedule.opening_at,
        zone=tender.schedule.zone,
        now=database_instant(session),
        currency=tender.currency,
        fresh=actor.fresh,
        pack_url=f"/api/tenders/{tender.id}/pack",
        envelope_url=f"/api/tenders/{tender.id}/lots/{lot.id}/envelopes/{kind}",
    )
