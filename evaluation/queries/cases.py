"""The opened bids of a tender and the case they make, with all that the panel found."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bids import facts as bids
from bids.facts import OpenedBid
from evaluation.domain.case import (
    TECHNICAL,
    Bid,
    Case,
    CaseCriterion,
    CaseItem,
    CaseLot,
    Finding,
    PricedLine,
    PriceSchedule,
    Rules,
    Score,
)
from evaluation.domain.examination import PriceFound, with_prices
from evaluation.domain.panel import SeatState
from evaluation.models import DisqualificationRow, FindingRow, ScoreRow, SeatRow
from foundation.values.money import decimal_places
from tendering.domain.tender import Stage, Tender
from tendering.rulebooks import rulebook

FINANCIAL = "financial"
NO_PRICE = "no-readable-price"
NO_FORM = "no-readable-bid"
WRONG_CURRENCY = "wrong-currency"
PRICES_ARE_OPEN = frozenset(
    {Stage.PRICES_OPENED, Stage.REPORTED, Stage.AWARDED, Stage.UNSUCCESSFUL}
)


@dataclass(frozen=True)
class _Panel:
    """What the panel recorded, by bid."""

    findings: Mapping[str, tuple[Finding, ...]]
    scores: Mapping[str, tuple[Score, ...]]
    disqualified: Mapping[str, str]


def opened_bids(session: Session, tender_id: str) -> dict[str, OpenedBid]:
    """Return the opened envelopes by id, in the order of their arrival.

    Where prices come in envelopes of their own these are the technical ones; findings and points
    are kept by them.
    """
    found = bids.opened_bids(session, tender_id)
    return {each.envelope_id: each for each in sorted(found, key=lambda one: one.received_at)}


def price_envelopes(session: Session, tender: Tender) -> dict[tuple[str, str], OpenedBid] | None:
    """Return the opened price envelopes by lot and vendor; None before all of them are open."""
    if not tender.has_two_envelopes or tender.stage not in PRICES_ARE_OPEN:
        return None
    found = bids.opened_bids(session, tender.id, FINANCIAL)
    if tender.stage is Stage.UNSUCCESSFUL and not found:
        return None  # it ended with the prices sealed
    return {(each.lot_id, each.vendor_id): each for each in found}


def case_of(session: Session, tender: Tender) -> Case:
    """Return the case as it stands now, with the findings and the sitting panel's points."""
    book = rulebook(tender.rulebook)
    opened = opened_bids(session, tender.id)
    panel = _Panel(
        _findings(session, tender.id),
        _scores(session, tender.id),
        _disqualified(session, tender.id),
    )
    lots = tuple(
        CaseLot(
            lot.id,
            tuple(CaseItem(item.id, item.quantity) for item in tender.items_of(lot.id)),
            tuple(_bid(each, tender, panel) for each in opened.values() if each.lot_id == lot.id),
        )
        for lot in tender.lots
    )
    case = Case(
        tender=tender.id,
        method=tender.award_method,
        currency=tender.currency,
        requirements=tuple(each.id for each in tender.requirements),
        criteria=tuple(CaseCriterion(each.id, each.weight) for each in tender.criteria),
        pass_mark=tender.pass_mark if tender.criteria else None,
        lots=lots,
        rules=Rules(
            score_decimals=book.evaluation.score_decimals,
            money_decimals=decimal_places(tender.currency),
        ),
        envelopes=TECHNICAL if tender.has_two_envelopes else tender.envelopes,
        quality_and_cost=tender.quality_and_cost,
    )
    prices = price_envelopes(session, tender)
    if prices is None:
        return case
    found = {
        each.envelope_id: _price(prices[key], tender)
        for each in opened.values()
        if (key := (each.lot_id, each.vendor_id)) in prices
    }
    return with_prices(case, found)


def bids_of(case: Case) -> dict[str, Bid]:
    """Return all bids of a case by id."""
    return {bid.id: bid for lot in case.lots for bid in lot.bids}


def _findings(session: Session, tender_id: str) -> dict[str, tuple[Finding, ...]]:
    rows = session.scalars(
        select(FindingRow)
        .where(FindingRow.tender_id == tender_id)
        .order_by(FindingRow.envelope_id, FindingRow.requirement_id)
    )
    found: dict[str, tuple[Finding, ...]] = {}
    for row in rows:
        finding = Finding(row.requirement_id, row.passed, row.reason)
        found[row.envelope_id] = (*found.get(row.envelope_id, ()), finding)
    return found


def _scores(session: Session, tender_id: str) -> dict[str, tuple[Score, ...]]:
    rows = session.execute(
        select(ScoreRow, SeatRow.label)
        .join(SeatRow, SeatRow.id == ScoreRow.seat_id)
        .where(ScoreRow.tender_id == tender_id, SeatRow.state != SeatState.REPLACED)
        .order_by(SeatRow.label, ScoreRow.criterion_id)
    )
    found: dict[str, tuple[Score, ...]] = {}
    for row, label in rows:
        score = Score(label, row.criterion_id, row.points, row.reason)
        found[row.envelope_id] = (*found.get(row.envelope_id, ()), score)
    return found


def _disqualified(session: Session, tender_id: str) -> dict[str, str]:
    rows = session.scalars(
        select(DisqualificationRow).where(DisqualificationRow.tender_id == tender_id)
    )
    return {row.envelope_id: row.reason for row in rows}


def _bid(opened: OpenedBid, tender: Tender, panel: _Panel) -> Bid:
    if tender.has_two_envelopes:
        found = PriceFound(_unreadable(opened), None)
    else:
        found = _price(opened, tender)
    return Bid(
        id=opened.envelope_id,
        vendor=opened.vendor_id,
        completed_at=opened.received_at,
        sha256=opened.sha256,
        setback=found.setback,
        price=found.price,
        findings=panel.findings.get(opened.envelope_id, ()),
        scores=panel.scores.get(opened.envelope_id, ()),
        disqualified=panel.disqualified.get(opened.envelope_id, ""),
    )


def _unreadable(opened: OpenedBid) -> str:
    """Return why a technical envelope cannot be evaluated; empty when it can."""
    if opened.state != "opened":
        return opened.code or "unreadable"
    return "" if opened.content is not None else NO_FORM


def _price(opened: OpenedBid, tender: Tender) -> PriceFound:
    content = opened.content
    if opened.state != "opened":
        return PriceFound(opened.code or "unreadable", None)
    if content is None or content.total is None or not content.lines:
        return PriceFound(opened.finding or NO_PRICE, None)
    if content.currency != tender.currency:
        return PriceFound(WRONG_CURRENCY, None)
    known = {item.id for item in tender.items_of(opened.lot_id)}
    stated = [line.item for line in content.lines]
    if len(set(stated)) != len(stated) or not set(stated) <= known:
        return PriceFound(NO_PRICE, None)
    lines = tuple(
        PricedLine(line.item, line.quantity, line.unit_price, line.amount) for line in content.lines
    )
    return PriceFound("", PriceSchedule(lines, content.total))
