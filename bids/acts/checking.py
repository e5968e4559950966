"""What a check of an opened file found is recorded, once for each scanner that looked."""

from __future__ import annotations

from accounts.domain import authority
from bids.domain.file_check import FileCheck, is_due
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.models import OpenedFileRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from tendering import facts as tenders
from transparency import journal


def record_check(uow: UnitOfWork, file_id: str, check: FileCheck, *, scanner: bool) -> bool:
    """Record what was found in a file; return whether it was still to be checked."""
    row = uow.session.get_one(OpenedFileRow, file_id, with_for_update=True)
    submission = uow.session.get_one(SubmissionRow, row.submission_id)
    tender = tenders.tender(uow.session, submission.tender_id)
    authority.authorise(uow.actor, BidAct.CHECK_FILE, tender, PERMISSIONS)
    if not is_due(row.check_state, scanner=scanner):
        return False
    row.check_state, row.check_detail, row.checked_at = check.state, check.detail, uow.now
    journal.append(
        uow,
        BidAct.CHECK_FILE,
        {
            "envelope": submission.envelope_id,
            "file": row.sha256,
            "state": check.state,
            "found": check.detail,
        },
        tender_id=tender.id,
    )
    return True
