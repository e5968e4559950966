"""The rows of evaluation: panel, findings, points, report and award proposals."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base

ID = String(40)
HASH = String(64)


class SeatRow(Base):
    """One evaluator's seat; a replaced one stays on record."""

    __tablename__ = "evaluation_seat"
    __table_args__ = (
        UniqueConstraint("tender_id", "account_id"),
        UniqueConstraint("tender_id", "label"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ID, index=True)
    name_en: Mapped[str] = mapped_column(String(200))
    name_ur: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(8))
    chair: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    statement: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    named_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class FindingRow(Base):
    """The panel's finding on one bid under one requirement, as the chair recorded it last."""

    __tablename__ = "evaluation_finding"

    envelope_id: Mapped[str] = mapped_column(ID, primary_key=True)
    requirement_id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID, index=True)
    passed: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime]


class ScoreRow(Base):
    """One evaluator's points for one bid under one criterion."""

    __tablename__ = "evaluation_score"

    seat_id: Mapped[str] = mapped_column(ForeignKey("evaluation_seat.id"), primary_key=True)
    envelope_id: Mapped[str] = mapped_column(ID, primary_key=True)
    criterion_id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID, index=True)
    points: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(HASH)
    scored_at: Mapped[datetime]


class SpreadRow(Base):
    """Why the panel's points for one bid lie far apart under one criterion."""

    __tablename__ = "evaluation_spread"

    envelope_id: Mapped[str] = mapped_column(ID, primary_key=True)
    criterion_id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID, index=True)
    reason: Mapped[str] = mapped_column(Text)
    explained_at: Mapped[datetime]


class DisqualificationRow(Base):
    """Why a bid was taken out after its price was opened, keyed as findings are."""

    __tablename__ = "evaluation_disqualification"

    envelope_id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID, index=True)
    reason: Mapped[str] = mapped_column(Text)
    disqualified_at: Mapped[datetime]


class StoredReport:
    """A published report: the case it rests on and the document itself, byte for byte.

    Until ``standing_ends_at`` nothing that follows from it may be done.
    """

    tender_id: Mapped[str] = mapped_column(ID, primary_key=True)
    reported_at: Mapped[datetime]
    standing_ends_at: Mapped[datetime]
    case_bytes: Mapped[bytes] = mapped_column(LargeBinary)
    document_bytes: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(HASH)


class TechnicalReportRow(StoredReport, Base):
    """Who passed before any price was opened, where there are two envelopes."""

    __tablename__ = "evaluation_technical_report"


class ReportRow(StoredReport, Base):
    """The ranking, or why there is none."""

    __tablename__ = "evaluation_report"


class ProposalRow(Base):
    """One proposal of how the tender ends; at most one is open."""

    __tablename__ = "award_proposal"
    __table_args__ = (
        Index(
            "ux_award_proposal_open",
            "tender_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_award_proposal_tender", "tender_id", "state"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID)
    state: Mapped[str] = mapped_column(String(12))
    lots: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(ID)
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
