"""The acts between an author and a second person."""

from accounts import queries as accounts
from accounts.domain.authority import authorise
from accounts.domain.roles import Role
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text
from tendering import facts
from tendering.acts.telling import tell
from tendering.acts.writing import update_tender
from tendering.domain import changing, publication
from tendering.domain.permissions import PERMISSIONS, DraftAct
from tendering.domain.tender import Stage, Tender
from tendering.rulebooks import rulebook
from transparency import journal

LONGEST_REMARKS = 5_000


def submit_for_approval(uow: UnitOfWork, tender_id: str, revision: int) -> Tender:
    """Hand a complete draft to the approvers of its organisation.

    Raises:
        Refusal: ``stale-form``, the first gap of the draft, those of the permission row.
    """
    tender = facts.tender_for_update(uow, tender_id)
    if tender.stage is Stage.IN_APPROVAL and tender.submitted_by == uow.actor.account_id:
        return tender  # the button was pressed twice
    authorise(uow.actor, DraftAct.SUBMIT, tender, PERMISSIONS)
    if revision != tender.revision:
        raise Refusal("stale-form")
    submitted = _submitted(uow, tender)
    update_tender(uow, submitted)
    _record(uow, DraftAct.SUBMIT, submitted, {})
    approvers = accounts.people_of(uow.session, tender.organisation_id, roles=(Role.APPROVER,))
    for person in approvers:
        tell(uow, "tender.in-approval", submitted, person.id)
    return submitted


def recall_draft(uow: UnitOfWork, tender_id: str) -> Tender:
    """Take a submitted draft back to change it.

    Raises:
        Refusal: ``wrong-stage``, ``not-permitted``.
    """
    tender = facts.tender_for_update(uow, tender_id)
    if tender.stage is Stage.DRAFT:
        return tender
    authorise(uow.actor, DraftAct.RECALL, tender, PERMISSIONS)
    recalled = publication.recall(tender)
    update_tender(uow, recalled)
    _record(uow, DraftAct.RECALL, recalled, {})
    return recalled


def send_back(uow: UnitOfWork, tender_id: str, remarks: str) -> Tender:
    """Return a draft to its authors with what should be changed.

    Raises:
        Refusal: ``remarks-missing``, ``remarks-too-long``, those of the permission row.
    """
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, DraftAct.SEND_BACK, tender, PERMISSIONS)
    if len(remarks) > LONGEST_REMARKS:
        raise Refusal("remarks-too-long", most=LONGEST_REMARKS)
    returned = publication.send_back(tender, remarks=clean_text(remarks))
    update_tender(uow, returned)
    _record(uow, DraftAct.SEND_BACK, returned, {"remarks": returned.remarks})
    for account_id in returned.authors:
        tell(uow, "tender.sent-back", returned, account_id)
    return returned


def _submitted(uow: UnitOfWork, draft: Tender) -> Tender:
    book, by = rulebook(draft.rulebook), uow.actor.account_id
    if draft.amends is None:
        return publication.submit(draft, book, by=by, now=uow.now)
    tender = facts.tender(uow.session, draft.amends.of)
    return changing.submit(draft, tender, book, by=by, now=uow.now)


def _record(uow: UnitOfWork, act: DraftAct, tender: Tender, doc: dict[str, str]) -> None:
    journal.append(
        uow,
        act,
        {"tender": tender.id, "revision": tender.revision, **doc},
        tender_id=tender.id,
        organisation_id=tender.organisation_id,
    )
