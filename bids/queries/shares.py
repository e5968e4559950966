"""Reading the shares of an opening's bids, and what an envelope's opening needs of its row."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bids.domain.opening import Claim
from bids.domain.reception import SubmissionState
from bids.domain.shares import ReadPart
from bids.models import BidRow, EnvelopePartRow, EnvelopeRow, PostedShareRow, SubmissionRow
from sealing.package import parse_committee_part


def read_parts(session: Session, tender_id: str, *, sha256: str = "") -> tuple[ReadPart, ...]:
    """Return the bids of a tender whose outer file was read, with the shares posted so far."""
    query = (
        select(EnvelopePartRow, SubmissionRow, BidRow.vendor_name)
        .join(SubmissionRow, SubmissionRow.id == EnvelopePartRow.submission_id)
        .join(EnvelopeRow, EnvelopeRow.id == SubmissionRow.envelope_id)
        .join(BidRow, BidRow.id == EnvelopeRow.bid_id)
        .where(EnvelopePartRow.tender_id == tender_id)
        .order_by(SubmissionRow.sha256)
    )
    if sha256:
        query = query.where(SubmissionRow.sha256 == sha256)
    found = session.execute(query).all()
    posted: dict[str, dict[int, bytes]] = {row.submission_id: {} for row, _, _ in found}
    for share in session.scalars(
        select(PostedShareRow).where(PostedShareRow.submission_id.in_(list(posted)))
    ):
        posted[share.submission_id][share.number] = bytes.fromhex(share.share)
    return tuple(
        ReadPart(
            bid=claim_of(submission),
            vendor_name=vendor_name,
            sealed=submission.state == SubmissionState.SEALED.value,
            eid=bytes.fromhex(row.eid),
            part=parse_committee_part(row.part),
            read_at=row.read_at,
            cheated_at=row.cheated_at,
            posted=posted[row.submission_id],
        )
        for row, submission, vendor_name in found
    )


def released_by(session: Session, tender_id: str) -> frozenset[int]:
    """Return the numbers of the members who gave shares at an opening."""
    parts = read_parts(session, tender_id)
    return frozenset(number for part in parts for number in part.posted)


def claim_of(row: SubmissionRow) -> Claim:
    """Return the facts of a sealed envelope that its opening needs."""
    return Claim(
        submission_id=row.id,
        tender_id=row.tender_id,
        lot_id=row.lot_id,
        kind=row.kind,
        vendor_id=row.vendor_id,
        sha256=row.sha256,
        size=row.size,
        blob_key=row.blob_key or "",
        notice=row.notice,
        chain=row.chain,
        round=row.round,
    )
