"""The only reader of time: the wall clock held against the machine's boot-time clock."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from foundation import machine

JUMP_LIMIT_SECONDS = 2.0
KEEP_SECONDS = 60.0


@dataclass(frozen=True)
class Reading:
    """Both clocks of this machine at one moment, in seconds, in the run that `boot_id` names."""

    wall: float
    boot: float
    boot_id: str

    @classmethod
    def take(cls) -> Reading:
        """Read both clocks now."""
        boot = machine.boot_seconds()
        return cls(time.time(), boot, machine.boot_id())  # noqa: TID251

    def carried_to(self, boot: float) -> float:
        """Return the wall time expected at a boot time of the same run."""
        return self.wall + (boot - self.boot)


class SteadyClock:
    """Wall time that refuses to jump.

    While wall and boot-time clocks agree within two seconds the wall clock is given. After a
    jump the last good wall time plus boot time is given until an operator confirms
    (decision 7): intake goes on, opening pauses.

    The processes of one machine share a file with the newest agreed reading: a process that
    starts after a jump knows of it, and all of them learn of the operator's confirmation.
    """

    def __init__(self, shared: Path | None = None) -> None:
        self._shared = shared
        found = self._read_shared()
        self._kept_boot = found.boot if found else 0.0
        self._agreed = found or Reading.take()

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        present = Reading.take()
        expected = self._expected(present)
        if abs(present.wall - expected) > JUMP_LIMIT_SECONDS:
            return datetime.fromtimestamp(expected, UTC)
        # Small corrections by time synchronisation are followed, so they never add up to a jump.
        self._agreed = present
        return datetime.fromtimestamp(present.wall, UTC)

    def jump(self) -> timedelta:
        """Return how far the wall clock has left the boot-time clock; zero up to two seconds."""
        present = Reading.take()
        seconds = present.wall - self._expected(present)
        return timedelta(seconds=seconds if abs(seconds) > JUMP_LIMIT_SECONDS else 0)

    def jumped(self) -> bool:
        """Tell whether the wall clock has left the boot-time clock by more than two seconds."""
        return self.jump() != timedelta(0)

    def confirm(self) -> None:
        """Accept the wall clock as it stands now, for every process that shares the file."""
        self._agreed = Reading.take()
        self._write_shared()

    def keep(self) -> None:
        """Share the present reading once a minute while both clocks agree; nothing after a jump."""
        present = Reading.take()
        is_due = present.boot - self._kept_boot >= KEEP_SECONDS or not self._kept_boot
        if is_due and not self.jumped():
            self.confirm()

    def _expected(self, present: Reading) -> float:
        expected = self._agreed.carried_to(present.boot)
        if abs(present.wall - expected) <= JUMP_LIMIT_SECONDS:
            return expected
        newest = self._read_shared()
        if newest is not None and newest.boot > self._agreed.boot:
            self._agreed = newest
        return self._agreed.carried_to(present.boot)

    def _read_shared(self) -> Reading | None:
        """Return the shared reading of this run of the machine, if there is one."""
        if self._shared is None:
            return None
        try:
            found = json.loads(self._shared.read_bytes())
            reading = Reading(float(found["wall"]), float(found["boot"]), str(found["boot_id"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return reading if reading.boot_id == machine.boot_id() else None

    def _write_shared(self) -> None:
        if self._shared is None:
            return
        fresh = self._shared.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(asdict(self._agreed)), encoding="utf-8")
        fresh.replace(self._shared)
        self._kept_boot = self._agreed.boot


class FrozenClock:
    """A clock for tests that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.jumped_by = timedelta(0)

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self.at

    def jump(self) -> timedelta:
        """Return the jump that a test asked for."""
        return self.jumped_by

    def jumped(self) -> bool:
        """Tell whether a test asked for a jump."""
        return self.jumped_by != timedelta(0)

    def confirm(self) -> None:
        """End the jump."""
        self.jumped_by = timedelta(0)

    def keep(self) -> None:
        """Do nothing: no other process shares a frozen clock."""

    def move_to(self, at: datetime) -> None:
        """Stand at ``at`` from now on."""
        self.at = at

    def advance(self, **span: float) -> None:
        """Move on by a ``timedelta`` given in its keywords."""
        self.at += timedelta(**span)


_clock: SteadyClock | FrozenClock = SteadyClock()


def now() -> datetime:
    """Return the present instant, aware and in UTC.

    Nothing that decides may call this: rules take ``now``, acts read ``uow.now``, which
    comes from the database after the lock.
    """
    return _clock.now()


def share(path: Path) -> None:
    """Share the agreed reading with the other processes of this machine through a file."""
    global _clock
    _clock = SteadyClock(path)


def keep() -> None:
    """Share the present reading while both clocks agree; the worker does so again and again."""
    _clock.keep()


def jump() -> timedelta:
    """Return how far the wall clock jumped and nobody has confirmed it; else zero."""
    return _clock.jump()


def jumped() -> bool:
    """Tell whether the wall clock jumped; opening pauses until it is confirmed."""
    return _clock.jumped()


def confirm() -> None:
    """Accept the wall clock after a jump, by an operator's act or the beacon's word.

    Raises:
        OSError: the shared file cannot be written.
    """
    _clock.confirm()


@contextlib.contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Stand still at ``at`` inside the block, in this process; for tests."""
    global _clock
    before = _clock
    _clock = clock = FrozenClock(at)
    try:
        yield clock
    finally:
        _clock = before
