"""Three holders as three processes: killed, lying, hours ahead; nothing early, nothing lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from beacon.client import fetch_chain
from tests.beacon.town import HOURS, Town, until
from tests.bids.faults.shim import Shim


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    for index in list(town.running):
        town.kill(index)


@pytest.mark.slow
def test_one_killed_one_lying_one_hours_ahead(town: Town, tmp_path: Path) -> None:
    shim = Shim(tmp_path)
    town.start(1)
    town.start(2)
    town.start(3, shim.environment)
    until(lambda: all(town.seen(index).get("signs") == [1, 2, 3] for index in (1, 2, 3)))
    assert fetch_chain(" ".join(town.addresses), town.chain.hash) == town.chain
    first = town.newest()
    until(lambda: town.signature(1, first))
    kept = town.signature(1, first)
    assert {town.signature(index, first) for index in (1, 2, 3)} == {kept}
    assert not town.partial(1, town.newest() + 40)

    def nothing_early() -> bool:
        ahead = [town.newest() + more for more in (5, 100, HOURS // 3 - 10)]
        return not any(town.signature(index, number) for index in town.running for number in ahead)

    # The clock of one is pushed: at worst it gives its own part early, and one part is no key.
    shim.skew(HOURS)
    time.sleep(4)
    assert nothing_early()

    # One is killed besides: the right one and the pushed one sign what is due, and no more.
    town.kill(2)
    dark = town.newest() + 1
    until(lambda: town.signature(1, dark))
    assert nothing_early()
    until(lambda: town.seen(1).get("silent") == [2])

    # In its place a liar signs every round at once: named, and still nothing is early.
    town.start_liar(2)
    until(lambda: town.seen(1).get("lies") == [2])
    lied = town.newest()
    until(lambda: town.signature(1, lied))
    assert nothing_early()
    assert town.signature(2, lied) is None

    # With the pushed one gone, a right one and a liar are too few: everything waits.
    town.kill(3)
    waits = town.newest() + 1
    until(lambda: town.partial(1, waits))
    assert town.signature(1, waits) is None

    # The killed one comes back: what waited is signed, and what was signed is the same.
    town.kill(2)
    town.start(2)
    until(lambda: town.signature(1, waits))
    assert town.signature(2, waits) == town.signature(1, waits)
    assert town.signature(1, first) == town.signature(2, first) == kept
    assert nothing_early()
    named = {("holder-silent", "2"), ("holder-lies", "2"), ("holder-silent", "3"),
            ("holders-too-few", ""), ("holders-enough", "")}  # fmt: skip
    until(lambda: named <= town.told(1))
    for index in (1, 2, 3):
        share = json.loads(town.share(index).read_bytes())["share"]
        assert share not in (tmp_path / f"log-{index}").read_text()
