"""Figures in a form that people can follow: each step as a formula and its result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from evaluation.domain import exact
from evaluation.domain.figures import Figure, FigureName, Operation, Step
from foundation.values.money import grouped
from foundation.values.text import Text

SHOWN_DECIMALS = 4


@dataclass(frozen=True)
class ExplainedStep:
    """One step: ``subject`` is ``item``, ``criterion``, ``omitted`` or the figure itself."""

    operation: str
    subject: str
    title: Text
    formula: str
    result: str
    decimals: int | None


@dataclass(frozen=True)
class ExplainedFigure:
    """A figure with its steps in plain numbers."""

    name: str
    value: str
    steps: tuple[ExplainedStep, ...]


def explain(figure: Figure, titles: Mapping[str, Text]) -> ExplainedFigure:
    """Return the figure explained; ``titles`` names items and criteria by id."""
    steps = tuple(_explain_step(each, titles) for each in figure.steps)
    return ExplainedFigure(figure.name.value, _number(figure.value), steps)


def worth_explaining(figure: Figure) -> bool:
    """Tell whether the figure was worked out at all and says more than another one."""
    if figure.name is FigureName.CORRECTION_PERCENT:
        return Decimal(figure.value) != 0
    if figure.name is FigureName.TECHNICAL_SCORE:
        return figure.steps[0].operation is Operation.PROPORTION
    return bool(figure.steps)


def _explain_step(each: Step, titles: Mapping[str, Text]) -> ExplainedStep:
    subject, _, of = each.about.partition(":")
    values = tuple(_number(one.value) for one in each.operands)
    formula = _FORMULAS[each.operation](values)
    result = _number(each.result)
    return ExplainedStep(
        each.operation.value, subject, titles.get(of, Text(of)), formula, result, each.decimals
    )


def _product(values: tuple[str, ...]) -> str:
    return " × ".join(values)


def _sum(values: tuple[str, ...]) -> str:
    return " + ".join(values)


def _mean(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"({' + '.join(values)}) ÷ {len(values)}"


def _weighted(values: tuple[str, ...]) -> str:
    pairs = zip(values[::2], values[1::2], strict=True)
    return " + ".join(f"{weight}% × {value}" for weight, value in pairs)


def _change(values: tuple[str, ...]) -> str:
    before, after = values
    return f"({after} − {before}) ÷ {before} × 100"


def _proportion(values: tuple[str, ...]) -> str:
    part, whole = values
    return f"{part} ÷ {whole} × 100"


def _linear(values: tuple[str, ...]) -> str:
    worst, value, best = values
    return f"({worst} − {value}) ÷ ({worst} − {best}) × 100"


_FORMULAS: Mapping[Operation, Callable[[tuple[str, ...]], str]] = {
    Operation.PRODUCT: _product,
    Operation.SUM: _sum,
    Operation.MEAN: _mean,
    Operation.WEIGHTED_SUM: _weighted,
    Operation.PERCENT_CHANGE: _change,
    Operation.PROPORTION: _proportion,
    Operation.LINEAR: _linear,
    Operation.ROUND: _sum,
}


def _number(text: str) -> str:
    """Return grouped digits; a number without end is cut and marked with ≈."""
    value = exact.exact_value(text)
    if "/" in text:
        return f"≈ {grouped(exact.rounded(value, SHOWN_DECIMALS))}"
    return grouped(Decimal(text))
