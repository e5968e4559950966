"""The one act by which the storeys above move a tender's stage."""

from accounts.domain.authority import authorise
from foundation.unit_of_work import UnitOfWork
from tendering import facts
from tendering.acts.writing import update_tender
from tendering.domain import progress
from tendering.domain.permissions import PERMISSIONS, TenderAct
from tendering.domain.tender import Stage, Tender
from transparency import journal


def progress_tender(uow: UnitOfWork, tender_id: str, to: Stage, reason: str = "") -> Tender:
    """Move a published tender to stage ``to``; moving it there twice is the same as once.

    Args:
        uow: the change of the act above, which is judged by a permission row of its own.
        tender_id: of a published tender.
        to: the stage; the table says from which it can be reached.
        reason: a code for the record, such as ``no-bids``.

    Raises:
        Refusal: ``wrong-stage``, ``too-soon``, ``not-permitted``, ``not-found``.
    """
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, TenderAct.PROGRESS, tender, PERMISSIONS)
    if tender.stage is to:
        return tender
    moved = progress.progress(tender, to, uow.now)
    update_tender(uow, moved)
    doc = {"from": tender.stage.value, "to": to.value, "reason": reason}
    journal.append(uow, TenderAct.PROGRESS, doc, tender_id=tender_id)
    return moved
