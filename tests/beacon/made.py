"""A local beacon in a temporary folder whose clocks a test moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from beacon.anchor import Clocks
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
