"""What a bidder reads about its own bids: how they did, why, and beside the first."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from evaluation.domain.comparison import Comparison, compare
from evaluation.queries.reports import (
    EvaluationReport,
    ReportedBid,
    ReportedLot,
    report,
    technical_report,
)
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Tender


@dataclass(frozen=True)
class OwnBid:
    """One bid of the reader's firm; ``first`` leads its lot, where somebody else does."""

    lot: ReportedLot
    bid: ReportedBid
    first: ReportedBid | None
    comparison: Comparison | None


@dataclass(frozen=True)
class OwnResult:
    """All bids of the reader's firm in one tender, as the newest published report has them."""

    tender: Tender
    report: EvaluationReport
    bids: tuple[OwnBid, ...]


def own_result(session: Session, actor: Actor, tender_id: str) -> OwnResult:
    """Return how the bids of the actor's firm did.

    Raises:
        Refusal: ``not-found`` before a report, and for a firm without a bid in it.
    """
    found = report(session, tender_id) or technical_report(session, tender_id)
    if found is None:
        raise Refusal("not-found")
    bids = tuple(
        _own(found, lot, bid)
        for lot in found.lots
        for bid in (*lot.passed, *lot.ranked, *lot.set_aside)
        if bid.vendor_id == actor.organisation_id
    )
    if not bids:
        raise Refusal("not-found")
    return OwnResult(tenders.tender(session, tender_id), found, bids)


def _own(found: EvaluationReport, lot: ReportedLot, bid: ReportedBid) -> OwnBid:
    first = lot.ranked[0] if lot.ranked and lot.ranked[0] != bid else None
    comparison = None
    if first and first.combined and bid.combined and found.quality:
        comparison = compare(bid.combined, first.combined, found.quality, found.score_decimals)
    return OwnBid(lot, bid, first, comparison)
