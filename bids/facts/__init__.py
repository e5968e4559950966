"""Opened bids as facts, for evaluation and notices; nothing of a sealed bid is here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bids.domain import bid_content
from bids.domain.bid_content import BidContent, Finding, Kind
from bids.domain.opening import UNOPENED_CODES, EnvelopeOutcome, outcome_of
from bids.domain.reception import LIVE_STATES, SubmissionState
from bids.models import (
    BidRow,
    EnvelopeRow,
    IncidentRow,
    OpenedFileRow,
    OpeningRow,
    RevealRow,
    SubmissionRow,
)
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage

PAGED_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg"})
PAGED_ENDINGS = (".pdf", ".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class OpenedFile:
    """One file of an opened envelope; its bytes lie in the blob store under `blob_key`."""

    id: str
    name: str
    size: int
    media_type: str
    sha256: str
    check_state: str | None = None
    check_detail: str = ""

    @property
    def blob_key(self) -> str:
        """Return the key under which the plaintext is stored."""
        return f"opened/{self.sha256[:2]}/{self.sha256}"

    @property
    def has_pages(self) -> bool:
        """Tell whether the vendor calls it something whose pages can be shown."""
        return self.media_type in PAGED_TYPES or self.name.lower().endswith(PAGED_ENDINGS)


@dataclass(frozen=True)
class OpenedBid:
    """One envelope after the opening; `state` is "opened" or "unreadable" (then `code` says why).

    `files` leaves out bid.json, which is shown from `content` as a table.
    """

    envelope_id: str
    bid_id: str
    lot_id: str
    kind: str
    vendor_id: str
    vendor_name: str
    state: str
    code: str | None
    finding: str | None
    received_at: datetime
    sha256: str
    content: BidContent | None
    files: tuple[OpenedFile, ...]


@dataclass(frozen=True)
class ListedEnvelope:
    """One line of the minutes: an envelope, opened or not, and what became of it.

    ``by_receipt`` tells that it was opened by its bidder's own receipt, in an incident;
    ``confirmed_at`` when its bidder let it stand for the last dates, after they had moved.
    """

    lot_id: str
    kind: str
    vendor_name: str
    received_at: datetime | None
    sha256: str
    outcome: EnvelopeOutcome
    code: str | None
    finding: str | None
    by_receipt: bool = False
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class Minutes:
    """What the minutes of an opening are made of.

    With two envelopes the prices are opened later: ``prices_begun_at``, ``prices_read_at``.
    """

    begun_at: datetime
    unlocked_at: datetime | None
    concluded_at: datetime | None
    envelopes: tuple[ListedEnvelope, ...]
    minimum_bids: int | None = None
    minimum_rule: str = ""
    prices_begun_at: datetime | None = None
    prices_read_at: datetime | None = None


@dataclass(frozen=True)
class AckFacts:
    """What the acknowledgement PDF of one submission is made of."""

    number: str
    tender_id: str
    lot_id: str
    kind: str
    vendor_id: str
    vendor_name: str
    outcome: str
    sha256: str
    size: int
    committed_at: datetime
    completed_at: datetime | None
    signed_note: str


def opened_bids(session: Session, tender_id: str, kind: str | None = None) -> tuple[OpenedBid, ...]:
    """Return every envelope that was opened or found unreadable, in the order of receipt.

    Args:
        session: for reading.
        tender_id: of a published tender; before its opening there is none.
        kind: "financial" for the price envelopes; None for the tender's first envelope, the
            single or the technical one.
    """
    wanted = SubmissionRow.kind == kind if kind else SubmissionRow.kind != Kind.FINANCIAL
    rows = session.execute(
        select(SubmissionRow, EnvelopeRow.bid_id, BidRow.vendor_name)
        .join(EnvelopeRow, EnvelopeRow.id == SubmissionRow.envelope_id)
        .join(BidRow, BidRow.id == EnvelopeRow.bid_id)
        .where(
            SubmissionRow.tender_id == tender_id,
            wanted,
            SubmissionRow.state.in_(
                [SubmissionState.OPENED.value, SubmissionState.UNREADABLE.value]
            ),
        )
        .order_by(SubmissionRow.completed_at, SubmissionRow.sha256)
    ).all()
    files = _files(session, [row.id for row, _, _ in rows])
    return tuple(_opened(row, bid_id, name, files.get(row.id, ())) for row, bid_id, name in rows)


def opened_file(session: Session, tender_id: str, file_id: str) -> OpenedFile:
    """Return one file of a tender's opened envelopes; whoever shows it checks who looks.

    Raises:
        Refusal: `not-found`.
    """
    row = session.execute(
        select(OpenedFileRow)
        .join(SubmissionRow, SubmissionRow.id == OpenedFileRow.submission_id)
        .where(OpenedFileRow.id == file_id, SubmissionRow.tender_id == tender_id)
    ).scalar_one_or_none()
    if row is None:
        raise Refusal("not-found")
    return _file(row)


def minutes(session: Session, tender_id: str) -> Minutes:
    """Return what the minutes of an opening are made of.

    Raises:
        Refusal: `not-found` before T.
    """
    opening = session.get(OpeningRow, tender_id)
    if opening is None:
        raise Refusal("not-found")
    return Minutes(
        begun_at=opening.begun_at,
        unlocked_at=opening.unlocked_at,
        concluded_at=opening.concluded_at,
        envelopes=_listed(session, tender_id),
        minimum_bids=opening.minimum_bids,
        minimum_rule=opening.minimum_rule or "",
        prices_begun_at=opening.prices_begun_at,
        prices_read_at=opening.prices_read_at,
    )


def ack(session: Session, number: str) -> AckFacts:
    """Return what the acknowledgement PDF is made of; for its vendor alone.

    Raises:
        Refusal: `not-found`.
    """
    found = session.execute(
        select(SubmissionRow, BidRow.vendor_name)
        .join(EnvelopeRow, EnvelopeRow.id == SubmissionRow.envelope_id)
        .join(BidRow, BidRow.id == EnvelopeRow.bid_id)
        .where(SubmissionRow.number == number.upper())
    ).one_or_none()
    if found is None:
        raise Refusal("not-found")
    row, name = found
    return AckFacts(
        number=row.number,
        tender_id=row.tender_id,
        lot_id=row.lot_id,
        kind=row.kind,
        vendor_id=row.vendor_id,
        vendor_name=name,
        outcome="recorded" if row.ack_note else "committed",
        sha256=row.sha256,
        size=row.size,
        committed_at=row.committed_at,
        completed_at=row.completed_at,
        signed_note=row.ack_note or row.attempt_note,
    )


def bidders(session: Session, tender_id: str) -> frozenset[str]:
    """Return the vendors whose envelopes were opened or unreadable; empty before that."""
    return frozenset(bid.vendor_id for bid in opened_bids(session, tender_id))


def sealed_bidders(session: Session, tender_id: str) -> frozenset[str]:
    """Return the vendors whose first envelopes are still sealed; for pages after T only."""
    return frozenset(
        session.scalars(
            select(SubmissionRow.vendor_id).where(
                SubmissionRow.tender_id == tender_id,
                SubmissionRow.kind != Kind.FINANCIAL,
                SubmissionRow.state == SubmissionState.SEALED.value,
            )
        )
    )


def unopened_lots(session: Session, tender_id: str) -> frozenset[str]:
    """Return the lots of which an incident left bids unopened."""
    return frozenset(
        session.scalars(
            select(SubmissionRow.lot_id).where(
                SubmissionRow.tender_id == tender_id,
                SubmissionRow.state == SubmissionState.UNOPENED.value,
                SubmissionRow.code.in_(UNOPENED_CODES),
            )
        )
    )


def vendors_of(session: Session, tender_id: str) -> tuple[str, ...]:
    """Return the vendors that have a bid in a tender; for notices after T only."""
    return tuple(session.scalars(select(BidRow.vendor_id).where(BidRow.tender_id == tender_id)))


def _listed(session: Session, tender_id: str) -> tuple[ListedEnvelope, ...]:
    received = {*LIVE_STATES, SubmissionState.UNOPENED}
    ended = {SubmissionState.WITHDRAWN, SubmissionState.COMMITTED, SubmissionState.UNCONFIRMED}
    shown = received | ended
    rows = session.execute(
        select(SubmissionRow, BidRow.vendor_name)
        .join(EnvelopeRow, EnvelopeRow.id == SubmissionRow.envelope_id)
        .join(BidRow, BidRow.id == EnvelopeRow.bid_id)
        .where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.state.in_([state.value for state in shown]),
        )
        .order_by(SubmissionRow.completed_at, SubmissionRow.sha256)
    ).all()
    stage = tenders.tender(session, tender_id).stage
    revealed = _opened_by_receipt(session, tender_id)
    live = {row.envelope_id for row, _ in rows if row.state in received}
    return tuple(
        _line(row, name, stage, by_receipt=row.id in revealed)
        for row, name in rows
        if row.state in received or row.envelope_id not in live
    )


def _opened_by_receipt(session: Session, tender_id: str) -> frozenset[str]:
    return frozenset(
        session.scalars(
            select(RevealRow.submission_id)
            .join(IncidentRow, IncidentRow.id == RevealRow.incident_id)
            .where(IncidentRow.tender_id == tender_id, RevealRow.opened_at.is_not(None))
        )
    )


def _line(row: SubmissionRow, name: str, stage: Stage, *, by_receipt: bool) -> ListedEnvelope:
    outcome = outcome_of(SubmissionState(row.state), row.kind, stage, row.code)
    return ListedEnvelope(
        lot_id=row.lot_id,
        kind=row.kind,
        vendor_name=name,
        received_at=row.completed_at,
        sha256=row.sha256,
        outcome=outcome or EnvelopeOutcome.AWAITED,
        code=row.code,
        finding=row.finding,
        by_receipt=by_receipt,
        # One that was confirmed once and had to be again, and was not, stands for no dates.
        confirmed_at=None if row.state == SubmissionState.UNCONFIRMED else row.confirmed_at,
    )


def _opened(
    row: SubmissionRow, bid_id: str, vendor_name: str, files: tuple[OpenedFile, ...]
) -> OpenedBid:
    return OpenedBid(
        envelope_id=row.envelope_id,
        bid_id=bid_id,
        lot_id=row.lot_id,
        kind=row.kind,
        vendor_id=row.vendor_id,
        vendor_name=vendor_name,
        state=row.state,
        code=row.code,
        finding=row.finding,
        received_at=row.completed_at or row.committed_at,
        sha256=row.sha256,
        content=_content(row),
        files=files,
    )


def _content(row: SubmissionRow) -> BidContent | None:
    """The content as stated; a price found in a technical envelope is not in it."""
    if row.content is None:
        return None
    return bid_content.parse_stored(
        row.content.encode(), priced=row.finding == Finding.PRICE_IN_TECHNICAL
    )


def _files(session: Session, ids: list[str]) -> dict[str, tuple[OpenedFile, ...]]:
    found: dict[str, tuple[OpenedFile, ...]] = {}
    rows = session.scalars(
        select(OpenedFileRow)
        .where(OpenedFileRow.submission_id.in_(ids))
        .order_by(OpenedFileRow.submission_id, OpenedFileRow.position)
    )
    for row in rows:
        is_bid = row.position == 0 and row.media_type == bid_content.MEDIA_TYPE
        if not is_bid:
            found[row.submission_id] = (*found.get(row.submission_id, ()), _file(row))
    return found


def _file(row: OpenedFileRow) -> OpenedFile:
    return OpenedFile(
        row.id, row.name, row.size, row.media_type, row.sha256, row.check_state,
        row.check_detail or "",
    )  # fmt: skip
