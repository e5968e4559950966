"""Handing a tender or its approval over to a colleague, and taking that back."""

from collections.abc import Mapping
from dataclasses import replace

from accounts import queries as accounts
from accounts.domain.authority import authorise
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.acts.telling import tell
from tendering.acts.writing import update_tender
from tendering.domain import handover
from tendering.domain.handover import ROLE_OF, Asked, Handover, Part
from tendering.domain.permissions import PERMISSIONS, DraftAct, TenderAct
from tendering.domain.tender import PUBLIC_STAGES, Tender
from tendering.models import HandoverRow
from transparency import journal


def hand_over(uow: UnitOfWork, tender_id: str, asked: Asked) -> Handover:
    """Hand the tender or its approval over; both people are told, and it is recorded.

    Whoever takes a tender over is one of its makers from then on and approves nothing of it.

    Raises:
        Refusal: what ``handover.check`` and the permission row say.
    """
    tender = facts.tender_for_update(uow, tender_id)
    act = TenderAct.HAND_OVER if tender.stage in PUBLIC_STAGES else DraftAct.HAND_OVER
    authorise(uow.actor, act, tender, PERMISSIONS)
    before = facts.handovers(uow.session, tender_id)
    people = accounts.people_of(uow.session, tender.organisation_id, roles=(ROLE_OF[asked.part],))
    if asked.part is Part.TENDER:
        asked = replace(asked, from_account=handover.responsible(tender, before, uow.now))
    clean = handover.check(
        tender, asked, before, eligible={each.id for each in people}, now=uow.now
    )
    row = _row(uow, tender_id, clean)
    uow.session.add(row)
    if clean.part is Part.TENDER:
        authors = tuple(sorted({*tender.authors, clean.to_account}))
        tender = update_tender(uow, replace(tender, authors=authors))
    uow.session.flush()
    made = facts.handover_of(row)
    _record(uow, act, tender, _document(made))
    for account_id in sorted({made.to_account, made.from_account} - {""}):
        kind = "tender.taken-over" if account_id == made.to_account else "tender.handed-over"
        tell(uow, kind, tender, account_id)
    return made


def hand_back(uow: UnitOfWork, tender_id: str, handover_id: str) -> None:
    """End a handing over before its date: whoever was away is back.

    Raises:
        Refusal: ``not-found``, ``handover-over`` or what the permission row says.
    """
    tender = facts.tender_for_update(uow, tender_id)
    act = TenderAct.HAND_BACK if tender.stage in PUBLIC_STAGES else DraftAct.HAND_BACK
    authorise(uow.actor, act, tender, PERMISSIONS)
    row = uow.session.get(HandoverRow, handover_id)
    if row is None or row.tender_id != tender_id:
        raise Refusal("not-found")
    made = facts.handover_of(row)
    if not handover.is_ahead(made, uow.now):
        raise Refusal("handover-over")
    row.ended_at, row.ended_by = uow.now, uow.actor.account_id
    uow.session.flush()
    _record(uow, act, tender, {"handover": row.id, "part": row.part})
    for account_id in sorted({made.to_account, made.from_account} - {""}):
        tell(uow, "tender.handed-back", tender, account_id)


def _row(uow: UnitOfWork, tender_id: str, clean: Asked) -> HandoverRow:
    return HandoverRow(
        id=new_id(),
        tender_id=tender_id,
        part=clean.part,
        from_account=clean.from_account,
        to_account=clean.to_account,
        why=clean.why,
        note=clean.note,
        from_at=clean.from_at,
        until_at=clean.until_at,
        made_by=uow.actor.account_id,
        made_at=uow.now,
    )


def _document(made: Handover) -> dict[str, object]:
    """Return what the journal says; the note stays in the office."""
    return {
        "handover": made.id,
        "part": str(made.part),
        "from": made.from_account,
        "to": made.to_account,
        "reason": str(made.why),
        "from_at": instant_text(made.from_at),
        "until_at": None if made.until_at is None else instant_text(made.until_at),
    }


def _record(
    uow: UnitOfWork, act: TenderAct | DraftAct, tender: Tender, doc: Mapping[str, object]
) -> None:
    journal.append(
        uow,
        act,
        {"tender": tender.id, **doc},
        tender_id=tender.id,
        organisation_id=tender.organisation_id,
    )
