"""The record of an evaluation: the panel, the opened bids and the case they make."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bids import facts as bids
from bids.facts import OpenedBid
from evaluation.domain.award import LotAward, Outcome, Proposal
from evaluation.domain.case import (
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
from evaluation.domain.panel import Panel, Seat, SeatState
from evaluation.domain.ranking import LotRanking
from evaluation.domain.result_document import read_result
from evaluation.models import FindingRow, ProposalRow, ReportRow, ScoreRow, SeatRow, SpreadRow
from foundation.values.actor import Actor
from foundation.values.money import decimal_places
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.domain.tender import Tender
from tendering.rulebooks import rulebook

ENVELOPE = "single"
NO_PRICE = "no-readable-price"
WRONG_CURRENCY = "wrong-currency"


@dataclass(frozen=True)
class Spreads:
    """The reasons given for points that lie far apart, by bid and criterion."""

    reasons: Mapping[tuple[str, str], str]


def seat_rows(session: Session, tender_id: str) -> tuple[SeatRow, ...]:
    """Return the rows of a panel in the order of naming, replaced seats included."""
    rows = session.scalars(
        select(SeatRow).where(SeatRow.tender_id == tender_id).order_by(SeatRow.named_at)
    )
    return tuple(sorted(rows, key=lambda row: int(row.label[1:])))


def seat_of(row: SeatRow) -> Seat:
    """Return a row's facts."""
    return Seat(
        account_id=row.account_id,
        name=Text(row.name_en, row.name_ur),
        label=row.label,
        chair=row.chair,
        state=SeatState(row.state),
        statement=row.statement,
        declared_at=row.declared_at,
        finished_at=row.finished_at,
        reason=row.reason,
    )


def own_tender(session: Session, actor: Actor, tender_id: str) -> Tender:
    """Return a tender of the actor's organisation; to all others there is none to evaluate.

    Raises:
        Refusal: ``not-found``.
    """
    tender = tenders.tender(session, tender_id)
    if tender.organisation_id != actor.organisation_id:
        raise Refusal("not-found")
    return tender


def panel(session: Session, tender_id: str) -> Panel | None:
    """Return the panel of a tender, or None before it was named."""
    rows = seat_rows(session, tender_id)
    return Panel(tuple(seat_of(row) for row in rows)) if rows else None


def require_panel(session: Session, tender_id: str) -> Panel:
    """Return the panel of a tender.

    Raises:
        Refusal: ``no-panel``.
    """
    found = panel(session, tender_id)
    if found is None:
        raise Refusal("no-panel")
    return found


def opened_bids(session: Session, tender_id: str) -> dict[str, OpenedBid]:
    """Return the opened envelopes by id, in the order of their arrival."""
    found = [each for each in bids.opened_bids(session, tender_id) if each.kind == ENVELOPE]
    return {each.envelope_id: each for each in sorted(found, key=lambda one: one.received_at)}


def case_of(session: Session, tender: Tender) -> Case:
    """Return the case as it stands now, with the findings and the sitting panel's points."""
    book = rulebook(tender.rulebook)
    opened = opened_bids(session, tender.id)
    findings = _findings(session, tender.id)
    scores = _scores(session, tender.id)
    lots = tuple(
        CaseLot(
            lot.id,
            tuple(CaseItem(item.id, item.quantity) for item in tender.items_of(lot.id)),
            tuple(
                _bid(each, tender, findings.get(each.envelope_id, ()), scores)
                for each in opened.values()
                if each.lot_id == lot.id
            ),
        )
        for lot in tender.lots
    )
    return Case(
        tender=tender.id,
        method=book.evaluation.award_method.value,
        currency=tender.currency,
        requirements=tuple(each.id for each in tender.requirements),
        criteria=tuple(CaseCriterion(each.id, each.weight) for each in tender.criteria),
        pass_mark=tender.pass_mark if tender.criteria else None,
        lots=lots,
        rules=Rules(
            score_decimals=book.evaluation.score_decimals,
            money_decimals=decimal_places(tender.currency),
        ),
    )


def bids_of(case: Case) -> dict[str, Bid]:
    """Return all bids of a case by id."""
    return {bid.id: bid for lot in case.lots for bid in lot.bids}


def spreads(session: Session, tender_id: str) -> Spreads:
    """Return the reasons given for wide spreads."""
    rows = session.scalars(select(SpreadRow).where(SpreadRow.tender_id == tender_id))
    return Spreads({(row.envelope_id, row.criterion_id): row.reason for row in rows})


def rankings(session: Session, tender_id: str) -> tuple[LotRanking, ...]:
    """Return the rankings of the published report.

    Raises:
        Refusal: ``not-found`` before the report.
    """
    row = session.get(ReportRow, tender_id)
    if row is None:
        raise Refusal("not-found")
    document = json.loads(row.document_bytes)
    return read_result(document["result"])


def open_proposal(session: Session, tender_id: str) -> Proposal | None:
    """Return the proposal that waits for its second person, or None."""
    row = session.scalars(
        select(ProposalRow).where(ProposalRow.tender_id == tender_id, ProposalRow.state == "open")
    ).one_or_none()
    return None if row is None else proposal_of(row)


def proposal_of(row: ProposalRow) -> Proposal:
    """Return a row's facts."""
    return Proposal(
        id=row.id,
        proposed_by=row.proposed_by,
        lots=tuple(_lot_award(each) for each in row.lots),
        reason=row.reason,
        approved_by=row.decided_by if row.state == "approved" else None,
    )


def lot_award_document(award: LotAward) -> dict[str, str]:
    """Return what is proposed for a lot as JSON facts."""
    document = {"lot": award.lot_id, "outcome": award.outcome.value}
    if award.bid_id is not None and award.amount is not None:
        document |= {"bid": award.bid_id, "amount": format(award.amount, "f")}
    return document


def _lot_award(document: Mapping[str, str]) -> LotAward:
    amount = document.get("amount")
    return LotAward(
        lot_id=document["lot"],
        outcome=Outcome(document["outcome"]),
        bid_id=document.get("bid"),
        amount=None if amount is None else Decimal(amount),
    )


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


def _bid(
    opened: OpenedBid,
    tender: Tender,
    findings: tuple[Finding, ...],
    scores: Mapping[str, tuple[Score, ...]],
) -> Bid:
    setback, price = _price(opened, tender)
    return Bid(
        id=opened.envelope_id,
        vendor=opened.vendor_id,
        completed_at=opened.received_at,
        sha256=opened.sha256,
        setback=setback,
        price=price,
        findings=findings,
        scores=scores.get(opened.envelope_id, ()),
    )


def _price(opened: OpenedBid, tender: Tender) -> tuple[str, PriceSchedule | None]:
    content = opened.content
    if opened.state != "opened":
        return opened.code or "unreadable", None
    if content is None or content.total is None or not content.lines:
        return opened.finding or NO_PRICE, None
    if content.currency != tender.currency:
        return WRONG_CURRENCY, None
    known = {item.id for item in tender.items_of(opened.lot_id)}
    stated = [line.item for line in content.lines]
    if len(set(stated)) != len(stated) or not set(stated) <= known:
        return NO_PRICE, None
    lines = tuple(
        PricedLine(line.item, line.quantity, line.unit_price, line.amount) for line in content.lines
    )
    return "", PriceSchedule(lines, content.total)
