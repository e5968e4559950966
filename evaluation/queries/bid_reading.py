"""One opened bid as a declared evaluator reads it: prices, answers, files, own points."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from bids.domain.bid_content import BidContent, Security
from bids.domain.bid_content import Finding as ContentFinding
from bids.facts import OpenedBid, OpenedFile
from evaluation.domain import exact, panel
from evaluation.domain import findings as rules
from evaluation.domain.case import Bid, Case, Finding, Score
from evaluation.domain.panel import Panel, Seat
from evaluation.queries import cases, record
from foundation.values.actor import Actor
from foundation.values.money import Money
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.domain.tender import ENDED_STAGES, Criterion, Requirement, Stage, Tender


@dataclass(frozen=True)
class PriceLine:
    """One item: what the vendor stated and, beside it, quantity times unit price.

    An omitted item has no stated figures.
    """

    description: Text
    unit: str
    quantity: Decimal
    unit_price: Decimal | None
    stated: Decimal | None
    recomputed: Decimal | None

    @property
    def differs(self) -> bool:
        """Tell whether the stated amount is not the product."""
        return self.stated != self.recomputed


@dataclass(frozen=True)
class AnswerLine:
    """The vendor's answer under a requirement or criterion, with the files named there."""

    value: str | bool | None
    files: tuple[OpenedFile, ...]


@dataclass(frozen=True)
class RequirementLine:
    """A requirement, the answer to it and what the panel found."""

    requirement: Requirement
    answer: AnswerLine
    finding: Finding | None


@dataclass(frozen=True)
class CriterionLine:
    """A criterion, the answer to it and the evaluator's own points; ``others`` once all are in."""

    criterion: Criterion
    answer: AnswerLine
    own: Score | None
    others: tuple[Score, ...]


class PriceState(StrEnum):
    """Where the price of a bid is, as the panel sees it."""

    HERE = "here"  # in the same envelope, or its own is open
    SEALED = "sealed"  # until the technical report is out and two persons have decided
    UNOPENED = "unopened"  # for good
    MISSING = "missing"  # its envelope was not delivered or gives no price


@dataclass(frozen=True)
class BidPage:
    """All that a declared evaluator sees of one bid."""

    tender: Tender
    seat: Seat
    envelope_id: str
    vendor_name: str
    lot: Text
    received_at: datetime
    sha256: str
    setback: str
    currency: str
    lines: tuple[PriceLine, ...]
    stated_total: Money | None
    recomputed_total: Money | None
    validity_days: int | None
    security: Security | None
    partners: tuple[str, ...]
    requirements: tuple[RequirementLine, ...]
    criteria: tuple[CriterionLine, ...]
    files: tuple[OpenedFile, ...]
    price_state: PriceState
    tells_price: bool
    disqualified: str
    may_disqualify: bool
    failed: bool
    findings_open: bool
    scoring_open: bool


def bid_page(session: Session, actor: Actor, tender_id: str, envelope_id: str) -> BidPage:
    """Return one opened bid.

    Raises:
        Refusal: ``not-found``, or what ``panel.require_declared`` says.
    """
    tender = record.own_tender(session, actor, tender_id)
    seats = record.require_panel(session, tender_id)
    seat = panel.require_declared(seats, actor.account_id)
    opened = cases.opened_bids(session, tender_id).get(envelope_id)
    if opened is None:
        raise Refusal("not-found")
    prices = cases.price_envelopes(session, tender)
    price = (prices or {}).get((opened.lot_id, opened.vendor_id))
    case = cases.case_of(session, tender)
    bid = cases.bids_of(case)[envelope_id]
    lot = tender.lot(opened.lot_id)
    content = opened.content
    lines = price_lines(bid, tender, opened.lot_id)
    return BidPage(
        tender=tender,
        seat=seat,
        envelope_id=envelope_id,
        vendor_name=opened.vendor_name,
        lot=lot.title if lot and len(tender.lots) > 1 else Text(),
        received_at=opened.received_at,
        sha256=opened.sha256,
        setback=bid.setback,
        currency=tender.currency,
        lines=lines,
        stated_total=Money(bid.price.total, tender.currency) if bid.price else None,
        recomputed_total=_recomputed_total(lines, tender, case),
        validity_days=content.validity_days if content else None,
        security=content.security if content else None,
        partners=tuple(each.name for each in content.partners) if content else (),
        requirements=_requirements(tender, opened, bid),
        criteria=_criteria(tender, opened, bid, seat, seats),
        files=(*opened.files, *(price.files if price is not None else ())),
        price_state=_price_state(tender, bid, prices),
        tells_price=opened.finding == ContentFinding.PRICE_IN_TECHNICAL,
        disqualified=bid.disqualified,
        may_disqualify=_may_disqualify(tender, bid, seat),
        failed=bool(rules.failed_requirements(bid)),
        findings_open=_findings_open(tender, opened, seat, seats),
        scoring_open=_scoring_open(tender, bid, seat),
    )


