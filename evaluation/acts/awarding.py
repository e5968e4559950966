"""The officer proposes how the tender ends; another person approves after the report's days."""

from collections.abc import Sequence

from accounts import queries as accounts
from accounts.domain import authority
from accounts.domain.roles import Role
from bids.acts.too_few import leave_unopened, release_opening
from bids.facts import unopened_lots
from evaluation.acts.telling import tell
from evaluation.domain import award
from evaluation.domain.award import LotAward, Outcome, Proposal
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
from tendering.domain.tender import Stage, Tender
from tendering.rulebooks import rulebook
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
    if tender.stage is not Stage.REPORTED:
        raise Refusal("wrong-stage")
    rankings = facts.rankings(uow.session, tender_id)
    bids = len(facts.opened_bids(uow.session, tender_id))
    rule = rejection_rule(tender) if reject_all else ""
    lots, said = award.propose(
        rankings,
        bids=bids,
        reject_all=reject_all,
        reason=reason,
        rule=rule,
        unopened=unopened_lots(uow.session, tender_id),
    )
    put_forward(uow, tender, lots, said)


def put_forward(uow: UnitOfWork, tender: Tender, lots: Sequence[LotAward], said: str) -> None:
    """Lay a proposal before the approvers; its act has been authorised.

    Raises:
        Refusal: ``already-proposed``.
    """
    if facts.open_proposal(uow.session, tender.id) is not None:
        raise Refusal("already-proposed")
    described = [facts.lot_award_document(lot) for lot in lots]
    _add(uow, tender.id, "open", described, said)
    for approver in accounts.people_of(uow.session, tender.organisation_id, roles=[Role.APPROVER]):
        tell(uow, "award.proposed", approver.id, tender, "award")
    journal.append(uow, AwardAct.PROPOSE, {"lots": described, "reason": said}, tender_id=tender.id)


def rejection_rule(tender: Tender) -> str:
    """Return the rule of the tender's book by which all bids may be rejected.

    Raises:
        Refusal: ``not-rejectable``.
    """
    rule = rulebook(tender.rulebook).reject_all
    if rule is None or not rule.value:
        raise Refusal("not-rejectable")
    return rule.rule


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
    """Approve the open proposal; the tender is awarded, ends without an award, or is opened.

    Where a report stands, its days must be over. Fewer bids than the rules ask for are then
    destroyed unopened, or opened all the same, as was proposed.

    Raises:
        Refusal: ``no-proposal``, ``own-proposal``, ``report-standing``, ``fresh-sign-in``,
            ``must-stay-unopened``, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.APPROVE, tender, PERMISSIONS)
    _refuse_hands(uow, tender_id)
    proposal = _approvable(uow, tender)
    row = uow.session.get_one(ProposalRow, proposal.id)
    if proposal.outcome is Outcome.OPEN_ALL_THE_SAME:
        _open_all_the_same(uow, tender, row)
        return
    if proposal.outcome is Outcome.TOO_FEW_BIDS:
        leave_unopened(uow, tender_id)
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


def _approvable(uow: UnitOfWork, tender: Tender) -> Proposal:
    proposal = facts.open_proposal(uow.session, tender.id)
    if tender.stage is not Stage.REPORTED:
        return award.require_other_person(proposal, uow.actor.account_id)
    return award.require_approvable(
        proposal,
        approver_id=uow.actor.account_id,
        standing_until=_report(uow, tender.id).standing_ends_at,
        now=uow.now,
    )


def _open_all_the_same(uow: UnitOfWork, tender: Tender, row: ProposalRow) -> None:
    authority.authorise(uow.actor, AwardAct.OPEN_ALL_THE_SAME, tender, PERMISSIONS)
    row.state = "released"
    row.decided_by, row.decided_at = uow.actor.account_id, uow.now
    uow.session.flush()
    document = {"reason": row.reason}
    journal.append(uow, AwardAct.OPEN_ALL_THE_SAME, document, tender_id=tender.id)
    release_opening(uow, tender.id)


def end_without_bids(uow: UnitOfWork, tender_id: str) -> None:
    """End a tender to which nobody sent a bid, or none that was opened; nothing is to evaluate.

    Raises:
        Refusal: ``bids-were-received``, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.END_WITHOUT_BIDS, tender, PERMISSIONS)
    if facts.opened_bids(uow.session, tender_id):
        raise Refusal("bids-were-received")
    unopened = unopened_lots(uow.session, tender_id)
    outcome = Outcome.NONE_OPENED if unopened else Outcome.NO_BIDS
    described = [
        facts.lot_award_document(award.without_bids(lot.id, unopened)) for lot in tender.lots
    ]
    _add(uow, tender_id, "approved", described, "")
    journal.append(
        uow,
        AwardAct.END_WITHOUT_BIDS,
        {"outcome": outcome.value, "lots": described},
        tender_id=tender_id,
    )
    progress_tender(uow, tender_id, Stage.UNSUCCESSFUL, outcome.value)


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
