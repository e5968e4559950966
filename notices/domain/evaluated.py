"""What notices state of each evaluated bid."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from foundation.values.money import Money
from foundation.values.text import Text


class Result(StrEnum):
    """What the evaluation came to for one bid."""

    AWARDED = "awarded"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """A requirement that a bid failed, and the reason in the evaluators' words."""

    requirement: Text
    reason: str


@dataclass(frozen=True)
class ScoreLine:
    """The mean of the evaluators' points (0 to 100) for one bid under one criterion."""

    criterion: Text
    weight: Decimal
    points: Decimal


@dataclass(frozen=True)
class CombinedLine:
    """The scores of one bid for its quality, its price and both by their weights (0 to 100)."""

    technical: Decimal
    price: Decimal
    total: Decimal


@dataclass(frozen=True)
class EvaluatedLine:
    """One evaluated bid.

    ``rank`` is given only to bids that passed; ``code`` says why another did not. The price of a
    failed bid was opened and is shown as not used (decision 24), or stayed in its envelope
    (``price_sealed``). ``corrected`` has the arithmetic corrected, ``evaluated`` also what the
    method adds for comparison. ``combined`` is there where quality counts besides the price;
    ``disqualified`` is why a bid was taken out after its price was opened.
    """

    bidder: str
    lot_id: str
    result: Result
    rank: int | None
    code: str
    read_out: Money | None
    corrected: Money | None
    evaluated: Money | None
    score: Decimal | None
    scores: tuple[ScoreLine, ...]
    findings: tuple[Finding, ...]
    combined: CombinedLine | None = None
    price_sealed: bool = False
    disqualified: str = ""
