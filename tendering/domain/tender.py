"""The facts of a tender as frozen values, the same for every storey above."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from foundation.values.text import Text
from tendering.domain.award import (
    LOWEST_PRICE,
    QUALITY_AND_COST,
    TWO_ENVELOPES,
    QualityAndCost,
)
from tendering.domain.committee import COMMITTEE_SEAL, OpeningCommittee

if TYPE_CHECKING:
    from beacon.domain.chain import ChainInfo
    from foundation.values.money import Money


class Stage(StrEnum):
    """Where a tender stands; it moves only by ``lifecycle.TRANSITIONS``.

    ``OPENED`` says that the technical envelopes are open, or the single ones; the three stages
    after it belong to two envelopes alone.
    """

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    PUBLISHED = "published"
    CLOSED = "closed"
    OPENING = "opening"
    OPENED = "opened"
    TECHNICAL_REPORTED = "tech_reported"
    OPENING_PRICES = "opening_prices"
    PRICES_OPENED = "prices_opened"
    REPORTED = "reported"
    AWARDED = "awarded"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


PUBLIC_STAGES = frozenset(Stage) - {Stage.DRAFT, Stage.IN_APPROVAL}
# Bids, or their technical parts, are open and no award is made yet.
READ_STAGES = (
    Stage.OPENING,
    Stage.OPENED,
    Stage.TECHNICAL_REPORTED,
    Stage.OPENING_PRICES,
    Stage.PRICES_OPENED,
    Stage.REPORTED,
)
ENDED_STAGES = frozenset({Stage.AWARDED, Stage.UNSUCCESSFUL, Stage.CANCELLED})


class Category(StrEnum):
    """Main procurement category.

    Source: OCDS 1.1 codelist procurementCategory.
    """

    GOODS = "goods"
    WORKS = "works"
    SERVICES = "services"


class Reach(StrEnum):
    """Who is invited: bidders of the country or of any country (PPR 2004, rule 13)."""

    NATIONAL = "national"
    INTERNATIONAL = "international"


@dataclass(frozen=True)
class Schedule:
    """The instants of a tender, all aware UTC, and the zone its pages show.

    A draft's dates are the earliest lawful ones until its author sets others.
    ``guard_seconds`` is the pause between the opening and the round of the seal.
    """

    published_at: datetime | None
    questions_close_at: datetime | None
    deadline_at: datetime
    opening_at: datetime
    guard_seconds: int
    zone: str


@dataclass(frozen=True)
class Lot:
    """A part of a tender that is awarded on its own; every tender has at least lot "1"."""

    id: str
    title: Text


@dataclass(frozen=True)
class Item:
    """A line to be priced; ``quantity`` is positive, with at most six decimals."""

    id: str
    lot_id: str
    description: Text
    quantity: Decimal
    unit: str


@dataclass(frozen=True)
class Requirement:
    """A condition that a bid meets or fails, perhaps by a file."""

    id: str
    text: Text
    needs_file: bool


@dataclass(frozen=True)
class Criterion:
    """A scored criterion; the weights of a tender's criteria total 100."""

    id: str
    title: Text
    description: Text
    weight: Decimal


@dataclass(frozen=True)
class Declaration:
    """A text every bidder accepts, such as the integrity pact."""

    id: str
    text: Text


@dataclass(frozen=True)
class Document:
    """A tender document; its bytes lie in the blob store under ``blob_key``."""

    id: str
    name: str
    size: int
    media_type: str
    sha256: str
    blob_key: str = ""


@dataclass(frozen=True)
class BidSecurity:
    """Bid security: a percentage of the rule book's base, or a fixed amount; never both."""

    percent: Decimal | None
    fixed: "Money | None"


class ChangeKind(StrEnum):
    """What is done to a published tender before its deadline."""

    ADDENDUM = "addendum"
    CANCELLATION = "cancellation"


@dataclass(frozen=True)
class Change:
    """What makes a draft the next version, or the end, of a published tender.

    ``of`` is the published tender's id, ``code`` a word of ``changing.REASONS``.
    """

    of: str
    kind: ChangeKind
    code: str
    reason: Text


@dataclass(frozen=True)
class Tender:
    """A tender as a whole.

    ``version`` numbers the notice bid upon (1 at publication, more by addenda);
    ``revision`` counts every change of the draft and catches a stale form.
    ``notice`` is the hex SHA-256 of the stored bytes of the tender pack.
    ``authors`` are the accounts that ever changed the draft: none of them may approve it.
    ``amends`` is set in the draft of a change to a published tender, and only there.
    ``envelopes`` are the kinds of a bid's envelopes, the one opened first standing first.
    ``committee`` sits also on a draft; bids are sealed to it where ``seal`` says so.
    ``opened_at``, ``technical_reported_at``, ``prices_opened_at``, ``reported_at`` and ``ended_at``
    are set as the stages are reached; those of technical report and prices by two envelopes alone.
    ``organisation_id`` and ``stage`` make it a subject of ``accounts.domain.authority``.
    """

    id: str
    number: str | None
    organisation_id: str
    organisation_name: Text
    title: Text
    summary: Text
    category: Category
    method: str
    reach: Reach
    currency: str
    estimate: "Money | None"
    stage: Stage
    version: int
    revision: int
    rulebook: str
    schedule: Schedule
    dates_set: bool
    lots: tuple[Lot, ...]
    items: tuple[Item, ...]
    requirements: tuple[Requirement, ...]
    criteria: tuple[Criterion, ...]
    pass_mark: Decimal | None
    declarations: tuple[Declaration, ...]
    documents: tuple[Document, ...]
    validity_days: int
    security: BidSecurity | None
    envelopes: tuple[str, ...]
    seal: str
    notice: str | None
    chain: "ChainInfo | None"
    round: int | None
    box_slots: int
    box_seed_commitment: str | None
    created_by: str
    authors: tuple[str, ...]
    submitted_by: str | None
    approved_by: str | None
    remarks: str
    created_at: datetime
    closed_at: datetime | None
    opening_started_at: datetime | None
    opened_at: datetime | None
    reported_at: datetime | None
    ended_at: datetime | None
    amends: Change | None = None
    committee: OpeningCommittee | None = None
    quality_and_cost: QualityAndCost | None = None
    technical_reported_at: datetime | None = None
    prices_opened_at: datetime | None = None

    @property
    def award_method(self) -> str:
        """Return by what the tender is awarded: ``lowest_price`` or ``quality_and_cost``."""
        return LOWEST_PRICE if self.quality_and_cost is None else QUALITY_AND_COST

    @property
    def has_two_envelopes(self) -> bool:
        """Tell whether the prices of a bid lie in an envelope of their own."""
        return self.envelopes == TWO_ENVELOPES

    @property
    def sealing_committee(self) -> OpeningCommittee | None:
        """Return the committee that bids are sealed to; None under the time lock alone."""
        return self.committee if self.seal == COMMITTEE_SEAL else None

    def lot(self, lot_id: str) -> Lot | None:
        """Return the lot of this id, or None."""
        return next((lot for lot in self.lots if lot.id == lot_id), None)

    def items_of(self, lot_id: str) -> tuple[Item, ...]:
        """Return the items of one lot, in the order of the notice."""
        return tuple(item for item in self.items if item.lot_id == lot_id)
