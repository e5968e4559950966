"""Scored criteria: weights that total 100, a pass mark within reach, and what the price weighs."""

from collections.abc import Sequence
from decimal import Decimal

from foundation.values.refusal import Refusal
from tendering.domain.award import QualityAndCost
from tendering.domain.rulebook import QualityRule
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
        raise Refusal("weights-not-100", total=_plain(total))


def check_quality_and_cost(
    quality: QualityAndCost | None,
    rule: QualityRule | None,
    criteria: Sequence[Criterion],
    pass_mark: Decimal | None,
) -> None:
    """Check what quality and cost need: weights within the rule, criteria, and a pass mark.

    Raises:
        Refusal: ``quality-not-allowed``, ``quality-missing``; ``technical-weight-out-of-range``
            with ``least`` and ``most``; ``formula-not-allowed``; ``criteria-missing``;
            ``pass-mark-missing``; ``pass-mark-below-rule`` with ``least``.
    """
    if rule is None:
        if quality is not None:
            raise Refusal("quality-not-allowed")
        return
    if quality is None:
        raise Refusal("quality-missing")
    check_weights(quality, rule)
    if not criteria:
        raise Refusal("criteria-missing", rule=rule.pass_mark.rule)
    if pass_mark is None:
        raise Refusal("pass-mark-missing", rule=rule.pass_mark.rule)
    least = rule.pass_mark.value.least
    if pass_mark < least:
        raise Refusal("pass-mark-below-rule", rule=rule.pass_mark.rule, least=_plain(least))


def check_weights(quality: QualityAndCost, rule: QualityRule) -> None:
    """Check the weight, the formula and the scale against what the rule book allows.

    Raises:
        Refusal: ``technical-weight-out-of-range``, ``formula-not-allowed``.
    """
    limits, weight = rule.technical_weight.value, quality.technical_weight
    if not limits.least <= weight <= limits.most or weight != round(weight, 2):
        raise Refusal(
            "technical-weight-out-of-range",
            rule=rule.technical_weight.rule,
            least=_plain(limits.least),
            most=_plain(limits.most),
        )
    allowed = quality.price_formula in rule.price_formulas
    if not allowed or quality.technical_scale not in rule.technical_scales:
        raise Refusal("formula-not-allowed")


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