def _price_state(tender: Tender, bid: Bid, prices: object | None) -> PriceState:
    if not tender.has_two_envelopes or bid.price is not None:
        return PriceState.HERE
    if bid.price_setback:
        return PriceState.MISSING
    ended = tender.stage in ENDED_STAGES
    return PriceState.UNOPENED if ended or prices is not None else PriceState.SEALED


def _may_disqualify(tender: Tender, bid: Bid, seat: Seat) -> bool:
    return tender.stage is Stage.PRICES_OPENED and seat.chair and bid.price is not None


def price_lines(bid: Bid, tender: Tender, lot_id: str) -> tuple[PriceLine, ...]:
    """Return every item of the lot with the stated figures and the product beside them."""
    if bid.price is None:
        return ()
    stated = {line.item_id: line for line in bid.price.lines}
    lines = []
    for item in tender.items_of(lot_id):
        line = stated.get(item.id)
        product = (
            None
            if line is None
            else Decimal(
                exact.exact_text(exact.fraction(item.quantity) * exact.fraction(line.unit_price))
            )
        )
        lines.append(
            PriceLine(
                description=item.description,
                unit=item.unit,
                quantity=item.quantity,
                unit_price=line.unit_price if line else None,
                stated=line.amount if line else None,
                recomputed=product,
            )
        )
    return tuple(lines)


def _recomputed_total(lines: tuple[PriceLine, ...], tender: Tender, case: Case) -> Money | None:
    if not lines:
        return None
    total = sum(exact.fraction(each.recomputed) for each in lines if each.recomputed is not None)
    rounded = exact.rounded(exact.fraction(Decimal(0)) + total, case.rules.money_decimals)
    return Money(rounded, tender.currency)


def _answer(content: BidContent | None, opened: OpenedBid, about: str) -> AnswerLine:
    if content is None:
        return AnswerLine(None, ())
    given = next((each for each in content.answers if each.criterion == about), None)
    if given is None:
        return AnswerLine(None, ())
    named = frozenset(given.files)
    return AnswerLine(given.value, tuple(file for file in opened.files if file.name in named))


def _requirements(tender: Tender, opened: OpenedBid, bid: Bid) -> tuple[RequirementLine, ...]:
    found = {each.requirement_id: each for each in bid.findings}
    return tuple(
        RequirementLine(each, _answer(opened.content, opened, each.id), found.get(each.id))
        for each in tender.requirements
    )


def _criteria(
    tender: Tender, opened: OpenedBid, bid: Bid, seat: Seat, seats: Panel
) -> tuple[CriterionLine, ...]:
    lines = []
    for each in tender.criteria:
        scores = [score for score in bid.scores if score.criterion_id == each.id]
        own = next((score for score in scores if score.evaluator == seat.label), None)
        others = tuple(s for s in scores if s.evaluator != seat.label)
        lines.append(
            CriterionLine(
                each,
                _answer(opened.content, opened, each.id),
                own,
                others if seats.all_finished else (),
            )
        )
    return tuple(lines)


def _findings_open(tender: Tender, opened: OpenedBid, seat: Seat, seats: Panel) -> bool:
    running = tender.stage is Stage.OPENED and not seats.any_finished
    return running and seat.chair and opened.state == "opened"


def _scoring_open(tender: Tender, bid: Bid, seat: Seat) -> bool:
    running = tender.stage is Stage.OPENED and seat.finished_at is None
    return running and rules.meets_requirements(bid)
