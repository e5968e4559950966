"""Submissions as they are stored: what receipts state, and all there is after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bids.domain.kept_records import KeptRecord
from bids.domain.receipts import Received
from bids.domain.reception import SubmissionState
from bids.models import BoxTickRow, EnvelopeRow, SlotReceiptRow, SubmissionRow


@dataclass(frozen=True)
class KeptSlot:
    """What proves one slot under its tick's published root; bytes in hex."""

    root: str
    slot: int
    blind: str
    commitment: str
    path: tuple[str, ...]


def kept_records(session: Session) -> Iterator[KeptRecord]:
    """Yield every submission as it is stored, for the check after a restore; never for a page."""
    rows = session.execute(
        select(SubmissionRow, EnvelopeRow.slot_commitment)
        .join(EnvelopeRow, EnvelopeRow.id == SubmissionRow.envelope_id)
        .order_by(SubmissionRow.id)
        .execution_options(yield_per=500)
    )
    with closing(rows):
        for row, slot_commitment in rows:
            yield KeptRecord(
                submission_id=row.id,
                number=row.number,
                received=received_of(row),
                state=SubmissionState(row.state),
                attempt_note=row.attempt_note,
                ack_note=row.ack_note,
                withdrawal_note=row.withdrawal_note,
                confirmation_note=row.confirmation_note,
                slot_commitment=(slot_commitment or b"").hex(),
                blob_key=row.blob_key,
                doomed=row.doomed_at is not None,
                destroyed=row.destroyed_at is not None,
            )


def kept_slots(session: Session) -> Iterator[KeptSlot]:
    """Yield every slot's proof with the root that was published for it."""
    rows = session.execute(
        select(SlotReceiptRow, BoxTickRow.root)
        .join(EnvelopeRow, EnvelopeRow.id == SlotReceiptRow.envelope_id)
        .join(
            BoxTickRow,
            (BoxTickRow.tender_id == EnvelopeRow.tender_id) & (BoxTickRow.i == SlotReceiptRow.i),
        )
        .execution_options(yield_per=500)
    )
    with closing(rows):
        for row, root in rows:
            yield KeptSlot(root, row.slot, row.blind, row.commitment, tuple(row.path))


def received_of(row: SubmissionRow | Row[Any]) -> Received:
    """Return a submission as receipts state it."""
    return Received(
        sha256=row.sha256,
        size=row.size,
        tender=row.tender_id,
        lot=row.lot_id,
        kind=row.kind,
        vendor=row.vendor_id,
        notice=row.notice,
        chain=row.chain,
        round=row.round,
        committed_at=row.committed_at,
        completed_at=row.completed_at,
        token_sha256=row.token_sha256,
        confirms=row.confirmed_notice or "",
        confirmed_at=row.confirmed_at,
    )
