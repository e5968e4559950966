"""After an outage at the deadline nothing opens until two persons have decided (decision 8)."""

from __future__ import annotations

from accounts import queries as people
from accounts.domain import authority
from accounts.domain.roles import Role
from bids.domain import outage
from bids.domain.outage import Lost
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.facts import holds
from bids.models import OpeningHoldRow
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import Document
from foundation.values.instants import instant_text
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from transparency import journal


def hold_opening(uow: UnitOfWork, tender_id: str) -> bool:
    """Hold the opening of a closed tender if its door was not open; return whether it is new.

    Running it again changes nothing, unless a further outage has come to light.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.HOLD, tender, PERMISSIONS)
    return tender.stage is Stage.CLOSED and _hold_if_news(uow, tender)


def door_was_open(uow: UnitOfWork, tender: Tender) -> bool:
    """Tell whether a closed tender may be opened; hold it where that is news."""
    _hold_if_news(uow, tender)
    found = holds.door_judgement(uow.session, tender, uow.now)
    return outage.may_open(holds.hold(uow.session, tender.id), found)


def propose_release(uow: UnitOfWork, tender_id: str, reason: str) -> None:
    """Propose that the bids are opened although the platform was down; the reason is public.

    Raises:
        Refusal: ``no-reason``, ``reason-too-long``, ``nothing-held``, ``opening-decided``, or
            what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.PROPOSE_RELEASE, tender, PERMISSIONS)
    outage.propose(holds.hold(uow.session, tender_id))
    said = outage.check_reason(reason)
    row = uow.session.get_one(OpeningHoldRow, tender_id, with_for_update=True)
    row.reason, row.reason_ur, row.later_deadline_at = said, None, None
    row.proposed_by, row.proposed_at = uow.actor.account_id, uow.now
    uow.session.flush()
    journal.append(uow, OpeningAct.PROPOSE_RELEASE, {"reason": said}, tender_id=tender_id)
    key = f"{uow.actor.account_id}:{instant_text(uow.now)}"
    tell_staff(uow, tender, "bids.opening-proposed", key, {Role.APPROVER}, uow.actor.account_id)


def release_opening(uow: UnitOfWork, tender_id: str) -> None:
    """Decide as a second person that the bids are opened; they open at once, or at T.

    Raises:
        Refusal: ``nothing-held``, ``opening-decided``, ``not-proposed``, ``own-decision``, or
            what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.RELEASE, tender, PERMISSIONS)
    outage.release(holds.hold(uow.session, tender_id), uow.actor.account_id)
    row = uow.session.get_one(OpeningHoldRow, tender_id, with_for_update=True)
    row.released_by, row.released_at = uow.actor.account_id, uow.now
    uow.session.flush()
    journal.append(uow, OpeningAct.RELEASE, {"reason": row.reason}, tender_id=tender_id)


def _hold_if_news(uow: UnitOfWork, tender: Tender) -> bool:
    found = holds.door_judgement(uow.session, tender, uow.now)
    known = holds.hold(uow.session, tender.id)
    if not outage.is_news(known, found):
        return False
    # What was lost before a later deadline was set stays known, and holds nothing again.
    before = known.lost if known is not None and known.postponed_at is not None else ()
    lost = [_document(one) for one in (*before, *found.lost)]
    row = uow.session.get(OpeningHoldRow, tender.id)
    if row is None:
        row = OpeningHoldRow(tender_id=tender.id)
        uow.session.add(row)
    row.held_at, row.lost, row.reason = uow.now, lost, ""
    row.reason_ur, row.later_deadline_at = None, None
    row.proposed_by, row.proposed_at = "", None
    row.released_by, row.released_at = "", None
    uow.session.flush()
    journal.append(uow, OpeningAct.HOLD, {"lost": lost}, tender_id=tender.id)
    key = instant_text(uow.now)
    tell_staff(uow, tender, "bids.opening-held", key, {Role.OFFICER, Role.APPROVER}, "")
    return True


def _document(lost: Lost) -> dict[str, Document]:
    return {
        "cause": lost.cause.value,
        "start_at": instant_text(lost.start_at),
        "end_at": instant_text(lost.end_at),
    }


def tell_staff(
    uow: UnitOfWork, tender: Tender, kind: str, key: str, roles: set[Role], but: str
) -> None:
    """Tell people of the buyer, all but one, that an opening waits for a decision."""
    for person in people.people_of(uow.session, tender.organisation_id, roles=roles):
        if person.id != but:
            outbox.enqueue(
                uow,
                kind=kind,
                params={
                    "title": tender.title.as_document(),
                    "address": {
                        language: f"/{language}/tenders/{tender.id}/opening/decision"
                        for language in ("en", "ur")
                    },
                },
                key=f"{kind}:{tender.id}:{key}:{person.id}",
                account_id=person.id,
            )
