"""The bid box: random slots, blinds made new at every tick, one root that tells no count.

Source: decision 14 (the bytes); RFC 6962 section 2.1 (the tree).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bids.domain.receipts import EMPTY_COMMITMENT
from foundation.values.refusal import Refusal

SEED_DOMAIN = b"tenderlog/boxseed/v1\0"
SLOT_DOMAIN = b"tenderlog/slot/v1\0"
SEED_BYTES = 32
DEFAULT_SLOTS = 1024
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def seed_commitment(seed: bytes) -> str:
    """Return the hex commitment to a box's seed, published with the notice."""
    return hashlib.sha256(SEED_DOMAIN + seed).hexdigest()


def blind(seed: bytes, tick: int, slot: int) -> bytes:
    """Return the blind of one slot at one tick."""
    message = b"blind" + tick.to_bytes(4, "big") + slot.to_bytes(4, "big")
    return hmac.new(seed, message, hashlib.sha256).digest()


def slot_value(blinding: bytes, commitment: bytes) -> bytes:
    """Return the value of one slot, the leaf data of the box's tree."""
    return hashlib.sha256(SLOT_DOMAIN + blinding + commitment).digest()


def slot_values(
    seed: bytes, tick: int, slots: int, commitments: Mapping[int, bytes]
) -> tuple[bytes, ...]:
    """Return the values of every slot of a box at one tick.

    `slots` is a power of two; `commitments` has C for each filled slot.

    Raises:
        Refusal: `bad-box` for a number that is no power of two or a slot outside the box.
    """
    if slots < 2 or slots & (slots - 1) or any(not 0 <= s < slots for s in commitments):
        raise Refusal("bad-box")
    return tuple(
        slot_value(blind(seed, tick, slot), commitments.get(slot, EMPTY_COMMITMENT))
        for slot in range(slots)
    )


def levels(values: Sequence[bytes]) -> list[list[bytes]]:
    """Return every level of the RFC 6962 tree, leaf hashes first, the root last."""
    level = [hashlib.sha256(b"\0" + value).digest() for value in values]
    tree = [level]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        tree.append(level)
    return tree


def root(values: Sequence[bytes]) -> bytes:
    """Return the RFC 6962 root over the slot values."""
    return levels(values)[-1][0]


def path_in(tree: Sequence[Sequence[bytes]], slot: int) -> tuple[bytes, ...]:
    """Return the inclusion path of one slot in a tree of `levels`, from its sibling upwards."""
    steps = []
    for level in tree[:-1]:
        steps.append(level[slot ^ 1])
        slot >>= 1
    return tuple(steps)


def root_from_path(value: bytes, slot: int, steps: Sequence[bytes]) -> bytes:
    """Return the root that a slot value and its path lead to."""
    node = hashlib.sha256(b"\0" + value).digest()
    for step in steps:
        pair = step + node if slot & 1 else node + step
        node = hashlib.sha256(b"\1" + pair).digest()
        slot >>= 1
    return node


def check_membership(
    root_hex: str, *, slot: int, blinding: bytes, commitment: bytes, steps: Sequence[bytes]
) -> None:
    """Refuse a receipt whose slot is not under the published root.

    Raises:
        Refusal: `not-in-box`.
    """
    found = root_from_path(slot_value(blinding, commitment), slot, steps)
    if not hmac.compare_digest(found.hex(), root_hex):
        raise Refusal("not-in-box")


@dataclass(frozen=True)
class Revealed:
    """One filled slot as it is revealed at the opening."""

    slot: int
    commitment: bytes


def check_box(
    root_hex: str,
    commitment_hex: str,
    seed: bytes,
    tick: int,
    slots: int,
    revealed: Sequence[Revealed],
) -> None:
    """Refuse a box whose revealed slots are not what was closed: nothing dropped, no ghost.

    Raises:
        Refusal: `box-seed-changed`, `box-root-changed`.
    """
    if seed_commitment(seed) != commitment_hex:
        raise Refusal("box-seed-changed")
    filled = {entry.slot: entry.commitment for entry in revealed}
    if root(slot_values(seed, tick, slots, filled)).hex() != root_hex:
        raise Refusal("box-root-changed")


def choose_slot(taken: frozenset[int], slots: int, draw: int) -> int:
    """Return a free slot chosen by `draw`, a random integer of at least 64 bits.

    Raises:
        Refusal: `box-full`.
    """
    free = [slot for slot in range(slots) if slot not in taken]
    if not free:
        raise Refusal("box-full")
    return free[draw % len(free)]


def tick_due(
    opened_at: datetime, deadline_at: datetime, last_at: datetime | None, now: datetime
) -> bool:
    """Tell whether a tick is due: daily, hourly on the last day; missed ones are one tick.

    `opened_at` is the publication, `last_at` the last tick or None before the first.
    """
    if now >= deadline_at:
        return False
    since = last_at or opened_at
    step = HOUR if now >= deadline_at - DAY else DAY
    return now - since >= step
