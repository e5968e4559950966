"""A regulation as typed data: every value with the rule it stands in and how it was read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from foundation.values.calendar import Calendar, DayUnit
from foundation.values.text import Text
from tendering.domain.award import PriceFormula, QualityAndCost, TechnicalScale
from tendering.domain.committee import COMMITTEE_SEAL
from tendering.domain.tender import Declaration, Reach

Value = TypeVar("Value")


class Reading(StrEnum):
    """How a value was learnt; only ``TEXT`` counts as verified."""

    TEXT = "text"
    SECONDARY = "secondary"
    MEMORY = "memory"
    OWN = "own"  # practice books: chosen by us, no regulation stands behind it


@dataclass(frozen=True)
class Sourced(Generic[Value]):
    """A value of a rule book, with its rule and source."""

    value: Value
    rule: str
    reading: Reading
    source: str = ""

    @property
    def verified(self) -> bool:
        """Tell whether the text of the rule itself was read."""
        return self.reading in {Reading.TEXT, Reading.OWN}

    @property
    def rule_number(self) -> str:
        """Return the rule's number as people write it: "13" for ``R13``."""
        return self.rule.removeprefix("R")

    @property
    def known_number(self) -> str:
        """Return ``rule_number``, or "" for a practice rule, behind which no regulation stands."""
        return "" if self.reading is Reading.OWN else self.rule_number


@dataclass(frozen=True)
class Span:
    """A length of time as the regulation counts it."""

    count: int
    unit: DayUnit


@dataclass(frozen=True)
class MinimumBids:
    """How many bidders a method asks for; ``may_open`` lets the buyer open fewer all the same."""

    count: int
    may_open: bool


@dataclass(frozen=True)
class CommitteeRule:
    """The opening committee of a method; members prove their keys these spans before the opening.

    The longest span comes first. ``keep_after_end`` is how long after the tender's end, while
    it may still be disputed, keys and shares are kept; None lets them go with the end.
    """

    prove_before: tuple[Sourced[Span], ...]
    keep_after_end: Sourced[Span] | None = None


@dataclass(frozen=True)
class Limits:
    """What a figure may be, both ends included, and what is proposed."""

    least: Decimal
    usual: Decimal
    most: Decimal


@dataclass(frozen=True)
class QualityRule:
    """What a method says of quality and cost; the first formula and scale are proposed.

    ``technical_weight`` and ``pass_mark`` are percentages.
    """

    technical_weight: Sourced[Limits]
    pass_mark: Sourced[Limits]
    price_formulas: tuple[PriceFormula, ...]
    technical_scales: tuple[TechnicalScale, ...]

    @property
    def proposal(self) -> QualityAndCost:
        """Return what a draft begins with."""
        return QualityAndCost(
            self.technical_weight.value.usual, self.price_formulas[0], self.technical_scales[0]
        )


@dataclass(frozen=True)
class Method:
    """A procurement method, the estimate up to which it may serve, and the bids it asks for.

    With ``committee`` its bids are sealed to an opening committee besides the time lock;
    ``envelopes`` are its own where they are not the book's; with ``quality_and_cost`` points and
    price decide together.
    """

    id: str
    title: Text
    up_to: Sourced[Decimal] | None
    minimum_bids: Sourced[MinimumBids] | None = None
    committee: CommitteeRule | None = None
    envelopes: Sourced[tuple[str, ...]] | None = None
    quality_and_cost: QualityRule | None = None


@dataclass(frozen=True)
class Holiday:
    """A day on which offices are closed; lunar dates announced late are not verified."""

    on: date
    title: Text
    verified: bool


@dataclass(frozen=True)
class Evaluation:
    """How bids are compared and how long the report stands before an award.

    ``technical_report_before_prices`` is how long the technical report of two envelopes stands
    before the prices are opened; None in books without two envelopes.
    """

    award_method: Sourced[str]
    score_decimals: int
    report_before_award: Sourced[Span]
    technical_report_before_prices: Sourced[Span] | None = None


@dataclass(frozen=True)
class Addenda:
    """What a change to a published tender needs.

    ``time_to_seal`` is left to bidders between a change and the deadline; dates move only until
    ``extension_minutes`` before the round of the old seal (decision 6).
    """

    time_to_seal: Sourced[Span]
    extension_minutes: int


@dataclass(frozen=True)
class IncidentRule:
    """When an opening that cannot go on may be declared an incident, and for how long at least.

    ``patience`` is how long the round's signature or the members' shares must have been missing;
    ``window`` is what bidders are given at least to reveal their private receipts.
    """

    patience: Sourced[Span]
    window: Sourced[Span]


@dataclass(frozen=True)
class RuleBook:
    """One version of one book; a tender pins ``id@version`` at publication for life.

    ``proposal_hour`` is the local hour of the dates proposed to an officer; None proposes
    the first lawful instant. ``guard_seconds`` lie between the opening and the seal's round.
    ``questions_close_before`` counts back from the deadline; None lets them close with it.
    ``reject_all`` is the rule by which all bids may be rejected; None if there is none.
    """

    id: str
    version: int
    title: Text
    source: str
    practice: bool
    currency: str
    calendar: Calendar
    holidays: tuple[Holiday, ...]
    proposal_hour: int | None
    guard_seconds: int
    seal: str
    seal_interim: bool
    envelopes: tuple[str, ...]
    box_slots: int
    response: dict[Reach, Sourced[Span]]
    opening_after: Sourced[Span]
    opening_same_day: Sourced[bool]
    bid_security_percent: Sourced[Decimal]
    validity_days: Sourced[int]
    methods: tuple[Method, ...]
    declarations: tuple[Declaration, ...]
    evaluation: Evaluation
    addenda: Addenda
    incident: IncidentRule
    questions_close_before: Sourced[Span] | None = None
    reject_all: Sourced[bool] | None = None

    @property
    def reference(self) -> str:
        """Return ``id@version``, as tenders pin it."""
        return f"{self.id}@{self.version}"

    def method(self, method_id: str) -> Method | None:
        """Return the method of this id, or None."""
        return next((method for method in self.methods if method.id == method_id), None)

    def seal_of(self, method_id: str) -> str:
        """Return how bids under a method are sealed."""
        method = self.method(method_id)
        return COMMITTEE_SEAL if method is not None and method.committee else self.seal

    def envelopes_of(self, method_id: str) -> tuple[str, ...]:
        """Return the kinds of envelope that a bid under a method has, the first one first."""
        method = self.method(method_id)
        own = method.envelopes if method is not None else None
        return own.value if own is not None else self.envelopes

    def quality_of(self, method_id: str) -> QualityRule | None:
        """Return what a method says of quality and cost, None where the price decides."""
        method = self.method(method_id)
        return method.quality_and_cost if method is not None else None
