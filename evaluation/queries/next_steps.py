"""What to do next on a tender between its opening and its end, for whoever asks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.domain.roles import Role
from bids.queries import openings
from evaluation.domain.award import Outcome
from evaluation.domain.panel import Panel, SeatState
from evaluation.models import ReportRow, TechnicalReportRow
from evaluation.queries import cases, record
from foundation.values.actor import Actor
from foundation.values.refusal import N_
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender

NAME_PANEL = N_("Name the panel")
END_EMPTY = N_("Record that no bid was opened")
REPLACE = N_("Replace a member who declared an interest")
FOLLOW = N_("Follow the evaluation")
PUBLISH = N_("Publish the evaluation report")
PUBLISH_TECHNICAL = N_("Publish the technical report")
PROPOSE_PRICES = N_("Propose to open the price envelopes")
APPROVE_PRICES = N_("Decide about the opening of the price envelopes")
WAIT_PRICES = N_("Wait for the opening of the price envelopes")
DECLARE = N_("Declare your interests")
EVALUATE = N_("Read and score the bids")
WAIT = N_("Wait for the other members")
PROPOSE = N_("Propose the award")
WAIT_APPROVAL = N_("Wait for the approval of the award")
APPROVE = N_("Approve the award")
DECIDE = N_("Decide: fewer bids came than the rules ask for")
WAIT_DECISION = N_("Wait for the second person's decision")
APPROVE_END = N_("Approve or send back what the officer proposes")

UNDECIDED = frozenset({Stage.OPENING, Stage.OPENED, Stage.TECHNICAL_REPORTED, Stage.PRICES_OPENED})


@dataclass(frozen=True)
class NextStep:
    """One thing to do: ``text`` is a msgid, ``endpoint`` leads to its page.

    ``not_before`` is the instant before which it will be refused.
    """

    text: str
    endpoint: str
    not_before: datetime | None = None


def next_steps(session: Session, actor: Actor, tender_id: str) -> tuple[NextStep, ...]:
    """Return what the actor may do next on this tender; nothing for others and strangers."""
    tender = tenders.tender(session, tender_id)
    if actor.organisation_id != tender.organisation_id:
        return ()
    panel = record.panel(session, tender_id)
    steps: list[NextStep] = []
    if Role.OFFICER in actor.roles:
        steps += _officer(session, tender, panel)
    if Role.EVALUATOR in actor.roles and panel is not None:
        steps += _evaluator(tender, panel, actor.account_id)
    if Role.APPROVER in actor.roles:
        steps += _approver(session, tender, actor.account_id)
    return tuple(steps)


def _officer(session: Session, tender: Tender, panel: Panel | None) -> list[NextStep]:
    if tender.stage is Stage.REPORTED:
        waiting = record.open_proposal(session, tender.id) is not None
        return [NextStep(WAIT_APPROVAL if waiting else PROPOSE, "evaluation.award_work")]
    ending = _early_end(session, tender)
    if ending:
        return [NextStep(ending, "evaluation.award_work")]
    after_technical = _after_technical(session, tender)
    if after_technical is not None:
        return [after_technical]
    return _officer_of_panel(session, tender, panel)


def _officer_of_panel(session: Session, tender: Tender, panel: Panel | None) -> list[NextStep]:
    if tender.stage is Stage.OPENED and not cases.opened_bids(session, tender.id):
        return [NextStep(END_EMPTY, "evaluation.progress")]
    if panel is None:
        early = tender.stage in {Stage.CLOSED, Stage.OPENING, Stage.OPENED}
        return [NextStep(NAME_PANEL, "evaluation.progress")] if early else []
    if tender.stage is not Stage.OPENED:
        return []
    if any(seat.state is SeatState.CONFLICTED for seat in panel.sitting):
        return [NextStep(REPLACE, "evaluation.progress")]
    if not panel.all_finished:
        return [NextStep(FOLLOW, "evaluation.progress")]
    text = PUBLISH_TECHNICAL if tender.has_two_envelopes else PUBLISH
    return [NextStep(text, "evaluation.progress")]


def _after_technical(session: Session, tender: Tender) -> NextStep | None:
    """Return what the officer does between the technical report and the ranking."""
    report = session.get(TechnicalReportRow, tender.id)
    if tender.stage is Stage.TECHNICAL_REPORTED and report is not None:
        return NextStep(PROPOSE_PRICES, "evaluation.award_work", report.standing_ends_at)
    if tender.stage is Stage.OPENING_PRICES:
        return NextStep(WAIT_PRICES, "evaluation.progress")
    if tender.stage is Stage.PRICES_OPENED:
        return NextStep(PUBLISH, "evaluation.progress")
    return None


def _evaluator(tender: Tender, panel: Panel, account_id: str) -> list[NextStep]:
    seat = panel.seat_of(account_id)
    if seat is None or tender.stage is not Stage.OPENED or seat.state is SeatState.CONFLICTED:
        return []
    if seat.state is SeatState.NAMED:
        return [NextStep(DECLARE, "evaluation.declaration")]
    text = WAIT if seat.finished_at else EVALUATE
    return [NextStep(text, "evaluation.bids")]


def _approver(session: Session, tender: Tender, account_id: str) -> list[NextStep]:
    proposal = record.open_proposal(session, tender.id)
    if tender.stage is not Stage.REPORTED:
        if proposal is None or proposal.proposed_by == account_id:
            return []
        prices = proposal.outcome is Outcome.OPEN_PRICES
        return [NextStep(APPROVE_PRICES if prices else APPROVE_END, "evaluation.award_work")]
    report = session.get(ReportRow, tender.id)
    if proposal is None or report is None or proposal.proposed_by == account_id:
        return []
    return [NextStep(APPROVE, "evaluation.award_work", report.standing_ends_at)]


def _early_end(session: Session, tender: Tender) -> str:
    """Return what the officer does about an end before any report, empty for nothing."""
    if tender.stage not in UNDECIDED:
        return ""
    if record.open_proposal(session, tender.id) is not None:
        return WAIT_DECISION
    return DECIDE if _is_held(session, tender) else ""


def _is_held(session: Session, tender: Tender) -> bool:
    state = openings.opening_state(session, tender.id)
    return tender.stage is Stage.OPENING and state is not None and state.held_at is not None
