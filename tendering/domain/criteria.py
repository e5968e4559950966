"""Scored criteria: weights that total 100, and a pass mark within reach."""

from collections.abc import Sequence
from decimal import Decimal

from foundation.values.refusal import Refusal
from tendering.domain.tender import Criterion

TOTAL = Decimal(100)
MOST_CRITERIA = 40


def total_weight(criteria: Sequence[Criterion]) -> Decimal:
    """Return the sum of the weights, exactly."""
    return sum((criterion.weight for criterion in criteria), Decimal(0))


def check_criterion(criterion: Criterion) -> None:
    """Check one criterion by itself.

    Raises:
        Refusal: ``criterion-untitled``; ``weight-out-of-range`` unless 0 < weight <= 100 with
            at most two decimals.
    """
    if not (criterion.title.en or criterion.title.ur):
        raise Refusal("criterion-untitled")
    weight = criterion.weight
    if not Decimal(0) < weight <= TOTAL or weight != round(weight, 2):
        raise Refusal("weight-out-of-range")


def check_pass_mark(pass_mark: Decimal | None) -> None:
    """Check that the pass mark, if there is one, lies in 0 < mark <= 100.

    Raises:
        Refusal: ``pass-mark-out-of-range``.
    """
    if pass_mark is None:
        return
    if not Decimal(0) < pass_mark <= TOTAL or pass_mark != round(pass_mark, 2):
        raise Refusal("pass-mark-out-of-range")


def check_criteria(criteria: Sequence[Criterion], pass_mark: Decimal | None) -> None:
    """Check the criteria as they will be published.

    No criteria at all is lawful: then the price alone decides among those that pass.

    Raises:
        Refusal: ``weights-not-100`` with ``total``; ``pass-mark-without-criteria``;
            ``too-many-criteria``; those of the single checks.
    """
    check_pass_mark(pass_mark)
    if not criteria:
        if pass_mark is not None:
            raise Refusal("pass-mark-without-criteria")
        return
    if len(criteria) > MOST_CRITERIA:
        raise Refusal("too-many-criteria", most=MOST_CRITERIA)
    for criterion in criteria:
        check_criterion(criterion)
    total = total_weight(criteria)
    if total != TOTAL:
        raise Refusal("weights-not-100", total=format(total.normalize(), "f"))
