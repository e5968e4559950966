"""The record of an evaluation: the panel, the reasons given, the reports and the proposals."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.award import LotAward, Outcome, Proposal
from evaluation.domain.panel import Panel, Seat, SeatState
from evaluation.domain.ranking import LotRanking
from evaluation.domain.result_document import read_result
from evaluation.models import ProposalRow, ReportRow, SeatRow, SpreadRow, TechnicalReportRow
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.domain.tender import Tender


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


def spreads(session: Session, tender_id: str) -> Spreads:
    """Return the reasons given for wide spreads."""
    rows = session.scalars(select(SpreadRow).where(SpreadRow.tender_id == tender_id))
    return Spreads({(row.envelope_id, row.criterion_id): row.reason for row in rows})


def rankings(session: Session, tender_id: str) -> tuple[LotRanking, ...]:
    """Return the rankings of the published report.

    Raises:
        Refusal: ``not-found`` before the report.
    """
    return _result(session.get(ReportRow, tender_id))


def _result(row: ReportRow | TechnicalReportRow | None) -> tuple[LotRanking, ...]:
    if row is None:
        raise Refusal("not-found")
    return read_result(json.loads(row.document_bytes)["result"])


def technical_result(session: Session, tender_id: str) -> tuple[LotRanking, ...]:
    """Return who passed, as the published technical report says.

    Raises:
        Refusal: ``not-found`` before that report.
    """
    return _result(session.get(TechnicalReportRow, tender_id))


def passed(session: Session, tender_id: str) -> dict[str, frozenset[str]]:
    """Return the vendors whose prices may be opened by lot, as the technical report says.

    Raises:
        Refusal: ``not-found`` before that report.
    """
    row = session.get(TechnicalReportRow, tender_id)
    bidders = json.loads(row.document_bytes)["bidders"] if row is not None else {}
    return {
        lot.lot_id: frozenset(bidders[each.bid_id]["vendor"] for each in lot.passed)
        for lot in _result(row)
    }


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
