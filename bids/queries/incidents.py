"""Reading incidents: what was declared, what an opening lacks, which envelopes are revealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bids.domain import opening
from bids.domain.incident import End, Incident, Stuck, Trouble
from bids.domain.reception import SubmissionState
from bids.models import IncidentRow, OpeningRow, RevealRow, SubmissionRow
from bids.queries import openings, shares
from foundation.values.refusal import Refusal
from tendering.domain.tender import ENDED_STAGES, Tender


@dataclass(frozen=True)
class SealedReveal:
    """An envelope's reveal as it is held: an age file to the incident's key."""

    submission_id: str
    sha256: str
    at: datetime
    sealed: bytes | None = field(repr=False)


def newest(session: Session, tender_id: str) -> Incident | None:
    """Return the newest incident of a tender, declared or only proposed."""
    row = session.scalars(
        select(IncidentRow)
        .where(IncidentRow.tender_id == tender_id)
        .order_by(IncidentRow.proposed_at.desc())
        .limit(1)
    ).one_or_none()
    return _incident(row) if row is not None else None


def declared(session: Session, tender_id: str) -> tuple[Incident, ...]:
    """Return every declared incident of a tender, the oldest first; for everybody."""
    rows = session.scalars(
        select(IncidentRow)
        .where(IncidentRow.tender_id == tender_id, IncidentRow.declared_at.is_not(None))
        .order_by(IncidentRow.declared_at)
    )
    return tuple(_incident(row) for row in rows)


def in_window(session: Session) -> frozenset[str]:
    """Return the tenders of incidents that have not ended: who reveals is hidden until then."""
    live = select(IncidentRow.tender_id).where(
        IncidentRow.declared_at.is_not(None), IncidentRow.ended_at.is_(None)
    )
    return frozenset(session.scalars(live))


def stuck(session: Session, tender: Tender, now: datetime) -> Stuck:
    """Return what the opening of a tender lacks to go on by itself."""
    row = session.get(OpeningRow, tender.id)
    if row is None or tender.stage not in opening.OPENING_STAGES:
        return Stuck(
            running=False,
            unlocked=False,
            late_since=None,
            shares_since=None,
            tender_over=tender.stage in ENDED_STAGES,
        )
    kind = opening.kind_opened(tender)
    free = row.paused_at is None and row.held_at is None
    due = now >= opening.decryptable_at(tender.schedule)
    since, out_of_reach = _lacking(session, tender, kind)
    return Stuck(
        running=free and due and openings.sealed_count(session, tender.id, kind) > 0,
        unlocked=row.unlocked_at is not None,
        late_since=row.beacon_late_since,
        shares_since=since,
        out_of_reach=out_of_reach,
        envelope=kind,
    )


def reveals(session: Session, incident_id: str) -> tuple[SealedReveal, ...]:
    """Return what was revealed in an incident; for the opening's job, never for a page."""
    query = (
        select(RevealRow, SubmissionRow.sha256)
        .join(SubmissionRow, SubmissionRow.id == RevealRow.submission_id)
        .where(RevealRow.incident_id == incident_id)
        .order_by(SubmissionRow.sha256)
    )
    return tuple(
        SealedReveal(row.submission_id, sha256, row.at, row.sealed)
        for row, sha256 in session.execute(query)
    )


def sealed_identity(session: Session, incident_id: str) -> str:
    """Return an incident's private key, under the account key; for the opening's job.

    Raises:
        Refusal: ``not-found`` once it was destroyed.
    """
    row = session.get(IncidentRow, incident_id)
    if row is None or row.identity is None:
        raise Refusal("not-found")
    return row.identity


def ended_by_reveals(session: Session, tender: Tender) -> bool:
    """Tell whether an incident's window is over, so that the present opening goes by reveals."""
    found = newest(session, tender.id)
    if found is None or found.end is not End.REVEALED:
        return False
    return found.envelope == opening.kind_opened(tender)


def opens_by_receipt(session: Session, submission_id: str) -> bool:
    """Tell whether an incident's window is over in which this envelope was revealed."""
    found = session.scalars(
        select(RevealRow.submission_id)
        .join(IncidentRow, IncidentRow.id == RevealRow.incident_id)
        .where(
            RevealRow.submission_id == submission_id,
            RevealRow.sealed.is_not(None),
            IncidentRow.outcome == End.REVEALED.value,
        )
    )
    return found.one_or_none() is not None


@dataclass(frozen=True)
class OwnEnvelope:
    """A vendor's sealed envelope that the present opening opens, and when it was revealed."""

    submission_id: str
    lot_id: str
    kind: str
    sha256: str
    size: int
    number: str
    revealed_at: datetime | None


def revealed_at(session: Session, submission_id: str) -> datetime | None:
    """Return when an envelope was last revealed; for its own vendor alone."""
    query = select(func.max(RevealRow.at)).where(RevealRow.submission_id == submission_id)
    return session.execute(query).scalar_one_or_none()


def own_envelopes(
    session: Session, tender: Tender, incident_id: str, vendor_id: str
) -> tuple[OwnEnvelope, ...]:
    """Return the envelopes that a vendor may reveal in an incident."""
    rows = session.execute(
        select(SubmissionRow, RevealRow.at)
        .outerjoin(
            RevealRow,
            and_(RevealRow.submission_id == SubmissionRow.id, RevealRow.incident_id == incident_id),
        )
        .where(
            SubmissionRow.tender_id == tender.id,
            SubmissionRow.vendor_id == vendor_id,
            SubmissionRow.kind == opening.kind_opened(tender),
            SubmissionRow.state == SubmissionState.SEALED.value,
        )
        .order_by(SubmissionRow.lot_id)
    )
    return tuple(
        OwnEnvelope(row.id, row.lot_id, row.kind, row.sha256, row.size, row.number, at)
        for row, at in rows
    )


def _lacking(session: Session, tender: Tender, kind: str) -> tuple[datetime | None, bool]:
    """Return since when some bid lacks shares, and whether enough of them can never come."""
    committee = tender.sealing_committee
    if committee is None:
        return None, False
    waiting = [
        bid
        for bid in shares.standings(session, tender.id, committee.threshold)
        if bid.sealed and not bid.ready and bid.bid.kind == kind
    ]
    if not waiting:
        return None, False
    left = {seat.number for seat in committee.seats if seat.lost_at is None}
    never = any(len(left | set(bid.posted)) < committee.threshold for bid in waiting)
    return min(bid.read_at for bid in waiting), never


def _incident(row: IncidentRow) -> Incident:
    return Incident(
        id=row.id,
        tender_id=row.tender_id,
        envelope=row.envelope,
        trouble=Trouble(row.trouble),
        reason=row.reason,
        until_at=row.until_at,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        declared_by=row.declared_by,
        declared_at=row.declared_at,
        recipient=row.recipient,
        ended_at=row.ended_at,
        end=End(row.outcome) if row.outcome else None,
    )
