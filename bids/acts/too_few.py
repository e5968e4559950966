"""Fewer bids than the rules ask for: the opening waits, then goes on or ends with nothing opened.

Source: docs/adr/0111-too-few-bids-stay-sealed.md.
"""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.domain import authority
from bids.acts.submissions import doom
from bids.domain.bid_content import Kind
from bids.domain.opening import too_few
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.domain.reception import SubmissionState
from bids.models import OpeningRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.rulebook import MinimumBids, Sourced
from tendering.domain.tender import Stage, Tender
from tendering.rulebooks import rulebook
from transparency import journal


def hold_if_too_few(uow: UnitOfWork, tender: Tender, row: OpeningRow) -> None:
    """Hold an opening that begins now with fewer bidders than the tender's method asks for."""
    authority.authorise(uow.actor, OpeningAct.HOLD_FOR_BIDS, tender, PERMISSIONS)
    method = rulebook(tender.rulebook).method(tender.method)
    minimum = method.minimum_bids if method is not None else None
    if minimum is None:
        return
    row.minimum_bids, row.minimum_rule = minimum.value.count, minimum.known_number
    _hold_if(uow, tender, row, _sealed_bidders(uow, tender.id), minimum)


def hold_if_few_revealed(uow: UnitOfWork, tender: Tender, bidders: int) -> bool:
    """Hold a first opening in an incident in which fewer bidders revealed; return whether it is.

    Two persons are asked once: what they have let go on is not held again.
    """
    row = uow.session.get(OpeningRow, tender.id)
    method = rulebook(tender.rulebook).method(tender.method)
    minimum = method.minimum_bids if method is not None else None
    asked = row is None or row.released_at is not None or tender.stage is not Stage.OPENING
    if row is None or minimum is None or asked:
        return False
    return _hold_if(uow, tender, row, bidders, minimum)


def _hold_if(
    uow: UnitOfWork, tender: Tender, row: OpeningRow, bidders: int, minimum: Sourced[MinimumBids]
) -> bool:
    if not too_few(bidders, minimum.value.count):
        return False
    row.held_at = uow.now
    uow.session.flush()
    document = {"bids": bidders, "minimum": minimum.value.count, "rule": minimum.rule}
    journal.append(uow, OpeningAct.HOLD_FOR_BIDS, document, tender_id=tender.id)
    return True


def release_opening(uow: UnitOfWork, tender_id: str) -> None:
    """Let a held opening go on as two persons decided.

    Raises:
        Refusal: `opening-not-held`, `must-stay-unopened` where the rules do not allow it, or
            what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.GO_ON, tender, PERMISSIONS)
    row = _held(uow, tender_id)
    method = rulebook(tender.rulebook).method(tender.method)
    minimum = method.minimum_bids if method is not None else None
    if minimum is not None and not minimum.value.may_open:
        raise Refusal("must-stay-unopened", rule=minimum.rule)
    row.held_at, row.released_at = None, uow.now
    uow.session.flush()
    journal.append(uow, OpeningAct.GO_ON, {}, tender_id=tender_id)


def leave_unopened(uow: UnitOfWork, tender_id: str) -> int:
    """End a held opening with nothing opened: every sealed file is doomed; return how many.

    Raises:
        Refusal: `opening-not-held`, or what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.LEAVE_UNOPENED, tender, PERMISSIONS)
    row = _held(uow, tender_id)
    sealed = uow.session.scalars(
        select(SubmissionRow)
        .where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.state == SubmissionState.SEALED.value,
        )
        .order_by(SubmissionRow.sha256)
        .with_for_update()
    ).all()
    for each in sealed:
        doom(each, SubmissionState.UNOPENED, uow.now)
    row.concluded_at = uow.now
    uow.session.flush()
    document = {"unopened": [each.sha256 for each in sealed]}
    journal.append(uow, OpeningAct.LEAVE_UNOPENED, document, tender_id=tender_id)
    return len(sealed)


def _held(uow: UnitOfWork, tender_id: str) -> OpeningRow:
    row = uow.session.get(OpeningRow, tender_id)
    if row is None or row.held_at is None or row.concluded_at is not None:
        raise Refusal("opening-not-held")
    return row


def _sealed_bidders(uow: UnitOfWork, tender_id: str) -> int:
    return uow.session.execute(
        select(func.count(SubmissionRow.vendor_id.distinct())).where(
            SubmissionRow.tender_id == tender_id,
            SubmissionRow.kind != Kind.FINANCIAL,
            SubmissionRow.state == SubmissionState.SEALED.value,
        )
    ).scalar_one()
