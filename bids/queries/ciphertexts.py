"""Reading where sealed bytes lie: those doomed, those changed, those that cannot be opened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bids.domain.reception import SubmissionState
from bids.models import OpeningRow, SubmissionRow
from foundation.values.refusal import Refusal


@dataclass(frozen=True)
class Stored:
    """A stored ciphertext as jobs see it."""

    submission_id: str
    blob_key: str
    sha256: str


def changed_ciphertext(session: Session, tender_id: str, sha256: str) -> Stored | None:
    """Return the ciphertext for whose changed bytes an opening is paused."""
    row = session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.sha256 == sha256,
            SubmissionRow.state == SubmissionState.SEALED.value,
        )
    ).one_or_none()
    return Stored(row.id, row.blob_key or "", row.sha256) if row else None


def awaited_ciphertext(session: Session, sha256: str) -> Stored | None:
    """Return the ciphertext with this hash if an opening is paused for its changed bytes."""
    tender_id = session.scalars(
        select(OpeningRow.tender_id).where(
            OpeningRow.pause_sha256 == sha256, OpeningRow.paused_at.is_not(None)
        )
    ).one_or_none()
    return None if tender_id is None else changed_ciphertext(session, tender_id, sha256)


def doomed(session: Session) -> tuple[Stored, ...]:
    """Return what waits to be unlinked."""
    rows = session.scalars(
        select(SubmissionRow)
        .where(SubmissionRow.doomed_at.is_not(None), SubmissionRow.destroyed_at.is_(None))
        .order_by(SubmissionRow.doomed_at)
        .limit(500)
    )
    return tuple(Stored(row.id, row.blob_key or "", row.sha256) for row in rows)


def unreadable_ciphertext(session: Session, tender_id: str, sha256: str) -> Stored:
    """Return a ciphertext that could not be opened though its hash holds; anybody may have it.

    Raises:
        Refusal: `not-found` for any other.
    """
    row = session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.sha256 == sha256,
            SubmissionRow.state == SubmissionState.UNREADABLE.value,
        )
    ).one_or_none()
    if row is None or row.blob_key is None:
        raise Refusal("not-found")
    return Stored(row.id, row.blob_key, row.sha256)
