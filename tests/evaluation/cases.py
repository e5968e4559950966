"""Cases with the exact figures of the acceptance scenarios, and makers of random ones."""

from collections.abc import Sequence
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
) -> Case:
    """Return a case of one lot."""
    return Case(
        tender="t1",
        method="lowest_price",
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


def points(evaluator: str, criterion: str, value: str) -> Score:
    """Return a score."""
    return Score(evaluator, criterion, Decimal(value))
