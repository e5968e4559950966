"""The kinds of notices and the frozen facts that each of them states."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from foundation.values.money import Money
from foundation.values.text import Text
from notices.domain.evaluated import EvaluatedLine
from notices.domain.parts import (
    ChangeNote,
    CommitteeNote,
    CriterionLine,
    DocumentLine,
    IncidentNote,
    ItemLine,
    LotLine,
    QualityNote,
    RequirementLine,
)


class Kind(StrEnum):
    """A kind of notice; ``BID_ACK`` goes to one vendor and is never published."""

    TENDER_NOTICE = "tender_notice"
    OPENING_MINUTES = "opening_minutes"
    TECHNICAL_REPORT = "technical_report"
    PRICE_MINUTES = "price_minutes"
    EVALUATION_REPORT = "evaluation_report"
    AWARD_NOTICE = "award_notice"
    CANCELLATION = "cancellation"
    BID_ACK = "bid_ack"


PUBLIC_KINDS = (
    Kind.TENDER_NOTICE,
    Kind.OPENING_MINUTES,
    Kind.TECHNICAL_REPORT,
    Kind.PRICE_MINUTES,
    Kind.EVALUATION_REPORT,
    Kind.AWARD_NOTICE,
    Kind.CANCELLATION,
)


class Reading(StrEnum):
    """What an opening gave for one envelope."""

    READ_OUT = "read_out"
    OPENED = "opened"  # a technical envelope, in which no price is looked for
    KEPT_SEALED = "kept_sealed"
    NO_READABLE_PRICE = "no_readable_price"
    UNREADABLE = "unreadable"
    WITHDRAWN = "withdrawn"
    NOT_DELIVERED = "not_delivered"
    UNOPENED = "unopened"
    NOT_REVEALED = "not_revealed"  # left unopened by an incident
    NOT_CONFIRMED = "not_confirmed"


UNTOUCHED = frozenset({Reading.WITHDRAWN, Reading.NOT_DELIVERED, Reading.NOT_CONFIRMED})


@dataclass(frozen=True)
class Head:
    """What every notice carries, and all that a rendition may know besides its own facts.

    ``number`` is 8 base32 characters, ``public_url`` has no trailing slash, ``zone`` is an IANA
    name. ``practice_seal`` marks a local beacon (decision 25), ``practice`` an installation
    whose data never becomes real.
    """

    number: str
    issued_at: datetime
    public_url: str
    zone: str
    practice: bool
    practice_seal: bool

    @property
    def short_address(self) -> str:
        """Return the address printed on paper and encoded in the QR code."""
        return f"{self.public_url}/v/{self.number}"


@dataclass(frozen=True)
class TenderHead:
    """The tender that a notice is about; ``pack_sha256`` is decision 10's ``notice``."""

    id: str
    number: str
    title: Text
    entity: Text
    category: str
    method: Text
    currency: str
    version: int
    rulebook: str
    rulebook_title: Text
    estimate: Money | None
    published_at: datetime
    deadline_at: datetime
    opening_at: datetime
    pack_sha256: str
    chain_hash: str
    round: int


@dataclass(frozen=True)
class TenderNotice:
    """The invitation to bid; ``change`` is there from the second version on."""

    head: Head
    tender: TenderHead
    summary: Text
    questions_close_at: datetime | None
    guard_seconds: int
    validity_days: int
    security_percent: Decimal | None
    security_fixed: Money | None
    lots: tuple[LotLine, ...]
    items: tuple[ItemLine, ...]
    requirements: tuple[RequirementLine, ...]
    criteria: tuple[CriterionLine, ...]
    pass_mark: Decimal | None
    documents: tuple[DocumentLine, ...]
    change: ChangeNote | None = None
    committee: CommitteeNote | None = None
    envelopes: tuple[str, ...] = ("single",)
    quality: QualityNote | None = None


@dataclass(frozen=True)
class Cancellation:
    """The notice that a tender ended before its deadline, and why."""

    head: Head
    tender: TenderHead
    change: ChangeNote


