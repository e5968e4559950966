"""Everything that was signed or hashed, held against what is stored; run after each restore."""

from __future__ import annotations

from dataclasses import dataclass

from bids.domain.box import check_membership
from bids.domain.kept_records import check_record
from bids.facts import kept
from bids.platform_key import load_platform_key
from foundation.database import Sessions
from foundation.settings import Settings
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from transparency.checking import check_journal


@dataclass(frozen=True)
class Checked:
    """How much was verified again."""

    receipts: int
    slots: int
    acts: int


def check_everything(settings: Settings, sessions: Sessions) -> Checked:
    """Verify every acknowledgement, every slot's proof and every leaf of the public journal.

    Raises:
        Refusal: ``receipt-damaged``, ``journal-damaged``.
    """
    public_key = load_platform_key(settings).verifier().public_key
    receipts = slots = 0
    with reading(sessions) as session:
        for record in kept.kept_records(session):
            check_record(record, public_key)
            receipts += 1
        for slot in kept.kept_slots(session):
            _check_slot(slot)
            slots += 1
        acts = check_journal(session)
    return Checked(receipts, slots, acts)


def _check_slot(slot: kept.KeptSlot) -> None:
    try:
        check_membership(
            slot.root,
            slot=slot.slot,
            blinding=bytes.fromhex(slot.blind),
            commitment=bytes.fromhex(slot.commitment),
            steps=[bytes.fromhex(step) for step in slot.path],
        )
    except Refusal as error:
        raise Refusal("receipt-damaged", number="") from error
