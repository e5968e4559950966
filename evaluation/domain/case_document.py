"""The JSON form of a case (docs/formats/evaluation-case.md), read strictly and written again."""

from collections.abc import Mapping
from decimal import Decimal

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
from evaluation.domain.case_reader import Reader
from evaluation.domain.correction import AVERAGE
from evaluation.domain.tie_breaks import TIE_BREAKS
from foundation.values.canonical import Document
from tendering.domain.award import (
    SINGLE_ENVELOPE,
    TWO_ENVELOPES,
    PriceFormula,
    QualityAndCost,
    TechnicalScale,
)

OMISSIONS = frozenset({AVERAGE, "not_responsive"})
ENVELOPES = frozenset({SINGLE_ENVELOPE, TECHNICAL, TWO_ENVELOPES})
SETBACK = r"[a-z]+(-[a-z0-9]+)*"


def parse_case(document: Document) -> Case:
    """Return the case that ``document`` describes.

    Raises:
        Refusal: ``bad-case`` with ``where`` (a path such as ``lots[0].bids[2].price``).
    """
    case = Reader(document, "case")
    case.only("v", "tender", "method", "currency", "requirements", "criteria", "pass_mark",
              "rules", "lots", "envelopes", "quality_and_cost")  # fmt: skip
    if case.whole("v") != 1:
        raise case.bad("v")
    requirements = tuple(each.text_itself() for each in case.rows("requirements", default=()))
    criteria = tuple(_parse_criterion(each) for each in case.rows("criteria", default=()))
    if criteria and sum((each.weight for each in criteria), Decimal(0)) != 100:
        raise case.bad("criteria")
    envelopes = _parse_envelopes(case)
    parsed = Case(
        tender=case.text("tender"),
        method=case.text("method"),
        currency=case.text("currency", pattern="[A-Z]{3}"),
        requirements=case.unique(requirements, "requirements"),
        criteria=criteria,
        pass_mark=case.number("pass_mark") if case.has("pass_mark") else None,
        lots=tuple(
            _parse_lot(each, criteria, requirements, envelopes) for each in case.rows("lots")
        ),
        rules=_parse_rules(case.section("rules")) if case.has("rules") else Rules(),
        envelopes=envelopes,
        quality_and_cost=_parse_quality(case),
    )
    case.unique(tuple(each.id for each in criteria), "criteria")
    case.unique(tuple(lot.id for lot in parsed.lots), "lots")
    case.unique(tuple(bid.id for lot in parsed.lots for bid in lot.bids), "lots")
    return parsed


def case_document(case: Case) -> dict[str, Document]:
    """Return the JSON form of ``case``; ``parse_case`` gives the same case back."""
    document: dict[str, Document] = {
        "v": 1,
        "tender": case.tender,
        "method": case.method,
        "currency": case.currency,
        "requirements": list(case.requirements),
        "criteria": [{"id": c.id, "weight": format(c.weight, "f")} for c in case.criteria],
        "rules": {
            "score_decimals": case.rules.score_decimals,
            "money_decimals": case.rules.money_decimals,
            "spread_limit": format(case.rules.spread_limit, "f"),
            "omission": case.rules.omission,
            "tie_breaks": list(case.rules.tie_breaks),
        },
        "lots": [
            {
                "id": lot.id,
                "items": [{"id": i.id, "quantity": format(i.quantity, "f")} for i in lot.items],
                "bids": [_bid_document(bid) for bid in lot.bids],
            }
            for lot in case.lots
        ],
    }
    if case.pass_mark is not None:
        document["pass_mark"] = format(case.pass_mark, "f")
    if case.envelopes != SINGLE_ENVELOPE:
        document["envelopes"] = list(case.envelopes)
    if case.quality_and_cost is not None:
        document["quality_and_cost"] = {
            "technical_weight": format(case.quality_and_cost.technical_weight, "f"),
            "price_formula": case.quality_and_cost.price_formula.value,
            "technical_scale": case.quality_and_cost.technical_scale.value,
        }
    return document


def _parse_rules(rules: Reader) -> Rules:
    rules.only("score_decimals", "money_decimals", "spread_limit", "omission", "tie_breaks")
    omission = rules.text("omission", default=AVERAGE)
    if omission not in OMISSIONS:
        raise rules.bad("omission")
    usual = Rules()
    chain = tuple(each.text_itself() for each in rules.rows("tie_breaks", default=()))
    if any(name not in TIE_BREAKS for name in chain):
        raise rules.bad("tie_breaks")
    return Rules(
        score_decimals=rules.whole("score_decimals", default=usual.score_decimals),
        money_decimals=rules.whole("money_decimals", default=usual.money_decimals),
        spread_limit=(
            rules.number("spread_limit") if rules.has("spread_limit") else usual.spread_limit
        ),
        omission=omission,
        tie_breaks=chain if rules.has("tie_breaks") else usual.tie_breaks,
    )


def _parse_envelopes(case: Reader) -> tuple[str, ...]:
    envelopes = tuple(one.text_itself() for one in case.rows("envelopes", SINGLE_ENVELOPE))
    if envelopes not in ENVELOPES:
        raise case.bad("envelopes")
    return envelopes


