"""By what a tender is awarded: the price alone among bids that pass, or quality and cost together.

Source: contract of the evaluation; acceptance scenario 7.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

LOWEST_PRICE = "lowest_price"
QUALITY_AND_COST = "quality_and_cost"
SINGLE_ENVELOPE = ("single",)
TWO_ENVELOPES = ("technical", "financial")


class PriceFormula(StrEnum):
    """How a price becomes points: lowest over price, or a line from the lowest to the highest."""

    PROPORTIONAL = "proportional"
    LINEAR = "linear"


class TechnicalScale(StrEnum):
    """Whether the points count as given, or against those of the best bid."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"


@dataclass(frozen=True)
class QualityAndCost:
    """How quality and price count together; ``technical_weight`` is a percentage.

    The price weighs the rest of the hundred.
    """

    technical_weight: Decimal
    price_formula: PriceFormula
    technical_scale: TechnicalScale

    @property
    def financial_weight(self) -> Decimal:
        """Return what the price weighs, in percent."""
        return Decimal(100) - self.technical_weight
