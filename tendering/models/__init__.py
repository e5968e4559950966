"""The rows of tenders, their frozen packs and their running numbers."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base

ID = String(40)


class TenderRow(Base):
    """A tender from its first draft to its end; lists of parts are kept as JSON."""

    __tablename__ = "tender"
    __table_args__ = (
        # The public list reads along these; see tendering.list_reading.
        Index("ix_tender_newest", "stage", "category", "position", "deadline_at"),
        Index("ix_tender_closing", "stage", "category", "deadline_at", "id", "position"),
        Index("ix_tender_buyer", "organisation_id", "position", "stage", "category", "deadline_at"),
        Index("ux_tender_amends", "amends", unique=True),
        Index("ux_tender_position", "position", unique=True),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    organisation_name_en: Mapped[str] = mapped_column(String(200))
    organisation_name_ur: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(400))
    title_ur: Mapped[str] = mapped_column(String(400))
    summary_en: Mapped[str] = mapped_column(Text)
    summary_ur: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(40))
    reach: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    estimate: Mapped[Decimal | None]
    stage: Mapped[str] = mapped_column(String(20), index=True)
    version: Mapped[int]
    revision: Mapped[int]
    rulebook: Mapped[str] = mapped_column(String(60))
    published_at: Mapped[datetime | None]
    # The order of publication, from 1; what has none is in no public list.
    position: Mapped[int | None]
    questions_close_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime]
    opening_at: Mapped[datetime]
    guard_seconds: Mapped[int]
    zone: Mapped[str] = mapped_column(String(60))
    dates_set: Mapped[bool]
    lots: Mapped[list[Any]]
    items: Mapped[list[Any]]
    requirements: Mapped[list[Any]]
    criteria: Mapped[list[Any]]
    pass_mark: Mapped[Decimal | None]
    declarations: Mapped[list[Any]]
    documents: Mapped[list[Any]]
    validity_days: Mapped[int]
    security_percent: Mapped[Decimal | None]
    security_amount: Mapped[Decimal | None]
    envelopes: Mapped[list[Any]]
    seal: Mapped[str] = mapped_column(String(20))
    committee: Mapped[dict[str, Any] | None]
    quality_and_cost: Mapped[dict[str, Any] | None]
    notice: Mapped[str | None] = mapped_column(String(64), index=True)
    chain: Mapped[dict[str, Any] | None]
    round: Mapped[int | None]
    box_slots: Mapped[int]
    box_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    box_seed_commitment: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(ID)
    authors: Mapped[list[Any]]
    submitted_by: Mapped[str | None] = mapped_column(ID)
    approved_by: Mapped[str | None] = mapped_column(ID)
    remarks: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    opening_started_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    technical_reported_at: Mapped[datetime | None]
    prices_opened_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # The published tender that this draft changes, and how: at most one draft does.
    amends: Mapped[str | None] = mapped_column(ID)
    change: Mapped[dict[str, Any] | None]


class TenderPackRow(Base):
    """The stored bytes of one version of a tender pack, verbatim; never written again."""

    __tablename__ = "tender_pack"

    tender_id: Mapped[str] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    notice: Mapped[str] = mapped_column(String(64), unique=True)
    pack: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class TenderChangeRow(Base):
    """A change that was carried out on a published tender, and what differs through it."""

    __tablename__ = "tender_change"
    __table_args__ = (Index("ix_tender_change_tender", "tender_id", "at"),)

    # The id of the draft that became this change.
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ForeignKey("tender.id"))
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    reason_en: Mapped[str] = mapped_column(Text)
    reason_ur: Mapped[str] = mapped_column(Text)
    differences: Mapped[list[Any]]
    # When bids sealed to the version before can be opened, wherever a copy of them lies.
    old_round_at: Mapped[datetime]
    at: Mapped[datetime]
    submitted_by: Mapped[str | None] = mapped_column(ID)
    approved_by: Mapped[str] = mapped_column(ID)


class TenderNumberRow(Base):
    """The last number drawn by an organisation's short name in a year."""

    __tablename__ = "tender_number"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class HandoverRow(Base):
    """A tender or its approval handed to a colleague, from when until when and why."""

    __tablename__ = "handover"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ForeignKey("tender.id"), index=True)
    part: Mapped[str] = mapped_column(String(12))
    from_account: Mapped[str] = mapped_column(ID)
    to_account: Mapped[str] = mapped_column(ID)
    why: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    made_by: Mapped[str] = mapped_column(ID)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(ID)


class FollowerRow(Base):
    """Somebody who wants the news of a tender; before the opening all get the same."""

    __tablename__ = "tender_follower"

    tender_id: Mapped[str] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(ID, primary_key=True)
    since: Mapped[datetime]


class AnswerRow(Base):
    """A published question with its answer; numbers count from 1 within a tender."""

    __tablename__ = "tender_answer"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    question_en: Mapped[str] = mapped_column(Text)
    question_ur: Mapped[str] = mapped_column(Text)
    answer_en: Mapped[str] = mapped_column(Text)
    answer_ur: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime]
    answered_by: Mapped[str] = mapped_column(ID)
    version: Mapped[int]


class QuestionRow(Base):
    """A question as it was asked; who asked stays in this row and in the sealed journal."""

    __tablename__ = "tender_question"
    __table_args__ = (
        Index("ix_tender_question_waiting", "tender_id", "state", "asked_at"),
        Index("ix_tender_question_own", "organisation_id", "tender_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ForeignKey("tender.id"))
    organisation_id: Mapped[str] = mapped_column(ID)
    account_id: Mapped[str] = mapped_column(ID)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    answer_id: Mapped[str | None] = mapped_column(ForeignKey("tender_answer.id"))
    reason: Mapped[str] = mapped_column(String(20), default="")
    settled_at: Mapped[datetime | None]


class CommitteeSeatRow(Base):
    """Who sits on the committee of which tender; everything else stands in the tender's row."""

    __tablename__ = "committee_seat"

    account_id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ForeignKey("tender.id"), primary_key=True, index=True)


class ExerciseRow(Base):
    """A dummy sealed to a committee, so that each member proves that the key opens its share.

    ``part`` is what a bid's manifest says of its committee, ``inner`` the inner age file.
    """

    __tablename__ = "committee_exercise"
    __table_args__ = (Index("ix_committee_exercise_tender", "tender_id", "made_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    tender_id: Mapped[str] = mapped_column(ID)
    occasion: Mapped[str] = mapped_column(String(20))
    committee_id: Mapped[str] = mapped_column(String(64))
    eid: Mapped[str] = mapped_column(String(32))
    part: Mapped[dict[str, Any]]
    inner: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class ProofRow(Base):
    """A member's share of a dummy, which opened its commitment."""

    __tablename__ = "committee_proof"

    exercise_id: Mapped[str] = mapped_column(ForeignKey("committee_exercise.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    share: Mapped[str] = mapped_column(String(66))
    at: Mapped[datetime]
