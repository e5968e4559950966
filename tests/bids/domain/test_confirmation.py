"""Which two packs differ in dates alone: any other change of a byte asks for a new seal."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain.confirmation import dates_alone

PACK: Mapping[str, Any] = {
    "version": 1,
    "round": 7,
    "sealing_sha384": "aa",
    "committee": {"id": "c", "t": 2, "members": ["age1a", "age1b"]},
    "chain": {"hash": "ff"},
    "items": [{"id": "1", "quantity": "100"}],
    "schedule": {"deadline_at": "d", "opening_at": "o", "guard_seconds": 60, "zone": "z"},
    "validity_days": 90,
}
MOVED = {
    "version": 2,
    "round": 9,
    "sealing_sha384": "bb",
    "schedule": {**PACK["schedule"], "deadline_at": "e", "opening_at": "p"},
}


def packed(**changes: object) -> bytes:
    return json.dumps({**PACK, **changes}).encode()


def test_later_dates_alone() -> None:
    assert dates_alone(packed(), packed(**MOVED))


def test_without_a_committee_never() -> None:
    old, new = (json.loads(pack) for pack in (packed(), packed(**MOVED)))
    for each in (old, new):
        del each["committee"]
    assert not dates_alone(json.dumps(old).encode(), json.dumps(new).encode())


@pytest.mark.parametrize("side", [0, 1])
def test_a_committee_on_one_side_is_another_committee(side: int) -> None:
    packs = [json.loads(packed()), json.loads(packed(**MOVED))]
    del packs[side]["committee"]
    assert not dates_alone(*(json.dumps(each).encode() for each in packs))


@given(
    name=st.sampled_from(["committee", "chain", "items", "validity_days", "guard_seconds", "zone"]),
    value=st.one_of(st.integers(), st.text(), st.lists(st.integers()), st.none()),
)
def test_whatever_else_differs_beside_the_dates(name: str, value: object) -> None:
    schedule = dict(MOVED["schedule"])  # type: ignore[call-overload]
    changed: dict[str, object] = {**MOVED}
    before = schedule.get(name, PACK.get(name))
    if name in schedule:
        changed["schedule"] = {**schedule, name: value}
    else:
        changed[name] = value
    assert dates_alone(packed(), packed(**changed)) == (value == before)


@given(more=st.text(min_size=1).filter(lambda name: name not in PACK))
def test_a_part_that_older_packs_do_not_have_is_no_date(more: str) -> None:
    assert not dates_alone(packed(), packed(**MOVED, **{more: 1}))
