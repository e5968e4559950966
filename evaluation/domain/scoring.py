"""Points of several evaluators: their range, their mean and when they lie too far apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaluation.domain import exact
from evaluation.domain.case import Bid, Case, CaseCriterion, Score
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
from evaluation.domain.findings import LONGEST_REASON
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text

HIGHEST = Decimal(100)
MOST_DECIMALS = 2


@dataclass(frozen=True)
class Spread:
    """How far the evaluators of one bid lie apart under one criterion."""

    bid_id: str
    criterion_id: str
    lowest: Decimal
    highest: Decimal

    @property
    def width(self) -> Decimal:
        """Return the difference between the highest and the lowest points."""
        return self.highest - self.lowest


def check_score(
    evaluator: str, criterion_id: str, points: Decimal, reason: str, known: Sequence[str]
) -> Score:
    """Return the score as it is kept.

    Raises:
        Refusal: ``unknown-criterion``; ``bad-points`` outside 0 to 100 or with more than two
            decimals.
    """
    if criterion_id not in known:
        raise Refusal("unknown-criterion")
    exponent = points.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DECIMALS or not 0 <= points <= HIGHEST:
        raise Refusal("bad-points")
    return Score(evaluator, criterion_id, points, clean_text(reason, longest=LONGEST_REASON))


def missing_scores(bid: Bid, evaluator: str, criteria: Sequence[CaseCriterion]) -> tuple[str, ...]:
    """Return the criteria under which ``evaluator`` has not scored ``bid``."""
    given = {score.criterion_id for score in bid.scores if score.evaluator == evaluator}
    return tuple(each.id for each in criteria if each.id not in given)


def spreads(bid: Bid, criteria: Sequence[CaseCriterion]) -> tuple[Spread, ...]:
    """Return the spread under each criterion that anybody scored."""
    found = []
    for criterion in criteria:
        points = [score.points for score in bid.scores if score.criterion_id == criterion.id]
        if points:
            found.append(Spread(bid.id, criterion.id, min(points), max(points)))
    return tuple(found)


def wide_spreads(bids: Sequence[Bid], case: Case) -> tuple[Spread, ...]:
    """Return the spreads beyond the rule book's limit; each demands a written reason."""
    return tuple(
        spread
        for bid in bids
        for spread in spreads(bid, case.criteria)
        if spread.width > case.rules.spread_limit
    )


def score_figure(bid: Bid, case: Case) -> Figure | None:
    """Return the bid's score with its steps, or None where nothing is scored.

    The mean over the evaluators is taken per criterion, weighted, added up, and rounded once,
    half up, at the very end.

    Raises:
        Refusal: ``scores-missing`` when a criterion has no points, or not every evaluator's.
    """
    if not case.criteria:
        return None
    evaluators = sorted({score.evaluator for score in bid.scores})
    means: list[Step] = []
    for criterion in case.criteria:
        points = {s.evaluator: s.points for s in bid.scores if s.criterion_id == criterion.id}
        if not evaluators or sorted(points) != evaluators:
            raise Refusal("scores-missing", bid=bid.id, criterion=criterion.id)
        given = tuple(
            operand(f"evaluator:{each}", exact.fraction(points[each])) for each in evaluators
        )
        means.append(step(f"criterion:{criterion.id}", Operation.MEAN, given))
    pairs: list[Operand] = []
    for criterion, mean in zip(case.criteria, means, strict=True):
        pairs.append(operand(f"weight:{criterion.id}", exact.fraction(criterion.weight)))
        pairs.append(Operand(f"criterion:{criterion.id}", mean.result))
    total = step("score", Operation.WEIGHTED_SUM, tuple(pairs))
    return rounded_figure(bid.id, FigureName.SCORE, (*means, total), case.rules.score_decimals)


def mean_points(bid: Bid, criterion_id: str, decimals: int) -> Decimal | None:
    """Return the mean under one criterion, rounded half up for showing, or None."""
    points = [exact.fraction(s.points) for s in bid.scores if s.criterion_id == criterion_id]
    return exact.rounded(sum(points, Fraction(0)) / len(points), decimals) if points else None
