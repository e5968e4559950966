"""What this machine says of itself: which run it is in, for how long, whether its clock is kept."""

from __future__ import annotations

import ctypes
import functools
import time
from hashlib import sha256
from pathlib import Path

CLOCK_ERROR = 5
_MACHINE_ID = Path("/etc/machine-id")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@functools.cache
def boot_id() -> str:
    """Return the name of this run of the machine; another one after each start."""
    return _BOOT_ID.read_text(encoding="ascii").strip()


def host_mark(challenge: str) -> str:
    """Return a mark of this machine that only this machine can make for a challenge.

    Two processes with the same challenge learn whether they share a machine, and nothing else.
    Empty where the machine has no id of its own.
    """
    try:
        own = _MACHINE_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return sha256(f"muhr-host\0{challenge}\0{own}".encode()).hexdigest() if own else ""


def boot_seconds() -> float:
    """Return the seconds since this machine started, suspend counted."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def is_synchronised() -> bool:
    """Ask the kernel whether something keeps its clock in step (adjtimex)."""
    state = ctypes.create_string_buffer(512)
    answer: int = ctypes.CDLL(None).adjtimex(state)
    return 0 <= answer < CLOCK_ERROR
