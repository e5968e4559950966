"""What was withdrawn, replaced or never confirmed is unlinked, and the record says when."""

from __future__ import annotations

from sqlalchemy import update

from accounts.domain import authority
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.reception import SubmissionState
from bids.models import SubmissionRow
from foundation.unit_of_work import UnitOfWork
from tendering.domain.tender import Tender
from transparency import journal


def record_destroyed(uow: UnitOfWork, submission_id: str) -> None:
    """Record that a doomed ciphertext was unlinked; once is enough."""
    authority.authorise(uow.actor, BidAct.DESTROY, None, PERMISSIONS)
    row = uow.session.get_one(SubmissionRow, submission_id, with_for_update=True)
    if row.doomed_at is None or row.destroyed_at is not None:
        return
    row.destroyed_at = uow.now
    row.blob_key = None
    journal.append(
        uow,
        BidAct.DESTROY,
        {"sha256": row.sha256, "why": row.state},
        tender_id=row.tender_id,
        organisation_id=row.vendor_id,
    )


def doom_unconfirmed(uow: UnitOfWork, tender: Tender) -> None:
    """Doom what nobody confirmed after the dates moved, once the list has named it; a part of it.

    Until then it is kept, since two persons may still set a later deadline after an outage.
    """
    uow.session.execute(
        update(SubmissionRow)
        .where(
            SubmissionRow.tender_id == tender.id,
            SubmissionRow.state == SubmissionState.UNCONFIRMED.value,
        )
        .values(doomed_at=uow.now)
        .execution_options(synchronize_session=False)
    )
