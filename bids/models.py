"""The rows of bids: what was announced, received, boxed, opened and destroyed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base

ID = String(40)
HASH = String(64)


class BidRow(Base):
    """One vendor's bid for one tender; its id is random and tells no time."""

    __tablename__ = "bid"
    __table_args__ = (UniqueConstraint("tender_id", "vendor_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID)
    vendor_id: Mapped[str] = mapped_column(ID, index=True)
    vendor_name: Mapped[str] = mapped_column(String(300))


class EnvelopeRow(Base):
    """One bid, lot and kind; it keeps its slot in the box for life."""

    __tablename__ = "envelope"
    __table_args__ = (
        UniqueConstraint("bid_id", "lot_id", "kind"),
        UniqueConstraint("tender_id", "slot"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    bid_id: Mapped[str] = mapped_column(ForeignKey("bid.id"))
    tender_id: Mapped[str] = mapped_column(ID)
    lot_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(12))
    slot: Mapped[int | None]
    # What fills the slot: the live bid's document, or the withdrawal's.
    slot_document: Mapped[dict[str, Any] | None]
    slot_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    slot_commitment: Mapped[bytes | None] = mapped_column(LargeBinary)


class SubmissionRow(Base):
    """One sealed file, from its fingerprint to its end; its id is its upload's address."""

    __tablename__ = "envelope_submission"
    __table_args__ = (
        Index("ix_envelope_submission_envelope", "envelope_id", "sha256"),
        Index(
            "ux_envelope_submission_live",
            "envelope_id",
            unique=True,
            sqlite_where=text("state IN ('sealed', 'opened', 'unreadable')"),
            postgresql_where=text("state IN ('sealed', 'opened', 'unreadable')"),
        ),
        Index(
            "ux_envelope_submission_committed",
            "envelope_id",
            unique=True,
            sqlite_where=text("state = 'committed'"),
            postgresql_where=text("state = 'committed'"),
        ),
        Index("ix_envelope_submission_tender_state", "tender_id", "state"),
        Index("ix_envelope_submission_vendor", "vendor_id", "committed_at"),
        Index(
            "ix_envelope_submission_doomed",
            "doomed_at",
            sqlite_where=text("doomed_at IS NOT NULL AND destroyed_at IS NULL"),
            postgresql_where=text("doomed_at IS NOT NULL AND destroyed_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    envelope_id: Mapped[str] = mapped_column(ForeignKey("envelope.id"))
    tender_id: Mapped[str] = mapped_column(ID)
    vendor_id: Mapped[str] = mapped_column(ID)
    lot_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(HASH)
    size: Mapped[int]
    notice: Mapped[str] = mapped_column(HASH)
    chain: Mapped[str] = mapped_column(HASH)
    round: Mapped[int]
    token_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    committed_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    number: Mapped[str] = mapped_column(String(8), unique=True)
    attempt_note: Mapped[str] = mapped_column(Text)
    ack_note: Mapped[str | None] = mapped_column(Text)
    withdrawal_note: Mapped[str | None] = mapped_column(Text)
    withdrawal_proof: Mapped[str | None] = mapped_column(String(20))
    withdrawal_token: Mapped[str | None] = mapped_column(HASH)
    # The newest notice for which the vendor confirmed it, unopened and unsent, after dates moved.
    confirmed_notice: Mapped[str | None] = mapped_column(HASH)
    confirmed_at: Mapped[datetime | None]
    confirmation_note: Mapped[str | None] = mapped_column(Text)
    refusal_code: Mapped[str | None] = mapped_column(String(40))
    blob_key: Mapped[str | None] = mapped_column(String(120))
    doomed_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    # The opening: a lease, then one compare-and-set on `state`.
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(ID)
    crashes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    opened_at: Mapped[datetime | None]
    code: Mapped[str | None] = mapped_column(String(40))
    finding: Mapped[str | None] = mapped_column(String(40))
    content: Mapped[str | None] = mapped_column(Text)


class SeenFingerprintRow(Base):
    """Every SHA-256 and every U ever received, kept for ever: `duplicate` is judged here."""

    __tablename__ = "seen_fingerprint"

    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("envelope_submission.id"))


class OpenedEidRow(Base):
    """The eid of every opened envelope: a copied one is refused."""

    __tablename__ = "opened_eid"

    eid: Mapped[str] = mapped_column(String(64), primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("envelope_submission.id"), unique=True)


class OpenedFileRow(Base):
    """One file of an opened envelope; its bytes are stored under their SHA-256."""

    __tablename__ = "opened_file"
    __table_args__ = (UniqueConstraint("submission_id", "position"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("envelope_submission.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(300))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(HASH)
    check_state: Mapped[str | None] = mapped_column(String(20))
    check_detail: Mapped[str | None] = mapped_column(String(100))
    checked_at: Mapped[datetime | None]


class RefusedAttemptRow(Base):
    """An attempt that never became a submission, with the signed note of it."""

    __tablename__ = "refused_attempt"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID, index=True)
    vendor_id: Mapped[str] = mapped_column(ID, index=True)
    lot_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(HASH)
    code: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)


class BoxTickRow(Base):
    """One published root of a tender's box; `i` counts from 1."""

    __tablename__ = "box_tick"

    tender_id: Mapped[str] = mapped_column(ID, primary_key=True)
    i: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    root: Mapped[str] = mapped_column(HASH)
    closing: Mapped[bool]


class SlotReceiptRow(Base):
    """What a vendor needs to find its bid under a tick's root."""

    __tablename__ = "box_slot_receipt"

    envelope_id: Mapped[str] = mapped_column(ForeignKey("envelope.id"), primary_key=True)
    i: Mapped[int]
    slot: Mapped[int]
    blind: Mapped[str] = mapped_column(HASH)
    commitment: Mapped[str] = mapped_column(HASH)
    path: Mapped[list[Any]]


class OpeningRow(Base):
    """One tender's opening: the signed list, what it waits for, how it ended."""

    __tablename__ = "opening"

    tender_id: Mapped[str] = mapped_column(ID, primary_key=True)
    begun_at: Mapped[datetime]
    list_note: Mapped[str] = mapped_column(Text)
    seed: Mapped[str] = mapped_column(HASH)
    beacon_late_since: Mapped[datetime | None]
    unlocked_at: Mapped[datetime | None]
    signature: Mapped[str | None] = mapped_column(String(200))
    # The rounds of confirmed bids that were sealed to earlier dates, with their signatures.
    earlier_signatures: Mapped[dict[str, Any] | None]
    paused_at: Mapped[datetime | None]
    pause_code: Mapped[str | None] = mapped_column(String(40))
    pause_sha256: Mapped[str | None] = mapped_column(HASH)
    concluded_at: Mapped[datetime | None]
    prices_begun_at: Mapped[datetime | None]
    prices_read_at: Mapped[datetime | None]
    shares_destroyed_at: Mapped[datetime | None]
    minimum_bids: Mapped[int | None]
    minimum_rule: Mapped[str | None] = mapped_column(String(20))
    held_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class EnvelopePartRow(Base):
    """What the outer file of a bid says of its committee, read once at the opening.

    ``cheated_at`` is when a member proved that the bidder's share file does not hold.
    """

    __tablename__ = "envelope_part"

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("envelope_submission.id"), primary_key=True
    )
    tender_id: Mapped[str] = mapped_column(ID, index=True)
    eid: Mapped[str] = mapped_column(String(32))
    part: Mapped[dict[str, Any]]
    read_at: Mapped[datetime]
    cheated_at: Mapped[datetime | None]


class PostedShareRow(Base):
    """A member's share of one bid, which holds against its commitment."""

    __tablename__ = "posted_share"

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("envelope_part.submission_id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    share: Mapped[str] = mapped_column(String(66))
    at: Mapped[datetime]


class OpeningHoldRow(Base):
    """An opening that waits, after an outage, for two persons' decision."""

    __tablename__ = "opening_hold"

    tender_id: Mapped[str] = mapped_column(ID, primary_key=True)
    held_at: Mapped[datetime]
    lost: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(Text)
    # A later deadline instead of the opening, with its reason in Urdu besides.
    later_deadline_at: Mapped[datetime | None]
    reason_ur: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(ID)
    proposed_at: Mapped[datetime | None]
    released_by: Mapped[str] = mapped_column(ID)
    released_at: Mapped[datetime | None]


class DayDigestRow(Base):
    """One leaf a day over the sealed journal, written also when the day was empty."""

    __tablename__ = "day_digest"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    at: Mapped[datetime]
    root: Mapped[str] = mapped_column(HASH)


class IncidentRow(Base):
    """An incident of one opening; a proposal until ``declared_at``.

    ``identity`` is the private half of the incident's key under the account key; it goes with
    the incident's end.
    """

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_tender", "tender_id", "proposed_at"),
        Index(
            "ux_incident_live",
            "tender_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID)
    envelope: Mapped[str] = mapped_column(String(12))
    trouble: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    until_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(ID)
    proposed_at: Mapped[datetime]
    declared_by: Mapped[str] = mapped_column(ID)
    declared_at: Mapped[datetime | None]
    recipient: Mapped[str] = mapped_column(String(100))
    identity: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))


class RevealRow(Base):
    """One envelope's private receipt, sealed to the incident's key; None once destroyed.

    ``opened_at`` is when the envelope was opened by it.
    """

    __tablename__ = "incident_reveal"

    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    submission_id: Mapped[str] = mapped_column(
        ForeignKey("envelope_submission.id"), primary_key=True, index=True
    )
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    account_id: Mapped[str] = mapped_column(ID)
    opened_at: Mapped[datetime | None]
