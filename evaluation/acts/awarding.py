"""The officer proposes how the tender ends; another person approves after the report's days."""

from accounts.domain import authority
from bids.acts.pricing import open_prices
from bids.acts.too_few import leave_unopened, release_opening
from bids.facts import unopened_lots
from evaluation.acts.proposing import add_proposal, put_forward, rejection_rule
from evaluation.acts.telling import tell
from evaluation.domain import award
from evaluation.domain.award import Outcome, Proposal
from evaluation.domain.findings import LONGEST_REASON
from evaluation.domain.permissions import PERMISSIONS, AwardAct
from evaluation.models import ProposalRow, ReportRow, TechnicalReportRow
from evaluation.queries import cases
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
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
    rule = rejection_rule(tender) if reject_all else ""
    lots, said = award.propose(
        rankings,
        reject_all=reject_all,
        reason=reason,
        rule=rule,
        unopened=unopened_lots(uow.session, tender_id),
    )
    put_forward(uow, tender, lots, said)


def propose_prices(uow: UnitOfWork, tender_id: str) -> None:
    """Propose what follows from the technical report, once its days are over.

    The price envelopes of those that passed are opened; where nobody passed, the tender ends
    without an award and no price is opened.

    Raises:
        Refusal: ``technical-report-standing``, ``already-proposed``, ``wrong-stage``, or what the
            permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.PROPOSE, tender, PERMISSIONS)
    report = uow.session.get(TechnicalReportRow, tender_id)
    if tender.stage is not Stage.TECHNICAL_REPORTED or report is None:
        raise Refusal("wrong-stage")
    window = rulebook(tender.rulebook).evaluation.technical_report_before_prices
    lots = award.after_technical(
        facts.technical_result(uow.session, tender_id),
        standing_until=report.standing_ends_at,
        now=uow.now,
        rule=window.rule if window is not None else None,
        unopened=unopened_lots(uow.session, tender_id),
    )
    put_forward(uow, tender, lots, "")


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
    if proposal.outcome is Outcome.OPEN_PRICES:
        _open_prices(uow, tender, row)
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
    _release(uow, AwardAct.OPEN_ALL_THE_SAME, tender, row)
    release_opening(uow, tender.id)


def _open_prices(uow: UnitOfWork, tender: Tender, row: ProposalRow) -> None:
    """Let the price envelopes of those that passed be opened; all others stay closed for good."""
    _release(uow, AwardAct.OPEN_PRICES, tender, row)
    open_prices(uow, tender.id, facts.passed(uow.session, tender.id))


def _release(uow: UnitOfWork, act: AwardAct, tender: Tender, row: ProposalRow) -> None:
    """Carry out a proposal that does not end the tender."""
    authority.authorise(uow.actor, act, tender, PERMISSIONS)
    row.state = "released"
    row.decided_by, row.decided_at = uow.actor.account_id, uow.now
    uow.session.flush()
    journal.append(uow, act, {"reason": row.reason}, tender_id=tender.id)


def end_without_bids(uow: UnitOfWork, tender_id: str) -> None:
    """End a tender to which nobody sent a bid, or none that was opened; nothing is to evaluate.

    Raises:
        Refusal: ``bids-were-received``, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.END_WITHOUT_BIDS, tender, PERMISSIONS)
    if cases.opened_bids(uow.session, tender_id):
        raise Refusal("bids-were-received")
    unopened = unopened_lots(uow.session, tender_id)
    outcome = Outcome.NONE_OPENED if unopened else Outcome.NO_BIDS
    described = [
        facts.lot_award_document(award.without_bids(lot.id, unopened)) for lot in tender.lots
    ]
    add_proposal(uow, tender_id, "approved", described, "")
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
