"""Quality and cost: technical points and a score for the price, each by its weight.

Source: World Bank procurement regulations (February 2025), 5.50: the price score is 100 for the
lowest evaluated price and lowest / price for the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaluation.domain import exact
from evaluation.domain.case import Case, CaseLot
from evaluation.domain.contest import Contender, contest
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
from evaluation.domain.ranking import CombinedScore, LotRanking
from foundation.values.refusal import Refusal
from tendering.domain.award import PriceFormula, QualityAndCost, TechnicalScale


@dataclass(frozen=True)
class _Marks:
    """The contenders that set the scales."""

    lowest: Contender
    highest: Contender
    best: Contender


def rank_by_quality_and_cost(case: Case, lot: CaseLot) -> LotRanking:
    """Rank one lot by the combined score, which is rounded for showing only.

    The lowest and the highest price and the best points are those of bids that passed and whose
    prices can be compared; no other price sets a scale.

    Raises:
        Refusal: ``weights-missing`` without weights or without anything scored, or what
            ``examination.examine`` refuses.
    """
    how = case.quality_and_cost
    if how is None or not case.criteria:
        raise Refusal("weights-missing")
    found = contest(case, lot)
    totals: dict[str, Fraction] = {}
    scores: dict[str, CombinedScore] = {}
    figures: list[Figure] = []
    for each, technical, price in _scores(found.contenders, how):
        total = _total(technical, price, how)
        worked = [
            rounded_figure(each.bid.id, FigureName(one.about), (one,), case.rules.score_decimals)
            for one in (technical, price, total)
        ]
        totals[each.bid.id] = exact.exact_value(total.result)
        scores[each.bid.id] = CombinedScore(*(Decimal(one.value) for one in worked))
        figures.extend(worked)
    return found.ranked(lambda each: -totals[each.bid.id], combined=scores, figures=tuple(figures))


def _scores(
    contenders: Sequence[Contender], how: QualityAndCost
) -> Iterator[tuple[Contender, Step, Step]]:
    if not contenders:
        return
    marks = _Marks(
        lowest=min(contenders, key=lambda each: (each.evaluated, each.bid.id)),
        highest=max(contenders, key=lambda each: (each.evaluated, each.bid.id)),
        best=max(contenders, key=lambda each: (_exact_points(each), each.bid.id)),
    )
    for each in contenders:
        yield each, _technical(each, how, marks), _price(each, how, marks)


def _technical(each: Contender, how: QualityAndCost, marks: _Marks) -> Step:
    score = operand("score", _exact_points(each))
    if how.technical_scale is TechnicalScale.ABSOLUTE:
        return step(FigureName.TECHNICAL_SCORE, Operation.SUM, (score,))
    best = operand(f"best:{marks.best.bid.id}", _exact_points(marks.best))
    return step(FigureName.TECHNICAL_SCORE, Operation.PROPORTION, (score, best))


def _price(each: Contender, how: QualityAndCost, marks: _Marks) -> Step:
    price = operand("evaluated_price", each.evaluated)
    lowest = operand(f"lowest:{marks.lowest.bid.id}", marks.lowest.evaluated)
    if how.price_formula is PriceFormula.PROPORTIONAL:
        return step(FigureName.PRICE_SCORE, Operation.PROPORTION, (lowest, price))
    highest = operand(f"highest:{marks.highest.bid.id}", marks.highest.evaluated)
    return step(FigureName.PRICE_SCORE, Operation.LINEAR, (highest, price, lowest))


def _total(technical: Step, price: Step, how: QualityAndCost) -> Step:
    return step(
        FigureName.COMBINED_SCORE,
        Operation.WEIGHTED_SUM,
        (
            operand("weight:technical", exact.fraction(how.technical_weight)),
            Operand(technical.about, technical.result),
            operand("weight:price", exact.fraction(how.financial_weight)),
            Operand(price.about, price.result),
        ),
    )


def _exact_points(each: Contender) -> Fraction:
    return Fraction(0) if each.score is None else each.score
