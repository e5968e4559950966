"""Beacons in temporary folders whose clocks, and whose line to each other, a test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from beacon.anchor import Clocks
from beacon.answers import answer
from beacon.dealing import deal_key
from beacon.holder import Holder
from beacon.keys import HolderKey, read_key, store_key
from beacon.local import LocalBeacon
from tests.sealing.made import repeatable

START = datetime(2026, 3, 2, 5, 0, 0, 500_000, tzinfo=UTC)


@dataclass
class Machine:
    """A machine whose wall clock, boot clock and restarts are ours to move."""

    wall: datetime = START
    boot: float = 1000.0
    boot_id: str = "boot-1"
    in_step: bool = False
    confirmed: int = 0

    def clocks(self) -> Clocks:
        return Clocks(
            now=lambda: self.wall,
            boot_seconds=lambda: self.boot,
            boot_id=lambda: self.boot_id,
            synchronised=lambda: self.in_step,
            jumped=lambda: False,
            confirm=self._confirm,
        )

    def _confirm(self) -> None:
        self.confirmed += 1

    def run(self, seconds: float) -> None:
        """Let both clocks run."""
        self.wall += timedelta(seconds=seconds)
        self.boot += seconds

    def step(self, seconds: float) -> None:
        """Set the wall clock alone."""
        self.wall += timedelta(seconds=seconds)

    def restart(self, name: str) -> None:
        """Start the machine again."""
        self.boot_id, self.boot = name, 5.0

    def beacon(self, folder: Path, *, trust: bool = False, seed: bytes = b"key") -> LocalBeacon:
        return LocalBeacon.start(folder, self.clocks(), repeatable(seed), trust=trust)


class Ring:
    """The holders of one dealt key, each with its own machine, over a line that tests can bend.

    ``bent`` maps the index of a holder to what answers in its place.
    """

    def __init__(self, folder: Path, threshold: int = 2, holders: int = 3) -> None:
        self.folder = folder
        self.keys = deal_key(threshold, holders, START, repeatable(b"TEST ring"))
        self.group = self.keys[0].group
        self.chain = self.group.chain
        self.machines = {key.index: Machine() for key in self.keys}
        self.bent: dict[int, Callable[[httpx.Request], httpx.Response]] = {}
        self.asked: list[tuple[int, str]] = []
        self.transport: httpx.BaseTransport | None = httpx.MockTransport(self.line)
        self.addresses = [f"http://holder-{key.index}.example" for key in self.keys]
        self.connect()
        self.holders = {key.index: self.start(key.index) for key in self.keys}

    def connect(self) -> None:
        """Give the holders other addresses or another line, where a kind of ring has them."""

    def start(self, index: int) -> Holder:
        """Start a holder, or start it again on what lies in its folder."""
        folder = self.folder / str(index)
        if read_key(folder) is None:
            store_key(folder, self.keys[index - 1])
        key = read_key(folder)
        assert isinstance(key, HolderKey)
        return Holder.start(
            folder,
            key,
            self.machines[index].clocks(),
            self.addresses,
            transport=self.transport,
        )

    def line(self, request: httpx.Request) -> httpx.Response:
        """Carry a request to its holder."""
        index = int(request.url.host.removeprefix("holder-").removesuffix(".example"))
        self.asked.append((index, request.url.path))
        if index in self.bent:
            return self.bent[index](request)
        found = answer(self.holders[index], request.url.path)
        return httpx.Response(found.status, json=found.document)

    def run(self, seconds: float) -> None:
        """Let all clocks run, and every holder do its round's work."""
        for machine in self.machines.values():
            machine.run(seconds)
        self.tick()

    def tick(self) -> None:
        for index, holder in self.holders.items():
            if index not in self.bent:
                holder.tick()