@dataclass(frozen=True)
class OpenedLine:
    """One envelope on the signed list; ``total`` only when a price was read out.

    ``by_receipt`` tells that its bidder's own receipt opened it, in an incident;
    ``confirmed_at`` when it was confirmed for the last dates, after they had moved.
    """

    bidder: str
    lot_id: str
    received_at: datetime | None
    sha256: str
    reading: Reading
    code: str
    total: Money | None
    envelope: str = ""
    by_receipt: bool = False
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class OpeningMinutes:
    """The minutes of the public opening; ``minimum_bids`` is what the rules ask for, if anything.

    ``minimum_rule`` is its rule's number. Fewer bids stand unopened, or were opened by decision.
    """

    head: Head
    tender: TenderHead
    began_at: datetime
    concluded_at: datetime
    lots: tuple[LotLine, ...]
    bids: tuple[OpenedLine, ...]
    minimum_bids: int | None = None
    minimum_rule: str = ""
    committee: CommitteeNote | None = None
    incident: IncidentNote | None = None

    @property
    def bidders(self) -> int:
        """Return how many bidders had a sealed bid at the deadline."""
        return len({line.bidder for line in self.bids if line.reading not in UNTOUCHED})

    @property
    def opened(self) -> int:
        """Return how many envelopes were opened, those included that could not be read."""
        shut = {*UNTOUCHED, Reading.UNOPENED, Reading.NOT_REVEALED, Reading.KEPT_SEALED}
        return sum(line.reading not in shut for line in self.bids)

    @property
    def unopened(self) -> bool:
        """Tell whether the bids were left unopened."""
        return any(line.reading is Reading.UNOPENED for line in self.bids)


@dataclass(frozen=True)
class PriceMinutes(OpeningMinutes):
    """The minutes of the prices' own opening; those of failed bidders stand as unopened."""

    @property
    def unopened(self) -> bool:
        """Tell that the prices are opened: those left shut are named one by one."""
        return False


@dataclass(frozen=True)
class TechnicalReport:
    """Who passed, public before any price may be opened: until ``prices_from_at``."""

    head: Head
    tender: TenderHead
    opened_at: datetime
    prices_from_at: datetime
    members: tuple[Text, ...]
    pass_mark: Decimal | None
    lots: tuple[LotLine, ...]
    bids: tuple[EvaluatedLine, ...]


@dataclass(frozen=True)
class EvaluationReport:
    """The evaluation report, public before an award may be approved.

    ``technical_weight`` is in percent, the price has the rest; None where the price decides.
    """

    head: Head
    tender: TenderHead
    opened_at: datetime
    award_from_at: datetime | None
    members: tuple[Text, ...]
    pass_mark: Decimal | None
    lots: tuple[LotLine, ...]
    bids: tuple[EvaluatedLine, ...]
    technical_weight: Decimal | None = None


@dataclass(frozen=True)
class AwardLine:
    """The decision for one lot; without a winner ``outcome`` says why there is none."""

    lot_id: str
    outcome: str
    winner: str
    amount: Money | None


@dataclass(frozen=True)
class AwardNotice:
    """The award, or the notice that no bid was accepted."""

    head: Head
    tender: TenderHead
    decided_at: datetime
    opened_at: datetime
    reason: str
    report_number: str
    lots: tuple[LotLine, ...]
    awards: tuple[AwardLine, ...]
    bids: tuple[EvaluatedLine, ...]
    technical_weight: Decimal | None = None


@dataclass(frozen=True)
class BidAck:
    """The acknowledgement of one envelope to its vendor; ``signed_note`` is decision 12 (a)."""

    head: Head
    tender: TenderHead
    vendor: str
    lot: LotLine
    envelope: str
    outcome: str
    sha256: str
    size: int
    committed_at: datetime
    completed_at: datetime | None
    signed_note: str


Facts: TypeAlias = (
    TenderNotice
    | OpeningMinutes
    | TechnicalReport
    | PriceMinutes
    | EvaluationReport
    | AwardNotice
    | Cancellation
    | BidAck
)

FACTS: dict[Kind, type[Facts]] = {
    Kind.TENDER_NOTICE: TenderNotice,
    Kind.OPENING_MINUTES: OpeningMinutes,
    Kind.TECHNICAL_REPORT: TechnicalReport,
    Kind.PRICE_MINUTES: PriceMinutes,
    Kind.EVALUATION_REPORT: EvaluationReport,
    Kind.AWARD_NOTICE: AwardNotice,
    Kind.CANCELLATION: Cancellation,
    Kind.BID_ACK: BidAck,
}


def kind_of(facts: Facts) -> Kind:
    """Return the kind of notice that ``facts`` are for."""
    return next(kind for kind, form in FACTS.items() if type(facts) is form)
