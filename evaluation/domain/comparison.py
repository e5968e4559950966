"""Why one bid stands behind another: what each gained by its quality and by its price."""

from dataclasses import dataclass
from decimal import Decimal

from evaluation.domain import exact
from evaluation.domain.ranking import CombinedScore
from tendering.domain.award import QualityAndCost


@dataclass(frozen=True)
class Gain:
    """What one of the two counts for: ``score`` (0 to 100) times ``weight`` (percent)."""

    weight: Decimal
    own_score: Decimal
    first_score: Decimal
    own: Decimal
    first: Decimal

    @property
    def ahead(self) -> Decimal:
        """Return by how much the own bid is ahead here; negative where it is behind."""
        return self.own - self.first


@dataclass(frozen=True)
class Comparison:
    """The own bid beside the first: what each gained for quality, and for the price."""

    quality: Gain
    price: Gain


def compare(
    own: CombinedScore, first: CombinedScore, how: QualityAndCost, decimals: int
) -> Comparison:
    """Return what parts the own bid and the first, rounded half up to ``decimals`` for showing."""
    return Comparison(
        _gain(how.technical_weight, own.technical, first.technical, decimals),
        _gain(how.financial_weight, own.price, first.price, decimals),
    )


def _gain(weight: Decimal, own: Decimal, first: Decimal, decimals: int) -> Gain:
    def weighed(score: Decimal) -> Decimal:
        product = exact.fraction(weight) * exact.fraction(score)
        return exact.rounded(product / 100, decimals)

    return Gain(weight, own, first, weighed(own), weighed(first))
