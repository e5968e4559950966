"""Three holders as three processes: killed, lying, hours ahead; nothing early, nothing lost."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from beacon import asking
from beacon.client import BeaconUnavailable, fetch_chain, fetch_signature
from beacon.dealing import deal_key, prepare_folder, write_shares
from beacon.domain.chain import last_round
from beacon.keys import store_key
from foundation import clock
from foundation.values.refusal import Refusal
from tests.beacon.test_process import free_port
from tests.bids.faults.shim import Shim

HOURS = 6 * 3600
MUHR = Path(sys.executable).with_name("muhr")
ROOT = Path(__file__).resolve().parents[2]


class Town:
    """Three data folders with a dealt share each, and the processes that run on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = [free_port() for _ in range(3)]
        self.addresses = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        keys = deal_key(2, 3, clock.now(), secrets.token_bytes)
        prepare_folder(folder / "dealt")
        write_shares(folder / "dealt", keys)
        for key in keys:
            store_key(folder / f"data-{key.index}" / "beacon", key)
        self.chain = keys[0].chain

    def share(self, index: int) -> Path:
        return self.folder / "dealt" / f"holder-{index}.json"

    def environment(self, index: int) -> dict[str, str]:
        return os.environ | {
            "MUHR_DATA": str(self.folder / f"data-{index}"),
            "MUHR_BEACON_URL": self.addresses[index - 1],
            "MUHR_BEACON_HOLDERS": " ".join(self.addresses),
            "MUHR_PRACTICE": "0",
        }

    def start(self, index: int, more: Mapping[str, str] = {}) -> None:
        environment = self.environment(index) | dict(more)
        with (self.folder / f"log-{index}").open("ab") as log:
            serve = [MUHR, "beacon", "serve"]
            self.running[index] = subprocess.Popen(serve, env=environment, stderr=log)

    def start_liar(self, index: int) -> None:
        lying = [sys.executable, "-m", "tests.beacon.lying_holder", self.share(index)]
        command = [*lying, str(self.ports[index - 1])]
        self.running[index] = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def kill(self, index: int) -> None:
        process = self.running.pop(index)
        process.kill()
        process.wait(10)

    def signature(self, index: int, number: int) -> bytes | None:
        """Return what one holder serves of a round, verified."""
        with suppress(BeaconUnavailable, Refusal):
            return fetch_signature(
                self.chain, self.addresses[index - 1], number, wait=lambda _: None
            )
        return None

    def partial(self, index: int, number: int) -> bool:
        try:
            asking.ask(self.addresses[index - 1], f"/{self.chain.hash}/partial/{number}")
        except BeaconUnavailable:
            return False
        return True

    def seen(self, index: int) -> dict[str, list[int]]:
        with suppress(httpx.HTTPError):
            answer = httpx.get(f"{self.addresses[index - 1]}/health", timeout=5).json()
            found: dict[str, list[int]] = answer["seen"]
            return found
        return {}

    def told(self, index: int) -> set[tuple[str, str]]:
        """Return the events of a holder's log, each with the holder that it names."""
        lines = (self.folder / f"log-{index}").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        return {(each["event"], each.get("holder", "")) for each in events}

    def newest(self) -> int:
        return last_round(self.chain, clock.now())


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    yield town
    for index in list(town.running):
        town.kill(index)


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)


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
