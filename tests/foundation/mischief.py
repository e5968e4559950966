"""A confined child that tries, after giving up its rights, what hostile bytes would make it try."""

import ctypes
import os
import socket
import sys
from collections.abc import Callable

from foundation.confinement import Bounds, confine

BOUNDS = Bounds(memory=512 << 20, cpu_seconds=1, wall_seconds=3, answer=1000)


def tried(step: Callable[[], object]) -> str:
    try:
        step()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    ctypes.CDLL(None).sleep(60)


STEPS: dict[str, Callable[[], object]] = {
    "read": lambda: open("/etc/passwd"),  # noqa: PTH123, SIM115
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "memory": lambda: bytes(600 << 20),
    "environment": lambda: (_ for _ in ()).throw(OSError) if "DATABASE_URL" in os.environ else None,
    "spin": spin,
    "sleep": sleep,
    "chatter": lambda: sys.stdout.write("x" * 5000),
    "dump": lambda: os.abort(),
}

if __name__ == "__main__":
    socket.getaddrinfo  # noqa: B018  loaded before the rights go
    confine(BOUNDS)
    sys.stdin.buffer.read()
    sys.stdout.write(tried(STEPS[sys.argv[1]]))
