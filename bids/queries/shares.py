"""Reading the shares of an opening's bids, and what an envelope's opening needs of its row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bids.domain.opening import Claim
from bids.domain.reception import SubmissionState
from bids.domain.shares import ReadPart, Standing
from bids.models import BidRow, EnvelopePartRow, EnvelopeRow, PostedShareRow, SubmissionRow
from sealing.package import parse_committee_part

Posted = dict[str, dict[int, bytes]]


def standings(session: Session, tender_id: str, threshold: int) -> tuple[Standing, ...]:
    """Return how the bids of a tender stand whose outer file was read, without their manifests.

    Args:
        session: for reading.
        tender_id: of a tender with a committee.
        threshold: of that committee; what was read is bound to it.
    """
    columns = (EnvelopePartRow.read_at, EnvelopePartRow.cheated_at)
    posted = _posted(session, tender_id)
    return tuple(
        Standing(
            **_facts(submission, name, posted), threshold=threshold, read_at=read, cheated_at=at
        )
        for submission, name, read, at in session.execute(_bids(tender_id, *columns))
    )


def read_parts(session: Session, tender_id: str, *, sha256: str = "") -> tuple[ReadPart, ...]:
    """Return the bids of a tender whose outer file was read, with their committees' parts."""
    query = _bids(tender_id, EnvelopePartRow)
    if sha256:
        query = query.where(SubmissionRow.sha256 == sha256)
    posted = _posted(session, tender_id)
    return tuple(
        _read_part(row, submission, name, posted)
        for submission, name, row in session.execute(query)
    )


def released_by(session: Session, tender_id: str, kind: str = "") -> frozenset[int]:
    """Return the numbers of the members who gave shares; of one kind of envelope, or of any."""
    posted = _posted(session, tender_id)
    query = select(SubmissionRow.id).where(SubmissionRow.id.in_(list(posted)))
    of_kind = session.scalars(query.where(SubmissionRow.kind == kind)) if kind else posted
    return frozenset(number for each in of_kind for number in posted[each])


def _bids(tender_id: str, *more: InstrumentedAttribute[Any] | type[EnvelopePartRow]) -> Select[Any]:
    return (
        select(SubmissionRow, BidRow.vendor_name, *more)
        .join(EnvelopePartRow, SubmissionRow.id == EnvelopePartRow.submission_id)
        .join(EnvelopeRow, EnvelopeRow.id == SubmissionRow.envelope_id)
        .join(BidRow, BidRow.id == EnvelopeRow.bid_id)
        .where(EnvelopePartRow.tender_id == tender_id)
        .order_by(SubmissionRow.sha256)
    )


def _posted(session: Session, tender_id: str) -> Posted:
    rows = session.scalars(
        select(PostedShareRow)
        .join(EnvelopePartRow, EnvelopePartRow.submission_id == PostedShareRow.submission_id)
        .where(EnvelopePartRow.tender_id == tender_id)
    )
    posted: Posted = {}
    for row in rows:
        posted.setdefault(row.submission_id, {})[row.number] = bytes.fromhex(row.share)
    return posted


def _facts(row: SubmissionRow, vendor_name: str, posted: Posted) -> dict[str, Any]:
    return {
        "bid": claim_of(row),
        "vendor_name": vendor_name,
        "sealed": row.state == SubmissionState.SEALED.value,
        "posted": posted.get(row.id, {}),
    }


def _read_part(
    row: EnvelopePartRow, submission: SubmissionRow, vendor_name: str, posted: Posted
) -> ReadPart:
    part = parse_committee_part(row.part)
    return ReadPart(
        **_facts(submission, vendor_name, posted),
        threshold=part.t,
        read_at=row.read_at,
        cheated_at=row.cheated_at,
        eid=bytes.fromhex(row.eid),
        part=part,
    )


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