def _parse_quality(case: Reader) -> QualityAndCost | None:
    if not case.has("quality_and_cost"):
        return None
    how = case.section("quality_and_cost")
    how.only("technical_weight", "price_formula", "technical_scale")
    weight = how.number("technical_weight")
    if not 0 < weight < 100:
        raise how.bad("technical_weight")
    return QualityAndCost(
        weight,
        PriceFormula(how.one_of("price_formula", frozenset(PriceFormula))),
        TechnicalScale(how.one_of("technical_scale", frozenset(TechnicalScale))),
    )


def _parse_criterion(each: Reader) -> CaseCriterion:
    each.only("id", "weight")
    return CaseCriterion(each.text("id"), each.number("weight"))


def _parse_lot(
    lot: Reader,
    criteria: tuple[CaseCriterion, ...],
    requirements: tuple[str, ...],
    envelopes: tuple[str, ...],
) -> CaseLot:
    lot.only("id", "items", "bids")
    items = tuple(_parse_item(each) for each in lot.rows("items"))
    lot.unique(tuple(item.id for item in items), "items")
    known = frozenset(item.id for item in items)
    scored = frozenset(each.id for each in criteria)
    bids = tuple(
        _parse_bid(b, known, scored, frozenset(requirements), envelopes) for b in lot.rows("bids")
    )
    return CaseLot(lot.text("id"), items, bids)


def _parse_item(each: Reader) -> CaseItem:
    each.only("id", "quantity")
    return CaseItem(each.text("id"), each.number("quantity"))


def _parse_bid(
    bid: Reader,
    items: frozenset[str],
    criteria: frozenset[str],
    requirements: frozenset[str],
    envelopes: tuple[str, ...],
) -> Bid:
    bid.only("id", "vendor", "completed_at", "sha256", "setback", "price", "findings", "scores",
             "price_setback", "disqualified")  # fmt: skip
    setback = bid.text("setback", default="", pattern=f"({SETBACK})?")
    if envelopes == SINGLE_ENVELOPE and not setback and not bid.has("price"):
        setback = "no-readable-price"
    if envelopes == TECHNICAL and bid.has("price"):
        raise bid.bad("price")
    findings = tuple(_parse_finding(each, requirements) for each in bid.rows("findings", ()))
    bid.unique(tuple(each.requirement_id for each in findings), "findings")
    scores = tuple(_parse_score(each, criteria) for each in bid.rows("scores", ()))
    bid.unique(tuple(f"{each.evaluator}/{each.criterion_id}" for each in scores), "scores")
    return Bid(
        id=bid.text("id"),
        vendor=bid.text("vendor", default=""),
        completed_at=bid.instant("completed_at"),
        sha256=bid.text("sha256", pattern="[0-9a-f]{64}"),
        setback=setback,
        price=_parse_price(bid.section("price"), items) if bid.has("price") else None,
        findings=findings,
        scores=scores,
        price_setback=bid.text("price_setback", default="", pattern=f"({SETBACK})?"),
        disqualified=bid.text("disqualified", default="", longest=4_000),
    )


def _parse_price(price: Reader, items: frozenset[str]) -> PriceSchedule:
    price.only("lines", "total")
    lines = tuple(_parse_line(each, items) for each in price.rows("lines"))
    price.unique(tuple(line.item_id for line in lines), "lines")
    return PriceSchedule(lines, price.number("total"))


def _parse_line(line: Reader, items: frozenset[str]) -> PricedLine:
    line.only("item", "quantity", "unit_price", "amount")
    return PricedLine(
        item_id=line.one_of("item", items),
        quantity=line.number("quantity"),
        unit_price=line.number("unit_price"),
        amount=line.number("amount"),
    )


def _parse_finding(each: Reader, requirements: frozenset[str]) -> Finding:
    each.only("requirement", "passed", "reason")
    return Finding(
        requirement_id=each.one_of("requirement", requirements),
        passed=each.flag("passed"),
        reason=each.text("reason", default="", longest=4_000),
    )


def _parse_score(each: Reader, criteria: frozenset[str]) -> Score:
    each.only("evaluator", "criterion", "points", "reason")
    points = each.number("points")
    if points > 100:
        raise each.bad("points")
    return Score(
        evaluator=each.text("evaluator"),
        criterion_id=each.one_of("criterion", criteria),
        points=points,
        reason=each.text("reason", default="", longest=4_000),
    )


def _bid_document(bid: Bid) -> Mapping[str, Document]:
    document: dict[str, Document] = {
        "id": bid.id,
        "vendor": bid.vendor,
        "completed_at": bid.completed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "sha256": bid.sha256,
        "findings": [
            {"requirement": f.requirement_id, "passed": f.passed, "reason": f.reason}
            for f in bid.findings
        ],
        "scores": [
            {"evaluator": s.evaluator, "criterion": s.criterion_id,
             "points": format(s.points, "f"), "reason": s.reason}
            for s in bid.scores
        ],
    }  # fmt: skip
    for name, value in (
        ("setback", bid.setback),
        ("price_setback", bid.price_setback),
        ("disqualified", bid.disqualified),
    ):
        if value:
            document[name] = value
    if bid.price is not None:
        document["price"] = {
            "total": format(bid.price.total, "f"),
            "lines": [
                {"item": line.item_id, "quantity": format(line.quantity, "f"),
                 "unit_price": format(line.unit_price, "f"), "amount": format(line.amount, "f")}
                for line in bid.price.lines
            ],
        }  # fmt: skip
    return document
