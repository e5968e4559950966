"""The bid box: one root a tick, and the last one at the deadline, which tell no count."""

from __future__ import annotations

from sqlalchemy import select

from accounts.domain import authority
from bids.domain import box, opening
from bids.domain.opening import Progress, Step
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.domain.receipts import EMPTY_COMMITMENT
from bids.models import BoxTickRow, EnvelopeRow, SlotReceiptRow
from foundation.unit_of_work import UnitOfWork
from tendering import facts as tenders
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage, Tender
from transparency import journal
from transparency.domain.entry import BoxRoot


def tick_box(uow: UnitOfWork, tender_id: str) -> bool:
    """Publish one root if one is due; return whether it was.

    A tick missed while the platform was down is written once, with its true time.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.TICK, tender, PERMISSIONS)
    published_at = tender.schedule.published_at
    if tender.stage is not Stage.PUBLISHED or published_at is None:
        return False
    last = _last_tick(uow, tender_id)
    last_at = last.at if last else None
    if not box.tick_due(published_at, tender.schedule.deadline_at, last_at, uow.now):
        return False
    row = _write_tick(uow, tender, last, closing=False)
    _publish(uow, OpeningAct.TICK, row)
    return True


def close_box(uow: UnitOfWork, tender_id: str) -> bool:
    """Close the box at the deadline: its last root becomes public, no count does.

    Running it again, or before the deadline, changes nothing; returns whether it closed.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, OpeningAct.CLOSE_BOX, tender, PERMISSIONS)
    step = opening.next_step(tender.schedule, Progress(tender.stage, sealed=0), now=uow.now)
    if step is not Step.CLOSE_BOX:
        return False
    row = _write_tick(uow, tender, _last_tick(uow, tender_id), closing=True)
    _publish(uow, OpeningAct.CLOSE_BOX, row)
    progress_tender(uow, tender_id, Stage.CLOSED)
    return True


def _publish(uow: UnitOfWork, act: OpeningAct, row: BoxTickRow) -> None:
    """Journal a tick; its leaf carries the root itself and the tick's number."""
    document = {"i": row.i, "root": row.root}
    root = BoxRoot(row.root, row.i)
    journal.append(uow, act, document, tender_id=row.tender_id, box=root)


def _last_tick(uow: UnitOfWork, tender_id: str) -> BoxTickRow | None:
    return uow.session.scalars(
        select(BoxTickRow)
        .where(BoxTickRow.tender_id == tender_id)
        .order_by(BoxTickRow.i.desc())
        .limit(1)
    ).first()


def _write_tick(
    uow: UnitOfWork, tender: Tender, last: BoxTickRow | None, *, closing: bool
) -> BoxTickRow:
    i = last.i + 1 if last else 1
    seed = tenders.box_seed(uow.session, tender.id)
    envelopes = uow.session.scalars(
        select(EnvelopeRow).where(
            EnvelopeRow.tender_id == tender.id, EnvelopeRow.slot_commitment.is_not(None)
        )
    ).all()
    filled = {e.slot: e.slot_commitment for e in envelopes if e.slot is not None}
    commitments = {slot: c or EMPTY_COMMITMENT for slot, c in filled.items()}
    values = box.slot_values(seed, i, tender.box_slots, commitments)
    tree = box.levels(values)
    row = BoxTickRow(tender_id=tender.id, i=i, at=uow.now, root=tree[-1][0].hex(), closing=closing)
    uow.session.add(row)
    for envelope in envelopes:
        if envelope.slot is not None:
            uow.session.merge(_receipt(envelope, envelope.slot, i, seed, tree))
    uow.session.flush()
    return row


def _receipt(
    envelope: EnvelopeRow, slot: int, i: int, seed: bytes, tree: list[list[bytes]]
) -> SlotReceiptRow:
    return SlotReceiptRow(
        envelope_id=envelope.id,
        i=i,
        slot=slot,
        blind=box.blind(seed, i, slot).hex(),
        commitment=(envelope.slot_commitment or EMPTY_COMMITMENT).hex(),
        path=[step.hex() for step in box.path_in(tree, slot)],
    )
