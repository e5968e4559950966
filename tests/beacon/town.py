"""Three holders of a shared key as three processes, each with a folder and a port of its own."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx

from beacon import asking
from beacon.client import BeaconUnavailable, fetch_signature
from beacon.dealing import deal_key, prepare_folder, write_shares
from beacon.domain.chain import last_round
from beacon.keys import store_key
from foundation import clock
from foundation.values.refusal import Refusal
from tests.beacon.test_process import free_port

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


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)
