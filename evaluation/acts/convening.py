"""The officer names the panel and replaces a member who cannot serve."""

from collections.abc import Sequence

from accounts import queries as accounts
from accounts.domain import authority
from accounts.domain.roles import Role
from evaluation.acts.telling import tell
from evaluation.domain import panel as rules
from evaluation.domain.panel import Seat
from evaluation.domain.permissions import PERMISSIONS, EvaluationAct
from evaluation.models import SeatRow
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts as tenders
from transparency import journal


def convene_panel(
    uow: UnitOfWork, tender_id: str, account_ids: Sequence[str], chair_id: str
) -> None:
    """Name the panel from the evaluators of the tender's organisation.

    Raises:
        Refusal: ``panel-exists``, or what ``panel.convene`` and the permission say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, EvaluationAct.CONVENE, tender, PERMISSIONS)
    if facts.panel(uow.session, tender_id) is not None:
        raise Refusal("panel-exists")
    names = eligible(uow, tender.organisation_id)
    panel = rules.convene(
        [(each, names.get(each, Text())) for each in account_ids], chair_id, frozenset(names)
    )
    for seat in panel.seats:
        uow.session.add(_row(uow, tender_id, seat))
        tell(uow, "evaluation.named", seat.account_id, tender)
    uow.session.flush()
    members = [{"label": s.label, "account": s.account_id, "chair": s.chair} for s in panel.seats]
    journal.append(uow, EvaluationAct.CONVENE, {"members": members}, tender_id=tender_id)


def replace_evaluator(
    uow: UnitOfWork, tender_id: str, account_id: str, by_account_id: str, reason: str
) -> None:
    """Give a member's seat to another evaluator; the old points stay on record, unused.

    Raises:
        Refusal: what ``panel.replace_seat`` and the permission say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, EvaluationAct.REPLACE, tender, PERMISSIONS)
    names = eligible(uow, tender.organisation_id)
    panel = facts.require_panel(uow.session, tender_id)
    gone, new = rules.replace_seat(
        panel,
        account_id,
        (by_account_id, names.get(by_account_id, Text())),
        reason,
        frozenset(names),
    )
    for row in facts.seat_rows(uow.session, tender_id):
        if row.label == gone.label:
            row.state, row.chair, row.reason = gone.state.value, gone.chair, gone.reason
    uow.session.add(_row(uow, tender_id, new))
    tell(uow, "evaluation.named", new.account_id, tender)
    uow.session.flush()
    journal.append(
        uow,
        EvaluationAct.REPLACE,
        {"label": gone.label, "by_label": new.label, "by_account": new.account_id},
        tender_id=tender_id,
    )


def eligible(uow: UnitOfWork, organisation_id: str) -> dict[str, Text]:
    """Return the names of those who may sit on a panel of the organisation, by account."""
    people = accounts.people_of(uow.session, organisation_id, roles=[Role.EVALUATOR])
    return {person.id: person.name for person in people}


def _row(uow: UnitOfWork, tender_id: str, seat: Seat) -> SeatRow:
    return SeatRow(
        id=new_id(),
        tender_id=tender_id,
        account_id=seat.account_id,
        name_en=seat.name.en,
        name_ur=seat.name.ur,
        label=seat.label,
        chair=seat.chair,
        state=seat.state.value,
        named_at=uow.now,
    )
