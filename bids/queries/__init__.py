"""Reading bids for pages and jobs; rows never leave this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from bids.domain.reception import LIVE_STATES, EnvelopeKey, SubmissionState
from bids.models import (
    BoxTickRow,
    DayDigestRow,
    EnvelopeRow,
    RefusedAttemptRow,
    SlotReceiptRow,
    SubmissionRow,
)
from foundation.database import table_of
from foundation.values.refusal import Refusal


@dataclass(frozen=True)
class Submission:
    """One sealed file as its vendor may see it."""

    id: str
    envelope_id: str
    tender_id: str
    vendor_id: str
    lot_id: str
    kind: str
    sha256: str
    size: int
    notice: str
    chain: str
    round: int
    state: SubmissionState
    number: str
    committed_at: datetime
    completed_at: datetime | None
    ended_at: datetime | None
    destroyed_at: datetime | None
    attempt: str
    ack: str | None
    withdrawal: str | None
    withdrawal_proof: str | None
    confirmation: str | None
    confirmed_at: datetime | None
    blob_key: str | None
    code: str | None
    opened_at: datetime | None


@dataclass(frozen=True)
class BoxReceipt:
    """Where a vendor's slot stands under the last published root."""

    i: int
    at: datetime
    root: str
    closing: bool
    slot: int
    blind: str
    commitment: str
    path: tuple[str, ...]
    document: dict[str, str | int]
    salt: str


@dataclass(frozen=True)
class Attempt:
    """A refused or late attempt, with its signed note."""

    id: str
    tender_id: str
    lot_id: str
    kind: str
    sha256: str
    code: str
    at: datetime
    note: str


def own_upload(session: Session, upload_id: str, vendor_id: str) -> Submission:
    """Return a vendor's own upload; anybody else's is not found.

    Raises:
        Refusal: `not-found`.
    """
    given = {"upload": upload_id, "vendor": vendor_id}
    row = session.connection().execute(_OWN_UPLOAD, given).one_or_none()
    if row is None or not vendor_id:
        raise Refusal("not-found")
    return _submission(row)


_ROWS = table_of(SubmissionRow)
# Every slice asks, so no object of the session is made.
_OWN_UPLOAD = select(_ROWS).where(
    _ROWS.c.id == bindparam("upload"), _ROWS.c.vendor_id == bindparam("vendor")
)


def own_receipt(session: Session, number: str, vendor_id: str) -> Submission:
    """Return a vendor's own submission by its receipt number.

    Raises:
        Refusal: `not-found`.
    """
    row = session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.number == number.upper(), SubmissionRow.vendor_id == vendor_id
        )
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    return _submission(row)


def own_live(session: Session, key: EnvelopeKey) -> Submission | None:
    """Return what stands in a vendor's envelope: the live file, or the last one otherwise."""
    rows = session.scalars(
        select(SubmissionRow)
        .where(
            SubmissionRow.tender_id == key.tender_id,
            SubmissionRow.vendor_id == key.vendor_id,
            SubmissionRow.lot_id == key.lot_id,
            SubmissionRow.kind == key.kind,
        )
        .order_by(SubmissionRow.committed_at.desc())
        .limit(200)
    ).all()
    standing = {*LIVE_STATES, SubmissionState.UNCONFIRMED}
    live = [row for row in rows if row.state in standing]
    # A superseded one with nothing newer was ended by a change of the tender.
    shown = {SubmissionState.WITHDRAWN, SubmissionState.COMMITTED, SubmissionState.SUPERSEDED}
    found = [*live, *(row for row in rows if row.state in shown)]
    return _submission(found[0]) if found else None


def own_submissions(session: Session, vendor_id: str) -> tuple[Submission, ...]:
    """Return a vendor's own submissions, newest first, those that say something to it."""
    told = [
        state.value
        for state in SubmissionState
        if state not in {SubmissionState.ABANDONED, SubmissionState.REFUSED}
    ]
    rows = session.scalars(
        select(SubmissionRow)
        .where(SubmissionRow.vendor_id == vendor_id, SubmissionRow.state.in_(told))
        .order_by(SubmissionRow.committed_at.desc(), SubmissionRow.id)
        .limit(500)
    )
    return tuple(_submission(row) for row in rows)


