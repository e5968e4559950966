"""An evaluator declares interests, before any bid can be read."""

from accounts.domain import authority
from evaluation.domain import panel as rules
from evaluation.domain.permissions import PERMISSIONS, EvaluationAct
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from transparency import journal


def declare_interests(uow: UnitOfWork, tender_id: str, *, interest: bool, statement: str) -> None:
    """Record a declaration; its words stay with the procuring entity, the fact is public.

    Raises:
        Refusal: ``not-on-panel``, or what ``panel.declare`` and the permission say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, EvaluationAct.DECLARE, tender, PERMISSIONS)
    for row in facts.seat_rows(uow.session, tender_id):
        if row.account_id == uow.actor.account_id and row.state != rules.SeatState.REPLACED:
            seat = rules.declare(
                facts.seat_of(row), interest=interest, statement=statement, now=uow.now
            )
            row.state, row.statement = seat.state.value, seat.statement
            row.declared_at = seat.declared_at
            journal.append(
                uow,
                EvaluationAct.DECLARE,
                {"label": seat.label, "interest": interest},
                tender_id=tender_id,
            )
            return
    raise Refusal("not-on-panel")
