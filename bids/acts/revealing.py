"""A bidder reveals the own private receipt in an incident, sealed to the incident's key."""

from __future__ import annotations

from sqlalchemy import select

from accounts.domain import authority
from bids.acts.places import Owned
from bids.domain import incident as rules
from bids.domain.incident import Incident
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.reception import SubmissionState
from bids.models import RevealRow, SubmissionRow
from bids.queries import incidents
from foundation.unit_of_work import UnitOfWork
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from sealing.reveal import check_sealed_reveal
from tendering import facts as tenders
from transparency import journal


def reveal_envelope(
    uow: UnitOfWork, tender_id: str, incident_id: str, sha256: str, sealed: bytes
) -> Incident:
    """Hold what reveals an own envelope, sealed; until the window's end it replaces an earlier one.

    Args:
        uow: by the vendor after a fresh sign-in.
        tender_id: of the incident.
        incident_id: to whose key it was sealed.
        sha256: of the envelope as the vendor's receipt says.
        sealed: an age file to the incident's key.

    Raises:
        Refusal: ``bad-reveal``, ``not-found`` for anything that is not the vendor's own,
            ``no-window``, ``window-over``, ``stays-sealed``, or what the permission says.
    """
    vendor_id = uow.actor.organisation_id
    authority.authorise(uow.actor, BidAct.REVEAL, Owned(vendor_id), PERMISSIONS)
    check_sealed_reveal(sealed)
    tender = tenders.tender_for_update(uow, tender_id)
    row = uow.session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.tender_id == tender.id,
            SubmissionRow.vendor_id == vendor_id,
            SubmissionRow.sha256 == sha256,
            SubmissionRow.completed_at.is_not(None),
        )
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    found = incidents.newest(uow.session, tender_id)
    found = rules.check_reveal(found, row.kind, SubmissionState(row.state), now=uow.now)
    if found.id != incident_id:
        raise Refusal("no-window")
    reveal = uow.session.get(RevealRow, (found.id, row.id))
    if reveal is None:
        reveal = RevealRow(incident_id=found.id, submission_id=row.id)
        uow.session.add(reveal)
    reveal.sealed, reveal.at, reveal.account_id = sealed, uow.now, uow.actor.account_id
    uow.session.flush()
    journal.append(
        uow,
        BidAct.REVEAL,
        {
            "lot": row.lot_id,
            "kind": row.kind,
            "sha256": row.sha256,
            "reveal_sha256": sha256_hex(sealed),
        },
        tender_id=tender_id,
    )
    return found
