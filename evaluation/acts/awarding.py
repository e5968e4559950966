"""The officer proposes how the tender ends; another person approves after the report's days."""

from accounts import queries as accounts
from accounts.domain import authority
from accounts.domain.roles import Role
from evaluation.acts.telling import tell
from evaluation.domain import award
from evaluation.domain.award import LotAward, Outcome
from evaluation.domain.findings import LONGEST_REASON
from evaluation.domain.permissions import PERMISSIONS, AwardAct
from evaluation.models import ProposalRow, ReportRow
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text
from tendering import facts as tenders
from tendering.acts.progressing import progress_tender
from tendering.domain import handover
from tendering.domain.tender import Stage
from transparency import journal


def propose_award(
    uow: UnitOfWork, tender_id: str, *, reject_all: bool = False, reason: str = ""
) -> None:
    """Propose the award that follows from the report, or that all bids are rejected.

    Raises:
        Refusal: ``already-proposed``, ``reason-needed``, ``unbroken-tie``, or what the permission
            says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.PROPOSE, tender, PERMISSIONS)
    if facts.open_proposal(uow.session, tender_id) is not None:
        raise Refusal("already-proposed")
    rankings = facts.rankings(uow.session, tender_id)
    bids = len(facts.opened_bids(uow.session, tender_id))
    lots, said = award.propose(rankings, bids=bids, reject_all=reject_all, reason=reason)
    described = [facts.lot_award_document(lot) for lot in lots]
    _add(uow, tender_id, "open", described, said)
    for approver in accounts.people_of(uow.session, tender.organisation_id, roles=[Role.APPROVER]):
        tell(uow, "award.proposed", approver.id, tender, "award")
    journal.append(uow, AwardAct.PROPOSE, {"lots": described, "reason": said}, tender_id=tender_id)


def return_proposal(uow: UnitOfWork, tender_id: str, remarks: str) -> None:
    """Send the proposal back to the officer with remarks.

    Raises:
        Refusal: ``no-proposal``, ``own-proposal``, ``reason-needed``, or what the permission
            says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.RETURN, tender, PERMISSIONS)
    _refuse_hands(uow, tender_id)
    proposal = award.require_other_person(
        facts.open_proposal(uow.session, tender_id), uow.actor.account_id
    )
    said = clean_text(remarks, longest=LONGEST_REASON)
    if not said:
        raise Refusal("reason-needed")
    row = uow.session.get_one(ProposalRow, proposal.id)
    row.state, row.remarks = "returned", said
    row.decided_by, row.decided_at = uow.actor.account_id, uow.now
    uow.session.flush()
    responsible = handover.responsible(tender, tenders.handovers(uow.session, tender_id), uow.now)
    for account_id in sorted({proposal.proposed_by, responsible}):
        tell(uow, "award.returned", account_id, tender, "award")
    journal.append(uow, AwardAct.RETURN, {"remarks": said}, tender_id=tender_id)


def approve_award(uow: UnitOfWork, tender_id: str) -> None:
    """Approve the open proposal; the tender is awarded or ends without an award.

    Raises:
        Refusal: ``no-proposal``, ``own-proposal``, ``report-standing``, ``fresh-sign-in``, or
            what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.APPROVE, tender, PERMISSIONS)
    _refuse_hands(uow, tender_id)
    proposal = award.require_approvable(
        facts.open_proposal(uow.session, tender_id),
        approver_id=uow.actor.account_id,
        standing_until=_report(uow, tender_id).standing_ends_at,
        now=uow.now,
    )
    row = uow.session.get_one(ProposalRow, proposal.id)
    row.state = "approved"
    row.decided_by, row.decided_at = uow.actor.account_id, uow.now
    uow.session.flush()
    journal.append(
        uow,
        AwardAct.APPROVE,
        {"outcome": proposal.outcome.value, "lots": list(row.lots), "reason": row.reason},
        tender_id=tender_id,
    )
    outcome = proposal.outcome
    stage = Stage.AWARDED if outcome is Outcome.AWARDED else Stage.UNSUCCESSFUL
    progress_tender(uow, tender_id, stage, outcome.value)


def end_without_bids(uow: UnitOfWork, tender_id: str) -> None:
    """End a tender to which nobody sent a bid; there is nothing to evaluate.

    Raises:
        Refusal: ``bids-were-received``, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.END_WITHOUT_BIDS, tender, PERMISSIONS)
    if facts.opened_bids(uow.session, tender_id):
        raise Refusal("bids-were-received")
    described = [facts.lot_award_document(LotAward(lot.id, Outcome.NO_BIDS)) for lot in tender.lots]
    _add(uow, tender_id, "approved", described, "")
    journal.append(
        uow,
        AwardAct.END_WITHOUT_BIDS,
        {"outcome": Outcome.NO_BIDS.value, "lots": described},
        tender_id=tender_id,
    )
    progress_tender(uow, tender_id, Stage.UNSUCCESSFUL, Outcome.NO_BIDS.value)


def _refuse_hands(uow: UnitOfWork, tender_id: str) -> None:
    """Refuse one between whom and another the tender was handed over: it is his own work."""
    if uow.actor.account_id in tenders.handed_between(uow.session, tender_id):
        raise Refusal("handed-over-to-you")


def _report(uow: UnitOfWork, tender_id: str) -> ReportRow:
    row = uow.session.get(ReportRow, tender_id)
    if row is None:
        raise Refusal("not-found")
    return row


def _add(
    uow: UnitOfWork, tender_id: str, state: str, lots: list[dict[str, str]], reason: str
) -> None:
    decided = state == "approved"
    uow.session.add(
        ProposalRow(
            id=new_id(),
            tender_id=tender_id,
            state=state,
            lots=lots,
            reason=reason,
            proposed_by=uow.actor.account_id,
            proposed_at=uow.now,
            decided_by=uow.actor.account_id if decided else None,
            decided_at=uow.now if decided else None,
        )
    )
    uow.session.flush()
