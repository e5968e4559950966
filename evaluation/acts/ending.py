"""The officer proposes an end before any report: too few bids, or all of them rejected.

Another person approves, by ``awarding.approve_award``. Source: PPR 2004, rules 33 and 42.
"""

from accounts.domain import authority
from bids.queries import openings
from evaluation.acts.proposing import put_forward, rejection_rule
from evaluation.domain import award
from evaluation.domain.award import Outcome
from evaluation.domain.permissions import PERMISSIONS, REJECTABLE, AwardAct
from evaluation.queries import cases
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tendering.rulebooks import rulebook


def propose_below_minimum(
    uow: UnitOfWork, tender_id: str, *, open_all_the_same: bool, reason: str
) -> None:
    """Propose what becomes of an opening that waits because too few bids came.

    Raises:
        Refusal: ``opening-not-held``, ``must-stay-unopened``, ``reason-needed``,
            ``already-proposed``, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.PROPOSE, tender, PERMISSIONS)
    state = openings.opening_state(uow.session, tender_id)
    if tender.stage is not Stage.OPENING or state is None or state.held_at is None:
        raise Refusal("opening-not-held")
    rule = state.minimum_rule or ""
    if open_all_the_same and not may_open_below(tender):
        raise Refusal("must-stay-unopened", rule=rule or None)
    outcome = Outcome.OPEN_ALL_THE_SAME if open_all_the_same else Outcome.TOO_FEW_BIDS
    lots, said = award.end_early([lot.id for lot in tender.lots], outcome, reason, rule)
    put_forward(uow, tender, lots, said)


def propose_rejection(uow: UnitOfWork, tender_id: str, reason: str) -> None:
    """Propose to reject all opened bids before a report.

    Raises:
        Refusal: ``not-rejectable``, ``no-bids-to-reject``, ``reason-needed``,
            ``already-proposed``, ``wrong-stage``, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, AwardAct.PROPOSE, tender, PERMISSIONS)
    if tender.stage not in REJECTABLE:
        raise Refusal("wrong-stage")
    rule = rejection_rule(tender)
    if not cases.opened_bids(uow.session, tender_id):
        raise Refusal("no-bids-to-reject")
    lots, said = award.end_early(
        [lot.id for lot in tender.lots], Outcome.ALL_REJECTED, reason, rule
    )
    put_forward(uow, tender, lots, said)


def may_open_below(tender: Tender) -> bool:
    """Tell whether the method lets the buyer open fewer bids than it asks for."""
    method = rulebook(tender.rulebook).method(tender.method)
    minimum = method.minimum_bids if method is not None else None
    return minimum is None or minimum.value.may_open
