"""Cases with the exact figures of the acceptance scenarios, and makers of random ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

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
from tendering.domain.award import (
    TWO_ENVELOPES,
    PriceFormula,
    QualityAndCost,
    TechnicalScale,
)

FIRST_AT = datetime(2026, 3, 17, 5, 0, tzinfo=UTC)
ITEMS = (
    CaseItem("1", Decimal(100)),
    CaseItem("2", Decimal(40)),
    CaseItem("3", Decimal(10)),
)


def line(item: str, unit_price: str, amount: str | None = None) -> PricedLine:
    """Return a line that states ``amount``, or the right product."""
    quantity = next(one.quantity for one in ITEMS if one.id == item)
    stated = Decimal(amount) if amount else quantity * Decimal(unit_price)
    return PricedLine(item, quantity, Decimal(unit_price), stated)


def bid(
    bid_id: str,
    lines: Sequence[PricedLine],
    *,
    total: str | None = None,
    minutes: int = 0,
    failed: Sequence[str] = (),
    scores: Sequence[Score] = (),
    setback: str = "",
) -> Bid:
    """Return a readable bid completed ``minutes`` after the first."""
    stated = Decimal(total) if total else sum((each.amount for each in lines), Decimal(0))
    return Bid(
        id=bid_id,
        vendor=f"vendor-{bid_id}",
        completed_at=FIRST_AT + timedelta(minutes=minutes),
        sha256=(bid_id.encode().hex() * 64)[:64],
        setback=setback,
        price=None if setback else PriceSchedule(tuple(lines), stated),
        findings=tuple(
            Finding(name, name not in failed, "Not there." if name in failed else "")
            for name in ("tax",)
        ),
        scores=tuple(scores),
    )


def case(
    bids: Sequence[Bid],
    *,
    criteria: Sequence[CaseCriterion] = (),
    at_least: str | None = None,
    rules: Rules | None = None,
    method: str = "lowest_price",
) -> Case:
    """Return a case of one lot."""
    return Case(
        tender="t1",
        method=method,
        currency="PKR",
        requirements=("tax",),
        criteria=tuple(criteria),
        pass_mark=Decimal(at_least) if at_least else None,
        lots=(CaseLot("1", ITEMS, tuple(bids)),),
        rules=rules or Rules(),
    )


def scenario_8() -> Case:
    """Return the bids of acceptance scenario 8: a wrong line in B, an omitted item in C."""
    return case(
        [
            bid("A", [line("1", "2450"), line("2", "12500"), line("3", "35000")]),
            bid(
                "B",
                [line("1", "2300", "203000"), line("2", "12900"), line("3", "34000")],
                minutes=1,
            ),
            bid("C", [line("1", "2500"), line("2", "12000")], minutes=2),
        ]
    )


def quality(
    bids: Mapping[str, tuple[str, str | None]],
    *,
    weight: str = "80",
    at_least: str | None = "70",
    formula: str = "proportional",
    scale: str = "absolute",
) -> Case:
    """Return a case of quality and cost with two envelopes, ``{bid: (points, price or None)}``."""
    only = CaseItem("1", Decimal(1))
    made = []
    for minutes, (bid_id, (given, price)) in enumerate(bids.items()):
        lines = [PricedLine("1", Decimal(1), Decimal(price), Decimal(price))] if price else []
        one = bid(bid_id, lines, minutes=minutes, scores=[points("E1", "plan", given)])
        made.append(one if price else replace(one, price=None))
    whole = case(
        made, criteria=[CaseCriterion("plan", Decimal(100))], at_least=at_least,
        method="quality_and_cost",
    )  # fmt: skip
    return replace(
        whole,
        lots=(CaseLot("1", (only,), tuple(made)),),
        envelopes=TWO_ENVELOPES,
        quality_and_cost=QualityAndCost(
            Decimal(weight), PriceFormula(formula), TechnicalScale(scale)
        ),
    )


def scenario_7(**how: str) -> Case:
    """Return the bids of acceptance scenario 7; D fails the pass mark, so it has no price."""
    return quality(
        {
            "A": ("82.50", "12000000"),
            "B": ("90", "15000000"),
            "C": ("75", "10000000"),
            "D": ("68", None),
        },
        **how,
    )


def scenario_9() -> Case:
    """Return the bids of acceptance scenario 9."""
    return quality({"A": ("75", "80"), "B": ("89", "122"), "C": ("70", "72")}, weight="70")


def points(evaluator: str, criterion: str, value: str) -> Score:
    """Return a score."""
    return Score(evaluator, criterion, Decimal(value))
