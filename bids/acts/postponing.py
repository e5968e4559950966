"""After an outage two persons set a later deadline, where a committee holds the bids (decision 8).

Source: docs/adr/0208.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from accounts.domain import authority
from accounts.domain.roles import Role
from bids.acts.holding import tell_staff
from bids.acts.voiding import void_bids
from bids.domain import confirmation, outage
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.facts import holds
from bids.models import BoxTickRow, OpeningHoldRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.instants import instant_text
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.acts import changing
from tendering.domain import changing as rules
from tendering.domain.tender import Change, ChangeKind, Tender
from tendering.rulebooks import rulebook
from transparency import journal


def propose_later_deadline(
    uow: UnitOfWork, tender_id: str, deadline_at: datetime, reason: Text
) -> None:
    """Propose that a held tender takes bids again until a later deadline; the reason is public.

    Raises:
        Refusal: ``nothing-held``, ``opening-decided``, those of ``changing.check_reason`` and
            ``changing.postpone``, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.PROPOSE_LATER, tender, PERMISSIONS)
    outage.propose(holds.hold(uow.session, tender_id))
    rules.check_reason(Change(tender.id, ChangeKind.ADDENDUM, changing.AFTER_AN_OUTAGE, reason))
    me = uow.actor.account_id
    later = rules.postpone(tender, rulebook(tender.rulebook), deadline_at, by=(me, ""), now=uow.now)
    row = uow.session.get_one(OpeningHoldRow, tender_id, with_for_update=True)
    row.reason, row.reason_ur, row.later_deadline_at = reason.en, reason.ur, deadline_at
    row.proposed_by, row.proposed_at = me, uow.now
    uow.session.flush()
    document = {
        "deadline_at": instant_text(deadline_at),
        "opening_at": instant_text(later.schedule.opening_at),
        "reason": reason.as_document(),
    }
    journal.append(uow, OpeningAct.PROPOSE_LATER, document, tender_id=tender_id)
    key = f"{me}:{instant_text(uow.now)}"
    tell_staff(uow, tender, "bids.opening-proposed", key, {Role.APPROVER}, me)


def set_later_deadline(uow: UnitOfWork, tender_id: str, sealing_sha384: str) -> Tender:
    """Decide as a second person that the tender takes bids again, under its next notice.

    Bids sealed before are kept to be confirmed; whoever was kept out can bid now.

    Raises:
        Refusal: ``nothing-held``, ``opening-decided``, ``not-proposed``, ``own-decision``, those
            of ``changing.postpone_tender``.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    hold = holds.hold(uow.session, tender_id)
    deadline_at = outage.postpone(hold, uow.actor.account_id)
    row = uow.session.get_one(OpeningHoldRow, tender_id, with_for_update=True)
    why = changing.Proposed(row.proposed_by, Text(row.reason, row.reason_ur or ""))
    old = tenders.pack(uow.session, tender_id)
    tender = changing.postpone_tender(uow, tender_id, deadline_at, why, sealing_sha384)
    new = tenders.pack(uow.session, tender_id)
    row.released_by, row.released_at = uow.actor.account_id, uow.now
    # The box is open again: its last root so far is not the one that it closes with.
    uow.session.execute(
        update(BoxTickRow).where(BoxTickRow.tender_id == tender_id).values(closing=False)
    )
    kept = confirmation.dates_alone(old.data, new.data)
    void_bids(uow, tender, ChangeKind.ADDENDUM, kept=kept)
    return tender
