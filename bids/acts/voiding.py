"""A change to a tender and what becomes of every bid sealed to its old notice, in one act.

Source: decisions 6, 14, 17 and 18; docs/adr/0207.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select, update

from accounts.domain import authority
from bids.domain import confirmation
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.reception import HELD_STATES, SubmissionState
from bids.models import EnvelopeRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.acts import changing
from tendering.domain.tender import ChangeKind, Tender
from transparency import journal


def carry_out_change(uow: UnitOfWork, draft_id: str, revision: int, sealing_sha384: str) -> Tender:
    """Carry a change out: the tender's next version or its end, and no bid of the old notice.

    Where dates alone moved and a committee holds the bids, they are kept for their vendors to
    confirm; opened by nobody until then.

    Pressed twice it is done once, so no bid sealed in between is lost.

    Raises:
        Refusal: those of ``changing.amend_tender`` and ``changing.cancel_tender``.
    """
    done = tenders.change_done(uow.session, draft_id)
    if done is not None and done.approved_by == uow.actor.account_id:
        return tenders.tender(uow.session, done.tender_id)
    change = tenders.tender(uow.session, draft_id).amends
    if change is None:
        raise Refusal("not-found")
    if change.kind is ChangeKind.CANCELLATION:
        tender = changing.cancel_tender(uow, draft_id, revision)
        void_bids(uow, tender, change.kind, kept=False)
        return tender
    old = tenders.pack(uow.session, change.of)
    tender = changing.amend_tender(uow, draft_id, revision, sealing_sha384)
    new, (done, *_) = tenders.pack(uow.session, tender.id), tenders.changes(uow.session, tender.id)
    kept = confirmation.stays_confirmable(done.differences, old.data, new.data)
    void_bids(uow, tender, change.kind, kept=kept)
    return tender


def void_bids(uow: UnitOfWork, tender: Tender, why: ChangeKind, *, kept: bool) -> None:
    """Doom what is sealed, or keep it to be confirmed, and end what is under way.

    The same statements run for no bid and for many, so that nobody learns how many there were.
    """
    authority.authorise(uow.actor, BidAct.VOID, tender, PERMISSIONS)
    held = {SubmissionState.SEALED} if kept else HELD_STATES
    hashes = list(uow.session.scalars(select(SubmissionRow.sha256).where(*_in(tender, held))))
    emptied = select(SubmissionRow.envelope_id).where(*_in(tender, held))
    uow.session.execute(
        update(EnvelopeRow)
        .where(EnvelopeRow.id.in_(emptied))
        .values(slot_document=None, slot_salt=None, slot_commitment=None)
        .execution_options(synchronize_session=False)
    )
    to = SubmissionState.UNCONFIRMED if kept else SubmissionState.SUPERSEDED
    _end(uow, tender, held, to, doomed=not kept)
    under_way = {SubmissionState.COMMITTED}
    _end(uow, tender, under_way, SubmissionState.ABANDONED, doomed=False)
    uow.session.expire_all()
    journal.append(
        uow,
        BidAct.VOID,
        {
            "why": why.value,
            "version": tender.version,
            "sha256": sorted(hashes),
            "confirmable": kept,
        },
        tender_id=tender.id,
    )


def _in(tender: Tender, states: Collection[SubmissionState]) -> tuple[ColumnElement[bool], ...]:
    return (
        SubmissionRow.tender_id == tender.id,
        SubmissionRow.state.in_(sorted(states)),
    )


def _end(
    uow: UnitOfWork,
    tender: Tender,
    states: Collection[SubmissionState],
    to: SubmissionState,
    *,
    doomed: bool,
) -> None:
    values = {"state": to.value, "ended_at": uow.now}
    uow.session.execute(
        update(SubmissionRow)
        .where(*_in(tender, states))
        .values(values | ({"doomed_at": uow.now} if doomed else {}))
        .execution_options(synchronize_session=False)
    )
