"""The rows of notices: what was published, for ever, and which bytes are its PDF."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base

ID = String(40)
HASH = String(64)
TITLE = String(500)


class NoticeRow(Base):
    """One notice; its facts never change, its PDF is recorded once."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("tender_id", "kind", "version"),
        Index("ix_notice_issued", "issued_at", "number"),
        Index("ix_notice_kind_issued", "kind", "issued_at", "number"),
        Index("ix_notice_pdf", "pdf_sha256"),
    )

    number: Mapped[str] = mapped_column(String(8), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    tender_id: Mapped[str] = mapped_column(ID)
    version: Mapped[int]
    tender_number: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(TITLE)
    title_ur: Mapped[str] = mapped_column(TITLE)
    entity_en: Mapped[str] = mapped_column(TITLE)
    entity_ur: Mapped[str] = mapped_column(TITLE)
    issued_at: Mapped[datetime]
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    facts_sha256: Mapped[str] = mapped_column(HASH)
    pdf_sha256: Mapped[str | None] = mapped_column(HASH)
    pdf_size: Mapped[int | None]
    pdf_key: Mapped[str | None] = mapped_column(String(200))
    pdf_at: Mapped[datetime | None]
