"""A case: all facts that decide a ranking, and nothing else."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tendering.domain.award import SINGLE_ENVELOPE, QualityAndCost


@dataclass(frozen=True)
class PricedLine:
    """One line of a price schedule, as the vendor stated it."""

    item_id: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class PriceSchedule:
    """The stated lines and the stated total, which is the figure read out."""

    lines: tuple[PricedLine, ...]
    total: Decimal


@dataclass(frozen=True)
class Finding:
    """Whether a bid meets one requirement; a failure carries its reason."""

    requirement_id: str
    passed: bool
    reason: str


@dataclass(frozen=True)
class Score:
    """The points (0 to 100) one evaluator gave one bid under one criterion."""

    evaluator: str
    criterion_id: str
    points: Decimal
    reason: str = ""


@dataclass(frozen=True)
class Bid:
    """One envelope of one lot as evaluation sees it.

    Without ``price``, ``setback`` is why the bid cannot be read: an opening code,
    ``no-readable-price`` or ``wrong-currency``. Where prices come in envelopes of their own it
    speaks of the technical envelope, and ``price_setback`` of the other; a bid that failed has
    no price at all. ``disqualified`` is why a bid was taken out after its price was opened.
    """

    id: str
    vendor: str
    completed_at: datetime
    sha256: str
    setback: str
    price: PriceSchedule | None
    findings: tuple[Finding, ...] = ()
    scores: tuple[Score, ...] = ()
    price_setback: str = ""
    disqualified: str = ""


@dataclass(frozen=True)
class CaseItem:
    """A line to be priced, with the quantity of the tender."""

    id: str
    quantity: Decimal


@dataclass(frozen=True)
class CaseCriterion:
    """A scored criterion with its weight in percent."""

    id: str
    weight: Decimal


@dataclass(frozen=True)
class CaseLot:
    """One lot, ranked on its own."""

    id: str
    items: tuple[CaseItem, ...]
    bids: tuple[Bid, ...]


@dataclass(frozen=True)
class Rules:
    """What the rule book fixes about figures.

    ``omission`` is ``average_of_responsive_bids`` or ``not_responsive``; a spread of points
    above ``spread_limit`` demands a reason; ties follow ``tie_breaks`` in order.
    """

    score_decimals: int = 4
    money_decimals: int = 2
    spread_limit: Decimal = Decimal(20)
    omission: str = "average_of_responsive_bids"
    tie_breaks: tuple[str, ...] = ("higher_score", "earlier_completed_at", "smaller_sha256")


TECHNICAL = ("technical",)


@dataclass(frozen=True)
class Case:
    """Everything that ``methods`` need; the same case always gives the same ranking.

    ``envelopes`` are the opened ones: single ones, ``TECHNICAL`` ones alone (no price is known), or
    both, where the prices of bids that passed are known and no others.
    """

    tender: str
    method: str
    currency: str
    requirements: tuple[str, ...]
    criteria: tuple[CaseCriterion, ...]
    pass_mark: Decimal | None
    lots: tuple[CaseLot, ...]
    rules: Rules = field(default_factory=Rules)
    envelopes: tuple[str, ...] = SINGLE_ENVELOPE
    quality_and_cost: QualityAndCost | None = None
