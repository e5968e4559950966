"""What the local beacon remembers of time, so that a clock set forward does not open early."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from foundation import clock, machine

AHEAD = timedelta(seconds=60)
DRIFT = timedelta(seconds=2)


@dataclass(frozen=True)
class Clocks:
    """Where the beacon takes time from.

    Args:
        now: the wall clock.
        boot_seconds: seconds since this machine started, suspend counted.
        boot_id: differs after each start of the machine.
        synchronised: says whether the kernel knows the wall clock to be in step.
        jumped: says whether the wall clock left the boot clock.
        confirm: accepts the wall clock after a jump.
    """

    now: Callable[[], datetime]
    boot_seconds: Callable[[], float]
    boot_id: Callable[[], str]
    synchronised: Callable[[], bool]
    jumped: Callable[[], bool]
    confirm: Callable[[], None]


@dataclass(frozen=True)
class Anchor:
    """The last instant that was trusted, with the boot clock beside it, and the newest round."""

    at: datetime
    boot_seconds: float
    boot_id: str
    last_round: int

    def to_bytes(self) -> bytes:
        """Return the anchor's file."""
        return json.dumps(
            {
                "at": self.at.isoformat(),
                "boot_seconds": self.boot_seconds,
                "boot_id": self.boot_id,
                "last_round": self.last_round,
            }
        ).encode("utf-8")

    @classmethod
    def parse(cls, data: bytes) -> Anchor:
        """Read an anchor's file; ``ValueError`` when it is damaged."""
        try:
            found = json.loads(data)
            at = datetime.fromisoformat(found["at"])
            if at.tzinfo is None:
                raise ValueError("no zone")
            return cls(
                at.astimezone(UTC),
                float(found["boot_seconds"]),
                str(found["boot_id"]),
                int(found["last_round"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("anchor") from error


class TrustedTime:
    """The wall clock, held to at most a minute ahead of the anchor and the boot clock.

    Within one run of the machine the boot clock carries the anchor on; over a restart of the
    machine only a synchronised clock or an operator's word moves it. A clock that is vouched for
    also takes back the rounds that a wrong one reached before, so that it signs them when due.
    """

    def __init__(self, clocks: Clocks, anchor: Anchor | None) -> None:
        self._clocks = clocks
        wall = clocks.now()
        boot, boot_id = clocks.boot_seconds(), clocks.boot_id()
        if anchor is None:
            anchor = Anchor(wall, boot, boot_id, 0)
        elif anchor.boot_id != boot_id:
            anchor = replace(anchor, boot_seconds=boot, boot_id=boot_id)
        self._anchor = anchor

    @property
    def anchor(self) -> Anchor:
        """The present anchor."""
        return self._anchor

    def now(self) -> datetime:
        """Return the instant up to which rounds may be signed; moves the anchor on."""
        wall, carried = self._clocks.now(), self._carried()
        if self._clocks.synchronised():
            self.confirm()
            wall = self._anchor.at
        elif abs(wall - carried) <= DRIFT:
            self._move(wall)
        else:
            self._move(carried)
        return min(wall, self._anchor.at + AHEAD)

    def held(self) -> bool:
        """Say whether the wall clock runs ahead of what can be trusted."""
        if self._clocks.synchronised():
            return False
        return self._clocks.jumped() or self._clocks.now() > self._carried() + AHEAD

    def confirm(self) -> None:
        """Take the wall clock as it stands, on the word of an operator or the kernel."""
        self._clocks.confirm()
        self._move(self._clocks.now())
        self._anchor = replace(self._anchor, last_round=0)

    def reach(self, round_number: int) -> None:
        """Remember the newest round that was signed."""
        if round_number > self._anchor.last_round:
            self._anchor = replace(self._anchor, last_round=round_number)

    def _carried(self) -> datetime:
        elapsed = self._clocks.boot_seconds() - self._anchor.boot_seconds
        return self._anchor.at + timedelta(seconds=max(0.0, elapsed))

    def _move(self, at: datetime) -> None:
        self._anchor = replace(self._anchor, at=at, boot_seconds=self._clocks.boot_seconds())


def machine_clocks() -> Clocks:
    """Return the clocks of this machine."""
    return Clocks(
        now=clock.now,
        boot_seconds=machine.boot_seconds,
        boot_id=machine.boot_id,
        synchronised=machine.is_synchronised,
        jumped=clock.jumped,
        confirm=clock.confirm,
    )


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file of mode 600 so that a crash leaves the old or the new one whole."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
