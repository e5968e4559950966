"""Child processes for bytes that nobody vouches for: no secrets, no files, little memory and time.

The parent calls `run_confined`; the child calls `confine` once everything is imported and before
it looks at the first byte. From then on it can open no file and no connection, start nothing and
write to its standard output alone.
"""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
POLITE = 10  # whoever hands in a bid goes first
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38


@dataclass(frozen=True)
class Bounds:
    """What a child may use.

    Args:
        memory: address space in bytes.
        cpu_seconds: seconds of computing.
        wall_seconds: seconds until the parent kills it.
        answer: bytes that the parent takes from it.
    """

    memory: int
    cpu_seconds: int
    wall_seconds: float
    answer: int


class ConfinedFailure(Exception):
    """The child died, was killed, or answered too much."""


def confine(bounds: Bounds) -> None:
    """Give up, in the child, what it does not need; there is no way back."""
    os.nice(POLITE)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, bounds.cpu_seconds),
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))


def run_confined(
    module: str, arguments: Iterable[str], chunks: Iterable[bytes], bounds: Bounds
) -> bytes:
    """Run one of our modules on the bytes and return what it printed.

    The child reads all of its input before it answers.

    Args:
        module: a module whose `__main__` calls `confine`.
        arguments: its arguments.
        chunks: what it reads.
        bounds: its bounds; the parent keeps those of time and answer.

    Raises:
        ConfinedFailure: it did not end well within them.
    """
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(  # noqa: S603  our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=ENVIRONMENT,
    ) as child:
        end = threading.Timer(bounds.wall_seconds, child.kill)
        end.start()
        try:
            answer = _answer(child, chunks, bounds.answer)
            code = child.wait()
        finally:
            end.cancel()
            child.kill()
    if code != 0 or len(answer) > bounds.answer:
        raise ConfinedFailure(f"ended with {code}")
    return answer


def _answer(child: subprocess.Popen[bytes], chunks: Iterable[bytes], most: int) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise ConfinedFailure("no pipes")
    _feed(child.stdin, chunks)
    answer = child.stdout.read(most + 1)
    if len(answer) > most:
        child.kill()
    return answer


def _feed(pipe: IO[bytes], chunks: Iterable[bytes]) -> None:
    """Write all; a child that has died already reads no more."""
    try:
        for chunk in chunks:
            pipe.write(chunk)
        pipe.close()
    except BrokenPipeError:
        return
