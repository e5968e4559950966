"""A change to a tender and the end of every bid sealed to its old notice, in one act.

Source: decisions 6, 14, 17 and 18.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update

from accounts.domain import authority
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.reception import SubmissionState
from bids.models import EnvelopeRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.acts import changing
from tendering.domain.tender import ChangeKind, Tender
from transparency import journal


def carry_out_change(uow: UnitOfWork, draft_id: str, revision: int, sealing_sha384: str) -> Tender:
    """Carry a change out: the tender's next version or its end, and no bid of the old notice.

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
    else:
        tender = changing.amend_tender(uow, draft_id, revision, sealing_sha384)
    _void_bids(uow, tender, change.kind)
    return tender


def _void_bids(uow: UnitOfWork, tender: Tender, why: ChangeKind) -> None:
    """Doom what is sealed and end what is under way.

    The same statements run for no bid and for many, so that nobody learns how many there were.
    """
    authority.authorise(uow.actor, BidAct.VOID, tender, PERMISSIONS)
    hashes = list(uow.session.scalars(select(SubmissionRow.sha256).where(*_sealed(tender))))
    emptied = select(SubmissionRow.envelope_id).where(*_sealed(tender))
    uow.session.execute(
        update(EnvelopeRow)
        .where(EnvelopeRow.id.in_(emptied))
        .values(slot_document=None, slot_salt=None, slot_commitment=None)
        .execution_options(synchronize_session=False)
    )
    _end(uow, tender, SubmissionState.SEALED, SubmissionState.SUPERSEDED, doomed=True)
    _end(uow, tender, SubmissionState.COMMITTED, SubmissionState.ABANDONED, doomed=False)
    uow.session.expire_all()
    journal.append(
        uow,
        BidAct.VOID,
        {"why": why.value, "version": tender.version, "sha256": sorted(hashes)},
        tender_id=tender.id,
    )


def _sealed(tender: Tender) -> tuple[ColumnElement[bool], ...]:
    return (
        SubmissionRow.tender_id == tender.id,
        SubmissionRow.state == SubmissionState.SEALED.value,
    )


def _end(
    uow: UnitOfWork,
    tender: Tender,
    state: SubmissionState,
    to: SubmissionState,
    *,
    doomed: bool,
) -> None:
    values = {"state": to.value, "ended_at": uow.now}
    uow.session.execute(
        update(SubmissionRow)
        .where(SubmissionRow.tender_id == tender.id, SubmissionRow.state == state.value)
        .values(values | ({"doomed_at": uow.now} if doomed else {}))
        .execution_options(synchronize_session=False)
    )
