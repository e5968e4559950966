"""The box's bytes against our own vectors, its properties, and when a tick is due."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bids.domain import box
from bids.domain.box import Revealed
from bids.domain.receipts import EMPTY_COMMITMENT, commitment
from foundation.values.refusal import Refusal

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "bids" / "box.json").read_text())
SEED = bytes(range(32))
COMMITMENTS = st.dictionaries(st.integers(0, 15), st.binary(min_size=32, max_size=32), max_size=16)


def test_our_vectors_hold() -> None:
    seed = bytes.fromhex(VECTORS["seed"])
    assert box.seed_commitment(seed) == VECTORS["seed_commitment"]
    for entry in VECTORS["commitments"]:
        made = commitment(bytes.fromhex(entry["salt"]), entry["document"])
        assert made.hex() == entry["C"]
    filled = {entry["slot"]: bytes.fromhex(entry["C"]) for entry in VECTORS["commitments"]}
    for tick in VECTORS["ticks"]:
        values = box.slot_values(seed, tick["i"], VECTORS["slots"], filled)
        assert box.root(values).hex() == tick["root"]
        assert box.blind(seed, tick["i"], 3).hex() == tick["blind_of_slot_3"]


@given(COMMITMENTS, st.integers(0, 2**32 - 1), st.integers(0, 15))
def test_every_slot_can_be_proved(filled: dict[int, bytes], tick: int, slot: int) -> None:
    values = box.slot_values(SEED, tick, 16, filled)
    tree = box.levels(values)
    box.check_membership(
        box.root(values).hex(),
        slot=slot,
        blinding=box.blind(SEED, tick, slot),
        commitment=filled.get(slot, EMPTY_COMMITMENT),
        steps=box.path_in(tree, slot),
    )


@given(COMMITMENTS, st.integers(0, 15), st.binary(min_size=32, max_size=32))
def test_a_slot_cannot_be_proved_to_hold_something_else(
    filled: dict[int, bytes], slot: int, other: bytes
) -> None:
    held = filled.get(slot, EMPTY_COMMITMENT)
    if other == held:
        return
    values = box.slot_values(SEED, 1, 16, filled)
    with pytest.raises(Refusal) as refusal:
        box.check_membership(
            box.root(values).hex(),
            slot=slot,
            blinding=box.blind(SEED, 1, slot),
            commitment=other,
            steps=box.path_in(box.levels(values), slot),
        )
    assert refusal.value.code == "not-in-box"


@given(COMMITMENTS)
def test_roots_of_two_ticks_tell_nothing_about_change(filled: dict[int, bytes]) -> None:
    roots = {box.root(box.slot_values(SEED, tick, 16, filled)) for tick in range(4)}
    assert len(roots) == 4


@given(COMMITMENTS)
def test_a_closed_box_checks_out_only_as_it_was(filled: dict[int, bytes]) -> None:
    root = box.root(box.slot_values(SEED, 9, 16, filled)).hex()
    promised = box.seed_commitment(SEED)
    revealed = [Revealed(slot, c) for slot, c in filled.items()]
    box.check_box(root, promised, SEED, 9, 16, revealed)
    with pytest.raises(Refusal) as refusal:
        box.check_box(root, promised, bytes(32), 9, 16, revealed)
    assert refusal.value.code == "box-seed-changed"
    if any(c != EMPTY_COMMITMENT for c in filled.values()):
        with pytest.raises(Refusal) as refusal:
            box.check_box(root, promised, SEED, 9, 16, [])
        assert refusal.value.code == "box-root-changed"


@pytest.mark.parametrize(("slots", "slot"), [(0, 0), (1, 0), (3, 0), (1000, 5), (16, 16)])
def test_a_box_of_another_shape_is_refused(slots: int, slot: int) -> None:
    with pytest.raises(Refusal) as refusal:
        box.slot_values(SEED, 1, slots, {slot: bytes(32)})
    assert refusal.value.code == "bad-box"


@settings(max_examples=50)
@given(st.frozensets(st.integers(0, 15), max_size=15), st.integers(0, 2**64 - 1))
def test_a_slot_is_drawn_among_the_free_ones(taken: frozenset[int], draw: int) -> None:
    slot = box.choose_slot(taken, 16, draw)
    assert slot not in taken
    assert 0 <= slot < 16


def test_a_full_box_refuses() -> None:
    with pytest.raises(Refusal) as refusal:
        box.choose_slot(frozenset(range(16)), 16, 5)
    assert refusal.value.code == "box-full"


PUBLISHED = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
DEADLINE = PUBLISHED + timedelta(days=10)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, PUBLISHED + timedelta(hours=23), False),
        (None, PUBLISHED + timedelta(days=1), True),
        (PUBLISHED + timedelta(days=1), PUBLISHED + timedelta(days=1, hours=23), False),
        (PUBLISHED + timedelta(days=1), PUBLISHED + timedelta(days=5), True),
        (DEADLINE - timedelta(hours=3), DEADLINE - timedelta(hours=2), True),
        (DEADLINE - timedelta(hours=3), DEADLINE - timedelta(hours=2, minutes=1), False),
        (DEADLINE - timedelta(hours=3), DEADLINE, False),
    ],
)
def test_ticks_are_daily_and_hourly_on_the_last_day(
    last: datetime | None, now: datetime, due: bool
) -> None:
    assert box.tick_due(PUBLISHED, DEADLINE, last, now) is due
