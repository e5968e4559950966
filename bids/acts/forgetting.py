"""After a tender's end: the shares held here go, and with them every price that stayed shut.

Source: decisions 16 and 18; docs/adr/0193.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from accounts.domain import authority
from bids.acts.submissions import doom
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.domain.reception import SubmissionState
from bids.models import EnvelopePartRow, OpeningRow, PostedShareRow, SubmissionRow
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from tendering import facts as tenders
from tendering.domain.schedule import keys_kept_until
from tendering.domain.tender import Tender
from tendering.rulebooks import rulebook
from transparency import journal


def destroy_shares(uow: UnitOfWork, tender_id: str) -> bool:
    """Delete the posted shares and share files of an ended tender; return whether it was now.

    Who gave shares stays known, and so do the commitments in the public journal. Envelopes that
    were never opened are doomed, so that a job unlinks them.

    Raises:
        Refusal: what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.DESTROY_SHARES, tender, PERMISSIONS)
    row = uow.session.get(OpeningRow, tender_id, with_for_update=True)
    until = keys_kept_until(rulebook(tender.rulebook), tender)
    if row is None or row.shares_destroyed_at is not None or until is None or uow.now < until:
        return False
    row.shares_destroyed_at = uow.now
    parts = select(EnvelopePartRow.submission_id).where(EnvelopePartRow.tender_id == tender_id)
    held = PostedShareRow.submission_id.in_(parts)
    given = uow.session.execute(select(func.count()).where(held)).scalar_one()
    uow.session.execute(update(PostedShareRow).where(held).values(share=""))
    uow.session.execute(
        update(EnvelopePartRow).where(EnvelopePartRow.tender_id == tender_id).values(part={})
    )
    unopened = _never_opened(uow, tender_id)
    for each in unopened:
        doom(each, SubmissionState.UNOPENED, uow.now)
    uow.session.flush()
    document = {"shares": given, "unopened": [each.sha256 for each in unopened]}
    journal.append(uow, OpeningAct.DESTROY_SHARES, document, tender_id=tender_id)
    _ask_for_statements(uow, tender)
    return True


def _never_opened(uow: UnitOfWork, tender_id: str) -> list[SubmissionRow]:
    shut = [SubmissionState.SEALED.value, SubmissionState.UNOPENED.value]
    return list(
        uow.session.scalars(
            select(SubmissionRow)
            .where(
                SubmissionRow.tender_id == tender_id,
                SubmissionRow.state.in_(shut),
                SubmissionRow.doomed_at.is_(None),
            )
            .order_by(SubmissionRow.sha256)
            .with_for_update()
        )
    )


def _ask_for_statements(uow: UnitOfWork, tender: Tender) -> None:
    committee = tender.sealing_committee
    page = {lang: f"/{lang}/committee/{tender.id}" for lang in ("en", "ur")}
    for seat in committee.seats if committee else ():
        outbox.enqueue(
            uow,
            kind="committee.destroy",
            params={"title": tender.title.as_document(), "address": page},
            key=f"committee.destroy:{tender.id}:{seat.account_id}",
            account_id=seat.account_id,
        )
