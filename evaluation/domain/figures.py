"""Figures that explain themselves: each is a chain of steps that any machine can do again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from evaluation.domain import exact
from foundation.values.canonical import Document
from foundation.values.refusal import Refusal


class Operation(StrEnum):
    """What one step does with its operands."""

    PRODUCT = "product"
    SUM = "sum"
    MEAN = "mean"
    WEIGHTED_SUM = "weighted_sum"  # operands come in pairs: weight in percent, value
    PERCENT_CHANGE = "percent_change"  # from the first operand to the second
    PROPORTION = "proportion"  # the first operand in percent of the second; equal ones are 100
    LINEAR = "linear"  # where the second lies on the way from the first (0) to the third (100)
    ROUND = "round"  # half up, away from zero


class FigureName(StrEnum):
    """What a figure says about a bid."""

    READ_OUT_PRICE = "read_out_price"
    CORRECTED_PRICE = "corrected_price"
    CORRECTION_PERCENT = "correction_percent"
    EVALUATED_PRICE = "evaluated_price"
    SCORE = "score"
    TECHNICAL_SCORE = "technical_score"
    PRICE_SCORE = "price_score"
    COMBINED_SCORE = "combined_score"


@dataclass(frozen=True)
class Operand:
    """One number going into a step; ``about`` says what it is (``item:3``, ``evaluator:E1``)."""

    about: str
    value: str


@dataclass(frozen=True)
class Step:
    """One calculation: ``result`` is exact text, rounded only when ``operation`` is ROUND."""

    about: str
    operation: Operation
    operands: tuple[Operand, ...]
    result: str
    decimals: int | None = None


@dataclass(frozen=True)
class Figure:
    """A published number of one bid with every step that leads to it."""

    bid_id: str
    name: FigureName
    value: str
    steps: tuple[Step, ...]

    @property
    def unrounded(self) -> Fraction:
        """Return what the last step rounds, for figures that end by rounding."""
        return exact.exact_value(self.steps[-1].operands[0].value)


def step(
    about: str,
    operation: Operation,
    operands: tuple[Operand, ...],
    decimals: int | None = None,
) -> Step:
    """Return the step with its result worked out."""
    result = _work_out(operation, operands, decimals)
    return Step(about, operation, operands, result, decimals)


def operand(about: str, value: Fraction) -> Operand:
    """Return an operand carrying the exact text of ``value``."""
    return Operand(about, exact.exact_text(value))


def rounded_figure(bid_id: str, name: FigureName, steps: tuple[Step, ...], decimals: int) -> Figure:
    """Return the figure that ends by rounding the result of its last step."""
    last = step(name, Operation.ROUND, (Operand(name, steps[-1].result),), decimals)
    return Figure(bid_id, name, last.result, (*steps, last))


def check_figure(figure: Figure) -> None:
    """Do every step again.

    Raises:
        Refusal: ``figure-differs`` when a step's result, or the figure's value, is not what
            its operands give; ``bad-figure`` when a number cannot be read.
    """
    for each in figure.steps:
        if _work_out(each.operation, each.operands, each.decimals) != each.result:
            raise Refusal("figure-differs", figure=figure.name, bid=figure.bid_id)
    if figure.steps and figure.steps[-1].result != figure.value:
        raise Refusal("figure-differs", figure=figure.name, bid=figure.bid_id)


def figure_document(figure: Figure) -> dict[str, Document]:
    """Return the figure as it stands in reports."""
    return {
        "bid": figure.bid_id,
        "name": figure.name.value,
        "value": figure.value,
        "steps": [_step_document(each) for each in figure.steps],
    }


def _step_document(each: Step) -> dict[str, Document]:
    document: dict[str, Document] = {
        "about": each.about,
        "operation": each.operation.value,
        "operands": [{"about": one.about, "value": one.value} for one in each.operands],
        "result": each.result,
    }
    return document if each.decimals is None else {**document, "decimals": each.decimals}


def _product(values: tuple[Fraction, ...]) -> Fraction:
    result = Fraction(1)
    for value in values:
        result *= value
    return result


def _sum(values: tuple[Fraction, ...]) -> Fraction:
    return sum(values, Fraction(0))


def _mean(values: tuple[Fraction, ...]) -> Fraction:
    return _sum(values) / len(values)


def _weighted_sum(values: tuple[Fraction, ...]) -> Fraction:
    pairs = zip(values[::2], values[1::2], strict=True)
    return sum((weight * value for weight, value in pairs), Fraction(0)) / 100


def _percent_change(values: tuple[Fraction, ...]) -> Fraction:
    before, after = values
    return (after - before) / before * 100


def _proportion(values: tuple[Fraction, ...]) -> Fraction:
    part, whole = values
    return Fraction(100) if part == whole else part / whole * 100


def _linear(values: tuple[Fraction, ...]) -> Fraction:
    worst, value, best = values
    return Fraction(100) if value == best else (worst - value) / (worst - best) * 100


_EXACTLY: Mapping[Operation, Callable[[tuple[Fraction, ...]], Fraction]] = {
    Operation.PRODUCT: _product,
    Operation.SUM: _sum,
    Operation.MEAN: _mean,
    Operation.WEIGHTED_SUM: _weighted_sum,
    Operation.PERCENT_CHANGE: _percent_change,
    Operation.PROPORTION: _proportion,
    Operation.LINEAR: _linear,
}


def _work_out(operation: Operation, operands: tuple[Operand, ...], decimals: int | None) -> str:
    values = tuple(exact.exact_value(each.value) for each in operands)
    if operation is Operation.ROUND:
        if decimals is None or len(values) != 1:
            raise Refusal("bad-figure", text=operation.value)
        return exact.decimal_text(exact.rounded(values[0], decimals))
    try:
        return exact.exact_text(_EXACTLY[operation](values))
    except (ZeroDivisionError, ValueError) as error:
        raise Refusal("bad-figure", text=operation.value) from error
