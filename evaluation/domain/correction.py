"""Arithmetic correction and omitted items: what was stated stays, the recomputed stands beside it.

Source: World Bank standard procurement document, ITB 34.1 and 35.1: the unit rate prevails; an
omitted item takes the average of the responsive bids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaluation.domain import exact
from evaluation.domain.case import Bid, CaseLot, PricedLine
from evaluation.domain.figures import (
    Figure,
    FigureName,
    Operand,
    Operation,
    Step,
    operand,
    rounded_figure,
    step,
)

AVERAGE = "average_of_responsive_bids"


@dataclass(frozen=True)
class CorrectedLine:
    """One item of a bid: the stated amount and, recomputed, quantity times unit price."""

    item_id: str
    stated: Decimal
    corrected: Fraction
    step: Step


@dataclass(frozen=True)
class CorrectedPrice:
    """A bid's lines recomputed; ``omitted`` are the items it does not price."""

    bid_id: str
    read_out: Decimal
    lines: tuple[CorrectedLine, ...]
    omitted: tuple[str, ...]

    @property
    def total(self) -> Fraction:
        """Return the corrected price: the sum of the recomputed lines."""
        return sum((line.corrected for line in self.lines), Fraction(0))

    def line(self, item_id: str) -> CorrectedLine | None:
        """Return the line for an item, or None when it is omitted."""
        return next((line for line in self.lines if line.item_id == item_id), None)


def correct(bid: Bid, lot: CaseLot) -> CorrectedPrice | None:
    """Recompute every line with the tender's own quantity, or return None without a price."""
    if bid.price is None:
        return None
    stated = {line.item_id: line for line in bid.price.lines}
    lines = tuple(
        _correct_line(stated[item.id], item.quantity) for item in lot.items if item.id in stated
    )
    omitted = tuple(item.id for item in lot.items if item.id not in stated)
    return CorrectedPrice(bid.id, bid.price.total, lines, omitted)


def _correct_line(line: PricedLine, quantity: Decimal) -> CorrectedLine:
    worked = step(
        f"item:{line.item_id}",
        Operation.PRODUCT,
        (
            operand("quantity", exact.fraction(quantity)),
            operand("unit_price", exact.fraction(line.unit_price)),
        ),
    )
    return CorrectedLine(line.item_id, line.amount, exact.exact_value(worked.result), worked)


def fillable(prices: Sequence[CorrectedPrice], omission: str) -> tuple[CorrectedPrice, ...]:
    """Return the prices that can be compared: complete, or with averages for what they omit.

    A bid whose omitted item no other remaining bid prices is set aside; as its own prices then
    count no more either, this goes on until nothing changes.
    """
    remaining = list(prices)
    while True:
        kept = [each for each in remaining if _can_fill(each, remaining, omission)]
        if len(kept) == len(remaining):
            return tuple(kept)
        remaining = kept


def _can_fill(price: CorrectedPrice, others: Sequence[CorrectedPrice], omission: str) -> bool:
    if price.omitted and omission != AVERAGE:
        return False
    return all(any(other.line(item) for other in others) for item in price.omitted)


def corrected_figures(price: CorrectedPrice, decimals: int) -> tuple[Figure, ...]:
    """Return the read-out price, the corrected price and the change between them."""
    total = step(
        "corrected_price",
        Operation.SUM,
        tuple(Operand(line.step.about, line.step.result) for line in price.lines),
    )
    steps = (*(line.step for line in price.lines), total)
    figures = [
        Figure(price.bid_id, FigureName.READ_OUT_PRICE, exact.decimal_text(price.read_out), ()),
        rounded_figure(price.bid_id, FigureName.CORRECTED_PRICE, steps, decimals),
    ]
    if price.read_out > 0:
        figures.append(_change_figure(price, total))
    return tuple(figures)


def _change_figure(price: CorrectedPrice, total: Step) -> Figure:
    change = step(
        "correction_percent",
        Operation.PERCENT_CHANGE,
        (
            operand("read_out_price", exact.fraction(price.read_out)),
            Operand("corrected_price", total.result),
        ),
    )
    return rounded_figure(price.bid_id, FigureName.CORRECTION_PERCENT, (change,), 4)


def evaluated_figure(
    price: CorrectedPrice, comparable: Sequence[CorrectedPrice], decimals: int
) -> tuple[Fraction, Figure]:
    """Return the exact evaluated price, by which bids are ranked, and its figure.

    The figure is rounded for showing only, at its last step.
    """
    parts: list[Operand] = [operand("corrected_price", price.total)]
    steps: list[Step] = []
    for item in price.omitted:
        average = step(
            f"omitted:{item}",
            Operation.MEAN,
            tuple(
                Operand(f"bid:{other.bid_id}", line.step.result)
                for other in sorted(comparable, key=lambda each: each.bid_id)
                if (line := other.line(item)) is not None
            ),
        )
        steps.append(average)
        parts.append(Operand(average.about, average.result))
    total = step("evaluated_price", Operation.SUM, tuple(parts))
    figure = rounded_figure(price.bid_id, FigureName.EVALUATED_PRICE, (*steps, total), decimals)
    return exact.exact_value(total.result), figure
