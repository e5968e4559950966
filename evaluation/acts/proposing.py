"""How a proposal comes before the approvers, whatever it proposes."""

from collections.abc import Sequence

from accounts import queries as accounts
from accounts.domain.roles import Role
from evaluation.acts.telling import tell
from evaluation.domain.award import LotAward
from evaluation.domain.permissions import AwardAct
from evaluation.models import ProposalRow
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from tendering.domain.tender import Tender
from tendering.rulebooks import rulebook
from transparency import journal


def put_forward(uow: UnitOfWork, tender: Tender, lots: Sequence[LotAward], said: str) -> None:
    """Lay a proposal before the approvers; its act has been authorised.

    Raises:
        Refusal: ``already-proposed``.
    """
    if facts.open_proposal(uow.session, tender.id) is not None:
        raise Refusal("already-proposed")
    described = [facts.lot_award_document(lot) for lot in lots]
    add_proposal(uow, tender.id, "open", described, said)
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


def add_proposal(
    uow: UnitOfWork, tender_id: str, state: str, lots: list[dict[str, str]], reason: str
) -> None:
    """Write a proposal, open or, where one person decides, approved at once."""
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
