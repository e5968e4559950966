"""The parts that notices are made of: lots, items, criteria, changes, a committee."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from foundation.values.text import Text

DATES = frozenset({"deadline", "opening"})


@dataclass(frozen=True)
class LotLine:
    """One lot as the notices list it."""

    id: str
    title: Text


@dataclass(frozen=True)
class ItemLine:
    """One item to be priced."""

    lot_id: str
    description: Text
    quantity: Decimal
    unit: str


@dataclass(frozen=True)
class RequirementLine:
    """One pass/fail requirement."""

    text: Text
    needs_file: bool


@dataclass(frozen=True)
class CriterionLine:
    """One scored criterion; weights total 100."""

    title: Text
    weight: Decimal


@dataclass(frozen=True)
class DocumentLine:
    """One tender document; ``size`` in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ChangedLine:
    """One field that differs from the version before; None stands for what is not there.

    ``part``, ``aspect`` and ``shape`` are the words of ``tendering.domain.difference``.
    """

    part: str
    place: str
    aspect: str
    shape: str
    before: Text | None
    after: Text | None


@dataclass(frozen=True)
class ChangeNote:
    """Why this version replaces the one before, and what differs; both in coded words."""

    code: str
    reason: Text
    at: datetime
    old_round_at: datetime
    lines: tuple[ChangedLine, ...]

    @property
    def moves_dates(self) -> bool:
        """Tell whether deadline or opening moved."""
        return any(line.part in DATES for line in self.lines)

    @property
    def dates_alone(self) -> bool:
        """Tell whether nothing but dates moved."""
        return self.moves_dates and all(line.part in DATES for line in self.lines)


@dataclass(frozen=True)
class MemberLine:
    """One member of the opening committee; ``fingerprint`` has 16 hex digits, "" before a key.

    ``gave`` tells, after the opening, whether shares of the member opened bids.
    """

    name: Text
    organisation: Text
    fingerprint: str
    gave: bool = False


@dataclass(frozen=True)
class CommitteeNote:
    """To whose keys bids are sealed besides the time lock, and how many of them open a bid."""

    id: str
    threshold: int
    members: tuple[MemberLine, ...]


@dataclass(frozen=True)
class IncidentNote:
    """Why an opening went by what bidders revealed, who declared it, and until when they could."""

    trouble: str
    reason: str
    proposer: Text
    declarer: Text
    declared_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class QualityNote:
    """How quality and price count together, weights in percent."""

    technical_weight: Decimal
    financial_weight: Decimal
    price_formula: str
    technical_scale: str
