"""What everybody may read of an evaluation: the reports, from their stored bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from evaluation.domain.case import TECHNICAL, Bid, Case
from evaluation.domain.case_document import parse_case
from evaluation.domain.explaining import ExplainedFigure, explain, worth_explaining
from evaluation.domain.ranking import CombinedScore, LotRanking, PassedBid, RankedBid, SetAside
from evaluation.domain.result_document import read_lots, read_result
from evaluation.domain.scoring import mean_points
from evaluation.models import ReportRow, TechnicalReportRow
from evaluation.models import StoredReport as StoredRow
from foundation.values.instants import instant_from_text
from foundation.values.money import Money
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.domain.award import SINGLE_ENVELOPE, QualityAndCost
from tendering.domain.tender import Lot, Tender


@dataclass(frozen=True)
class Member:
    """One member of the panel as the report names them."""

    name: Text
    chair: bool


@dataclass(frozen=True)
class FoundLine:
    """What the panel found on one bid under one requirement."""

    requirement: Text
    passed: bool
    reason: str


@dataclass(frozen=True)
class MeanLine:
    """The mean of the panel's points for one bid under one criterion (0 to 100).

    ``spread_reason`` is given where the points lay far apart.
    """

    criterion: Text
    weight: Decimal
    points: Decimal
    spread_reason: str


@dataclass(frozen=True)
class ReportedBid:
    """One bid of the report; ``rank`` is None when it was set aside for ``code``.

    With one envelope the read-out price of a bid set aside was public at the opening and was not
    used. With two, the price of a bid that failed stays sealed (``price_sealed``): it has none
    here. ``disqualified`` is why a bid was taken out after its price was opened.
    """

    envelope_id: str
    lot_id: str
    vendor_id: str
    vendor_name: str
    rank: int | None
    code: str
    read_out: Money | None
    corrected: Money | None
    evaluated: Money | None
    score: Decimal | None
    tie_break: str | None
    findings: tuple[FoundLine, ...]
    means: tuple[MeanLine, ...]
    omitted: tuple[Text, ...]
    figures: tuple[ExplainedFigure, ...]
    combined: CombinedScore | None = None
    price_sealed: bool = False
    disqualified: str = ""

    @property
    def failures(self) -> tuple[FoundLine, ...]:
        """Return the findings that the bid failed."""
        return tuple(each for each in self.findings if not each.passed)


@dataclass(frozen=True)
class ReportedLot:
    """One lot: the bids ranked, first to last, then those set aside.

    Before the prices are open there is no rank, and ``passed`` are the bids still standing.
    """

    lot: Lot
    ranked: tuple[ReportedBid, ...]
    set_aside: tuple[ReportedBid, ...]
    passed: tuple[ReportedBid, ...] = ()


@dataclass(frozen=True)
class EvaluationReport:
    """A published report of a tender; a ``technical`` one comes before the prices are open.

    Until ``standing_ends_at`` no price is opened, or no award approved. ``quality`` says how
    quality and price count together, None where the price decides. ``before`` are the lots as
    they stood before a bid was disqualified, empty where none was.
    """

    tender_id: str
    reported_at: datetime
    standing_ends_at: datetime
    sha256: str
    method: str
    pass_mark: Decimal | None
    score_decimals: int
    tie_breaks: tuple[str, ...]
    omission: str
    members: tuple[Member, ...]
    lots: tuple[ReportedLot, ...]
    technical: bool = False
    quality: QualityAndCost | None = None
    before: tuple[ReportedLot, ...] = ()

    def bid(self, envelope_id: str) -> ReportedBid | None:
        """Return one bid of the report."""
        for lot in self.lots:
            for bid in (*lot.passed, *lot.ranked, *lot.set_aside):
                if bid.envelope_id == envelope_id:
                    return bid
        return None


@dataclass(frozen=True)
class StoredReport:
    """The report and its case, byte for byte; ``muhr evaluate`` takes the case."""

    document: bytes
    case: bytes
    sha256: str


def stored_report(session: Session, tender_id: str) -> StoredReport | None:
    """Return the stored bytes of the report, or None before it was published."""
    return _stored(session.get(ReportRow, tender_id))


def stored_technical_report(session: Session, tender_id: str) -> StoredReport | None:
    """Return the stored bytes of the technical report, or None before it was published."""
    return _stored(session.get(TechnicalReportRow, tender_id))


def report(session: Session, tender_id: str) -> EvaluationReport | None:
    """Return the published report, or None."""
    row = session.get(ReportRow, tender_id)
    return None if row is None else _read(session, tender_id, row)


def technical_report(session: Session, tender_id: str) -> EvaluationReport | None:
    """Return the published technical report, or None."""
    row = session.get(TechnicalReportRow, tender_id)
    return None if row is None else _read(session, tender_id, row)


def _stored(row: StoredRow | None) -> StoredReport | None:
    return None if row is None else StoredReport(row.document_bytes, row.case_bytes, row.sha256)


def _read(session: Session, tender_id: str, row: StoredRow) -> EvaluationReport:
    tender = tenders.tender(session, tender_id)
    document = json.loads(row.document_bytes)
    case = parse_case(document["case"])
    sources = _Sources(tender, case, document["bidders"], _spreads(document))
    rankings = read_result(document["result"])
    return EvaluationReport(
        tender_id=tender_id,
        reported_at=instant_from_text(document["reported_at"]),
        standing_ends_at=instant_from_text(document["standing_ends_at"]),
        sha256=row.sha256,
        method=case.method,
        pass_mark=case.pass_mark,
        score_decimals=case.rules.score_decimals,
        tie_breaks=case.rules.tie_breaks,
        omission=case.rules.omission,
        members=tuple(
            Member(Text(each["name"]["en"], each["name"]["ur"]), each["chair"])
            for each in document["members"]
        ),
        lots=tuple(_lot(lot, sources) for lot in rankings),
        technical=case.envelopes == TECHNICAL,
        quality=case.quality_and_cost,
        before=tuple(
            _lot(lot, sources) for lot in read_lots(document.get("before_disqualification", []))
        ),
    )


@dataclass(frozen=True)
class _Sources:
    tender: Tender
    case: Case
    bidders: Mapping[str, Mapping[str, str]]
    spreads: Mapping[tuple[str, str], str]

    @property
    def titles(self) -> dict[str, Text]:
        items = {item.id: item.description for item in self.tender.items}
        return items | {each.id: each.title for each in self.tender.criteria}


def _spreads(document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {(each["bid"], each["criterion"]): each["reason"] for each in document["spreads"]}


def _lot(ranking: LotRanking, sources: _Sources) -> ReportedLot:
    lot = sources.tender.lot(ranking.lot_id) or Lot(ranking.lot_id, Text())
    bids = {bid.id: bid for each in sources.case.lots for bid in each.bids}
    return ReportedLot(
        lot=lot,
        ranked=tuple(_bid(bids[each.bid_id], each, ranking, sources) for each in ranking.ranking),
        set_aside=tuple(
            _bid(bids[each.bid_id], each, ranking, sources) for each in ranking.set_aside
        ),
        passed=tuple(_bid(bids[each.bid_id], each, ranking, sources) for each in ranking.passed),
    )


def _bid(
    bid: Bid, place: RankedBid | SetAside | PassedBid, ranking: LotRanking, sources: _Sources
) -> ReportedBid:
    ranked = place if isinstance(place, RankedBid) else None
    aside = place if isinstance(place, SetAside) else None
    currency = sources.tender.currency
    bidder = sources.bidders[bid.id]
    figures = ranking.figures_of(bid.id)
    score = next((Decimal(each.value) for each in figures if each.name == "score"), None)
    return ReportedBid(
        envelope_id=bid.id,
        lot_id=ranking.lot_id,
        vendor_id=bidder["vendor"],
        vendor_name=bidder["name"],
        rank=ranked.rank if ranked else None,
        code=aside.code if aside else "",
        read_out=_money(bid.price.total, currency) if bid.price else None,
        corrected=_money(ranked.corrected_price, currency) if ranked else None,
        evaluated=_money(ranked.evaluated_price, currency) if ranked else None,
        score=score,
        tie_break=ranked.tie_break if ranked else None,
        findings=_findings(bid, sources.tender),
        means=_means(bid, sources) if score is not None else (),
        omitted=_omitted(bid, ranking.lot_id, sources),
        figures=tuple(explain(each, sources.titles) for each in figures if worth_explaining(each)),
        combined=ranked.combined if ranked else None,
        price_sealed=_is_sealed(bid, sources.case),
        disqualified=bid.disqualified,
    )


def _is_sealed(bid: Bid, case: Case) -> bool:
    """Tell whether the bid's price envelope was never opened."""
    never = bid.price is None and not bid.price_setback
    return never and case.envelopes != SINGLE_ENVELOPE


def _money(amount: Decimal, currency: str) -> Money:
    """Return an amount for showing: a whole one without its empty decimals."""
    whole = amount.to_integral_value()
    return Money(whole if whole == amount else amount, currency)


def _findings(bid: Bid, tender: Tender) -> tuple[FoundLine, ...]:
    found = {each.requirement_id: each for each in bid.findings}
    return tuple(
        FoundLine(each.text, found[each.id].passed, found[each.id].reason)
        for each in tender.requirements
        if each.id in found
    )


def _means(bid: Bid, sources: _Sources) -> tuple[MeanLine, ...]:
    means = []
    for each in sources.tender.criteria:
        points = mean_points(bid, each.id, sources.case.rules.score_decimals)
        if points is not None:
            reason = sources.spreads.get((bid.id, each.id), "")
            means.append(MeanLine(each.title, each.weight, points, reason))
    return tuple(means)


def _omitted(bid: Bid, lot_id: str, sources: _Sources) -> tuple[Text, ...]:
    if bid.price is None:
        return ()
    stated = {line.item_id for line in bid.price.lines}
    items = sources.tender.items_of(lot_id)
    return tuple(item.description for item in items if item.id not in stated)