def own_attempts(session: Session, vendor_id: str) -> tuple[Attempt, ...]:
    """Return a vendor's refused and late attempts, newest first."""
    rows = session.scalars(
        select(RefusedAttemptRow)
        .where(RefusedAttemptRow.vendor_id == vendor_id)
        .order_by(RefusedAttemptRow.at.desc(), RefusedAttemptRow.id)
        .limit(200)
    )
    return tuple(_attempt(row) for row in rows)


def own_attempt(session: Session, attempt_id: str, vendor_id: str) -> Attempt:
    """Return one of a vendor's own refused attempts.

    Raises:
        Refusal: `not-found`.
    """
    row = session.get(RefusedAttemptRow, attempt_id)
    if row is None or row.vendor_id != vendor_id:
        raise Refusal("not-found")
    return _attempt(row)


def box_receipt(session: Session, submission: Submission) -> BoxReceipt | None:
    """Return the slot's proof under the last root, None before the next tick after the seal."""
    envelope = session.get(EnvelopeRow, submission.envelope_id)
    receipt = session.get(SlotReceiptRow, submission.envelope_id)
    if envelope is None or receipt is None or envelope.slot_commitment is None:
        return None
    if receipt.commitment != envelope.slot_commitment.hex():
        return None
    if (envelope.slot_document or {}).get("sha256") != submission.sha256:
        return None
    tick = session.get_one(BoxTickRow, (submission.tender_id, receipt.i))
    return BoxReceipt(
        i=tick.i,
        at=tick.at,
        root=tick.root,
        closing=tick.closing,
        slot=receipt.slot,
        blind=receipt.blind,
        commitment=receipt.commitment,
        path=tuple(receipt.path),
        document=dict(envelope.slot_document or {}),
        salt=(envelope.slot_salt or b"").hex(),
    )


def upload_is_awaited(session: Session, upload_id: str) -> bool:
    """Tell whether the partial file of an upload may still become a bid."""
    row = session.get(SubmissionRow, upload_id)
    return row is not None and row.state == SubmissionState.COMMITTED.value


def upload_has_bytes(session: Session, upload_id: str) -> bool:
    """Tell whether the record knows of stored bytes of an upload, be they a bid or doomed."""
    row = session.get(SubmissionRow, upload_id)
    return row is not None and row.blob_key is not None


def upload_tender(session: Session, upload_id: str) -> str | None:
    """Return the tender of an upload."""
    return session.execute(
        select(SubmissionRow.tender_id).where(SubmissionRow.id == upload_id)
    ).scalar_one_or_none()


def last_tick_at(session: Session, tender_id: str) -> datetime | None:
    """Return when the tender's box was last ticked."""
    return session.scalar(select(func.max(BoxTickRow.at)).where(BoxTickRow.tender_id == tender_id))


def last_digest_day(session: Session) -> str | None:
    """Return the newest day whose sealed acts are digested, as ISO text."""
    return session.execute(select(func.max(DayDigestRow.day))).scalar_one_or_none()


def _submission(row: SubmissionRow | Row[Any]) -> Submission:
    return Submission(
        id=row.id,
        envelope_id=row.envelope_id,
        tender_id=row.tender_id,
        vendor_id=row.vendor_id,
        lot_id=row.lot_id,
        kind=row.kind,
        sha256=row.sha256,
        size=row.size,
        notice=row.notice,
        chain=row.chain,
        round=row.round,
        state=SubmissionState(row.state),
        number=row.number,
        committed_at=row.committed_at,
        completed_at=row.completed_at,
        ended_at=row.ended_at,
        destroyed_at=row.destroyed_at,
        attempt=row.attempt_note,
        ack=row.ack_note,
        withdrawal=row.withdrawal_note,
        withdrawal_proof=row.withdrawal_proof,
        confirmation=row.confirmation_note,
        confirmed_at=row.confirmed_at,
        blob_key=row.blob_key,
        code=row.code,
        opened_at=row.opened_at,
    )


def _attempt(row: RefusedAttemptRow) -> Attempt:
    return Attempt(
        id=row.id,
        tender_id=row.tender_id,
        lot_id=row.lot_id,
        kind=row.kind,
        sha256=row.sha256,
        code=row.code,
        at=row.at,
        note=row.note,
    )
