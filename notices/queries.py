"""Reading notices for pages and jobs; rows never leave this room."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from foundation.values.fingerprint import SHA256_HEX
from foundation.values.identifiers import NUMBER_PATTERN
from foundation.values.instants import instant_from_text, instant_text
from foundation.values.money import western_digits
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from notices.domain import fact_documents
from notices.domain.kinds import Facts, Kind
from notices.models import NoticeRow

PAGE = 20


@dataclass(frozen=True)
class StoredPdf:
    """The PDF of a notice as it was made once."""

    sha256: str
    size: int
    blob_key: str


@dataclass(frozen=True)
class Notice:
    """One published notice; ``pdf`` is None until the job has made it."""

    number: str
    kind: Kind
    tender_id: str
    version: int
    issued_at: datetime
    facts: Facts
    document: bytes
    facts_sha256: str
    pdf: StoredPdf | None


@dataclass(frozen=True)
class NoticeLine:
    """One notice as lists show it."""

    number: str
    kind: Kind
    tender_id: str
    tender_number: str
    title: Text
    entity: Text
    issued_at: datetime
    version: int = 1


@dataclass(frozen=True)
class NoticePage:
    """One page of the list; ``newer`` and ``older`` are cursors, empty at the ends."""

    lines: tuple[NoticeLine, ...]
    newer: str
    older: str


def notice(session: Session, number: str) -> Notice:
    """Return a notice by its number, letters in any case, digits of any script.

    Raises:
        Refusal: ``not-found``.
    """
    number = western_digits(number).strip().upper()
    row = session.get(NoticeRow, number) if NUMBER_PATTERN.fullmatch(number) else None
    if row is None:
        raise Refusal("not-found")
    return Notice(
        number=row.number,
        kind=Kind(row.kind),
        tender_id=row.tender_id,
        version=row.version,
        issued_at=row.issued_at,
        facts=fact_documents.from_bytes(row.facts),
        document=row.facts,
        facts_sha256=row.facts_sha256,
        pdf=_pdf(row),
    )


def number_by_pdf(session: Session, sha256: str) -> str:
    """Return the number of the notice whose PDF has this fingerprint.

    Raises:
        Refusal: ``not-found``.
    """
    if not SHA256_HEX.fullmatch(sha256):
        raise Refusal("not-found")
    number = session.scalars(
        select(NoticeRow.number).where(NoticeRow.pdf_sha256 == sha256).limit(1)
    ).one_or_none()
    if number is None:
        raise Refusal("not-found")
    return number


def notices_of_tender(session: Session, tender_id: str) -> tuple[NoticeLine, ...]:
    """Return the notices of a tender, the oldest first."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(NoticeRow.tender_id == tender_id)
        .order_by(NoticeRow.issued_at, NoticeRow.number)
    )
    return tuple(_line(row) for row in rows)


def newest_number(session: Session, tender_id: str, kind: Kind) -> str | None:
    """Return the number of a tender's newest notice of a kind, or None."""
    return session.scalars(
        select(NoticeRow.number)
        .where(NoticeRow.tender_id == tender_id, NoticeRow.kind == kind.value)
        .order_by(NoticeRow.version.desc())
        .limit(1)
    ).one_or_none()


def exists(session: Session, tender_id: str, kind: Kind, version: int) -> bool:
    """Tell whether this notice has been issued already."""
    found = session.scalars(
        select(NoticeRow.number).where(
            NoticeRow.tender_id == tender_id,
            NoticeRow.kind == kind.value,
            NoticeRow.version == version,
        )
    ).one_or_none()
    return found is not None


def without_pdf(session: Session, limit: int) -> tuple[tuple[str, bytes], ...]:
    """Return number and facts of notices whose PDF is not made yet, the oldest first."""
    rows = session.execute(
        select(NoticeRow.number, NoticeRow.facts)
        .where(NoticeRow.pdf_key.is_(None))
        .order_by(NoticeRow.issued_at, NoticeRow.number)
        .limit(limit)
    )
    return tuple((row.number, row.facts) for row in rows)


def published(
    session: Session,
    *,
    kind: Kind | None = None,
    tender: str = "",
    after: str = "",
    before: str = "",
) -> NoticePage:
    """Return one page of the notices, the newest first.

    Args:
        session: for reading.
        kind: only this kind.
        tender: only of the tender with this id or number.
        after: the cursor below which the page begins.
        before: the cursor above which the page ends.

    Raises:
        Refusal: ``not-found`` for a cursor that this list never gave.
    """
    query = select(*_COLUMNS)
    if kind is not None:
        query = query.where(NoticeRow.kind == kind.value)
    if tender:
        query = query.where(
            or_(
                NoticeRow.tender_id == tender,
                NoticeRow.tender_number == western_digits(tender).strip().upper(),
            )
        )
    backwards = bool(before)
    if after or before:
        at, number = _read_cursor(before or after)
        beyond = NoticeRow.issued_at > at if backwards else NoticeRow.issued_at < at
        among = NoticeRow.number > number if backwards else NoticeRow.number < number
        query = query.where(or_(beyond, and_(NoticeRow.issued_at == at, among)))
    order = (
        (NoticeRow.issued_at, NoticeRow.number)
        if backwards
        else (NoticeRow.issued_at.desc(), NoticeRow.number.desc())
    )
    rows = list(session.execute(query.order_by(*order).limit(PAGE + 1)))
    more = len(rows) > PAGE
    lines = [_line(row) for row in rows[:PAGE]]
    if backwards:
        lines.reverse()
    newer = more if backwards else bool(after)
    older = True if backwards else more
    return NoticePage(
        lines=tuple(lines),
        newer=_cursor(lines[0]) if lines and newer else "",
        older=_cursor(lines[-1]) if lines and older else "",
    )


_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    NoticeRow.number,
    NoticeRow.kind,
    NoticeRow.tender_id,
    NoticeRow.tender_number,
    NoticeRow.title_en,
    NoticeRow.title_ur,
    NoticeRow.entity_en,
    NoticeRow.entity_ur,
    NoticeRow.issued_at,
    NoticeRow.version,
)


def _line(row: Row[Any]) -> NoticeLine:
    return NoticeLine(
        number=row.number,
        kind=Kind(row.kind),
        tender_id=row.tender_id,
        tender_number=row.tender_number,
        title=Text(row.title_en, row.title_ur),
        entity=Text(row.entity_en, row.entity_ur),
        issued_at=row.issued_at,
        version=row.version,
    )


def _pdf(row: NoticeRow) -> StoredPdf | None:
    if row.pdf_key is None or row.pdf_sha256 is None or row.pdf_size is None:
        return None
    return StoredPdf(row.pdf_sha256, row.pdf_size, row.pdf_key)


def _cursor(line: NoticeLine) -> str:
    text = f"{instant_text(line.issued_at)} {line.number}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, number = base64.urlsafe_b64decode(padded.encode()).decode().split(" ")
        return instant_from_text(at), number
    except (ValueError, binascii.Error) as error:
        raise Refusal("not-found") from error
