"""How a tender ended, for everybody to read."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.award import Outcome
from evaluation.models import ProposalRow, ReportRow
from evaluation.queries.record import proposal_of
from foundation.values.money import Money
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.domain.tender import Lot


@dataclass(frozen=True)
class LotDecision:
    """How one lot ended; without a winner ``outcome`` says why."""

    lot: Lot
    outcome: str
    envelope_id: str
    vendor_id: str
    vendor_name: str
    amount: Money | None


@dataclass(frozen=True)
class AwardDecision:
    """How the tender ended: proposed by one person, approved by another."""

    tender_id: str
    outcome: str
    reason: str
    lots: tuple[LotDecision, ...]
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime


def award(session: Session, tender_id: str) -> AwardDecision | None:
    """Return how the tender ended, or None while it has not."""
    row = session.scalars(
        select(ProposalRow).where(
            ProposalRow.tender_id == tender_id, ProposalRow.state == "approved"
        )
    ).one_or_none()
    if row is None or row.decided_at is None:
        return None
    return AwardDecision(
        tender_id=tender_id,
        outcome=proposal_of(row).outcome.value,
        reason=row.reason,
        lots=decisions(session, row),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
    )


def decisions(session: Session, row: ProposalRow) -> tuple[LotDecision, ...]:
    """Return what a proposal says for each lot, with the winners' names."""
    tender = tenders.tender(session, row.tender_id)
    stored = session.get(ReportRow, row.tender_id)
    bidders = json.loads(stored.document_bytes)["bidders"] if stored else {}
    found = []
    for each in proposal_of(row).lots:
        winner = bidders.get(each.bid_id, {}) if each.outcome is Outcome.AWARDED else {}
        found.append(
            LotDecision(
                lot=tender.lot(each.lot_id) or Lot(each.lot_id, Text()),
                outcome=each.outcome.value,
                envelope_id=each.bid_id or "",
                vendor_id=winner.get("vendor", ""),
                vendor_name=winner.get("name", ""),
                amount=None if each.amount is None else Money(each.amount, tender.currency),
            )
        )
    return tuple(found)
