"""The signed list of the opening, built from the rows as they stand at T."""

from __future__ import annotations

from sqlalchemy import select

from bids.domain.opening import BoxReveal, Listed, signed_list
from bids.domain.reception import SubmissionState
from bids.models import BidRow, BoxTickRow, EnvelopeRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import Document
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Tender


def build_list(uow: UnitOfWork, tender: Tender) -> dict[str, Document]:
    """Return the list as a document: every filled slot, what was replaced, what never came.

    Raises:
        Refusal: `wrong-stage` when the box was never closed.
    """
    return signed_list(
        tender.id,
        _reveal(uow, tender),
        _filled(uow, tender.id),
        replaced=_hashes(uow, tender.id, SubmissionState.SUPERSEDED),
        not_delivered=_hashes(uow, tender.id, SubmissionState.COMMITTED),
        unconfirmed=_hashes(uow, tender.id, SubmissionState.UNCONFIRMED),
    )


def _reveal(uow: UnitOfWork, tender: Tender) -> BoxReveal:
    tick = uow.session.scalars(
        select(BoxTickRow).where(BoxTickRow.tender_id == tender.id, BoxTickRow.closing.is_(True))
    ).one_or_none()
    if tick is None:
        raise Refusal("wrong-stage")
    seed = tenders.box_seed(uow.session, tender.id).hex()
    return BoxReveal(seed=seed, tick=tick.i, root=tick.root, slots=tender.box_slots)


def _filled(uow: UnitOfWork, tender_id: str) -> list[Listed]:
    rows = uow.session.execute(
        select(EnvelopeRow, BidRow.vendor_name)
        .join(BidRow, BidRow.id == EnvelopeRow.bid_id)
        .where(EnvelopeRow.tender_id == tender_id, EnvelopeRow.slot_commitment.is_not(None))
    ).all()
    withdrawn = {
        row.envelope_id: row
        for row in uow.session.scalars(
            select(SubmissionRow)
            .where(
                SubmissionRow.tender_id == tender_id,
                SubmissionRow.state == SubmissionState.WITHDRAWN.value,
            )
            .order_by(SubmissionRow.ended_at)
        )
    }
    return [_listed(envelope, name, withdrawn.get(envelope.id)) for envelope, name in rows]


def _listed(envelope: EnvelopeRow, name: str, withdrawn: SubmissionRow | None) -> Listed:
    document = envelope.slot_document or {}
    gone = withdrawn if document.get("type") == "withdrawal" else None
    return Listed(
        slot=envelope.slot or 0,
        document=document,
        salt=(envelope.slot_salt or b"").hex(),
        vendor_name=name,
        proof=(gone.withdrawal_proof or "") if gone else "",
        token=(gone.withdrawal_token or "") if gone else "",
    )


def _hashes(uow: UnitOfWork, tender_id: str, state: SubmissionState) -> list[str]:
    return list(
        uow.session.scalars(
            select(SubmissionRow.sha256).where(
                SubmissionRow.tender_id == tender_id, SubmissionRow.state == state.value
            )
        )
    )
