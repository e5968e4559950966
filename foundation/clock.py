"""The only reader of time: the wall clock held against the machine's boot-time clock."""

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

JUMP_LIMIT_SECONDS = 2.0


class SteadyClock:
    """Wall time that refuses to jump.

    While wall and boot-time clocks agree within two seconds the wall clock is given. After a
    jump the last good wall time plus boot time is given until an operator confirms
    (decision 7): intake goes on, opening pauses.
    """

    def __init__(self) -> None:
        self._anchor()

    def _anchor(self) -> None:
        self._wall_at = time.time()  # noqa: TID251
        self._boot_at = time.clock_gettime(time.CLOCK_BOOTTIME)

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        boot = time.clock_gettime(time.CLOCK_BOOTTIME)
        wall = time.time()  # noqa: TID251
        expected = self._wall_at + (boot - self._boot_at)
        if abs(wall - expected) > JUMP_LIMIT_SECONDS:
            return datetime.fromtimestamp(expected, UTC)
        # Small corrections by time synchronisation are followed, so they never add up to a jump.
        self._wall_at, self._boot_at = wall, boot
        return datetime.fromtimestamp(wall, UTC)

    def jumped(self) -> bool:
        """Tell whether the wall clock has left the boot-time clock by more than two seconds."""
        boot = time.clock_gettime(time.CLOCK_BOOTTIME)
        expected = self._wall_at + (boot - self._boot_at)
        return abs(time.time() - expected) > JUMP_LIMIT_SECONDS  # noqa: TID251

    def confirm(self) -> None:
        """Accept the wall clock as it stands now."""
        self._anchor()


class FrozenClock:
    """A clock for tests that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self.at

    def jumped(self) -> bool:
        """Return False: a frozen clock is moved on purpose only."""
        return False

    def confirm(self) -> None:
        """Do nothing: there is no other clock to compare with."""

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


def jumped() -> bool:
    """Tell whether the wall clock jumped; opening pauses until it is confirmed."""
    return _clock.jumped()


def confirm() -> None:
    """Accept the wall clock after a jump, by an operator's act or the beacon's word."""
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
