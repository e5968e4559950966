"""What a process of a run meets of its machine: a skewed wall clock, slow or failing fsync.

The library is built from `shim.c` by the machine's own compiler, once a folder.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
FIELDS = ("skew_seconds", "delay_us", "fail_from", "fail_count", "syncs", "failed")
PATTERN_OFFSET = 8 * len(FIELDS)
PATTERN_SIZE = 256


class Shim:
    """The control of all processes that are started with `environment`; changes hold at once."""

    def __init__(self, folder: Path, name: str = "shim") -> None:
        self.library = _library(folder)
        self.file = folder / f"{name}.control"
        self.file.write_bytes(bytes(PATTERN_OFFSET + PATTERN_SIZE))
        self.file.chmod(0o666)  # a database server under it is somebody else
        with self.file.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), 0)

    @property
    def environment(self) -> dict[str, str]:
        """Return what a process needs in its environment to be under this control."""
        return {"LD_PRELOAD": str(self.library), "MUHR_SHIM": str(self.file)}

    def skew(self, seconds: int) -> None:
        """Let the wall clock of these processes be ahead by so many seconds; behind if negative."""
        self._put("skew_seconds", seconds)

    def slow_syncs(self, seconds: float, pattern: str = "") -> None:
        """Let each sync of a file that matches take longer."""
        self._match(pattern)
        self._put("delay_us", int(seconds * 1_000_000))

    def fail_syncs(self, pattern: str, *, after: int = 0, count: int = 1) -> None:
        """Let syncs of files that match fail with EIO: ``count`` of them, ``after`` so many."""
        self._match(pattern)
        self._put("fail_count", count)
        self._put("failed", 0)
        self._put("fail_from", self.get("syncs") + after + 1)

    def calm(self) -> None:
        """Let syncs be as the disk has them again."""
        self._put("fail_from", 0)
        self._put("delay_us", 0)

    def get(self, field: str) -> int:
        """Return one of the numbers, such as how many syncs ``failed``."""
        value: int = struct.unpack_from("q", self._page, 8 * FIELDS.index(field))[0]
        return value

    def _put(self, field: str, value: int) -> None:
        struct.pack_into("q", self._page, 8 * FIELDS.index(field), value)

    def _match(self, pattern: str) -> None:
        self._put("fail_from", 0)
        data = os.fsencode(pattern)
        assert len(data) < PATTERN_SIZE
        self._page[PATTERN_OFFSET:] = data.ljust(PATTERN_SIZE, b"\0")


def _library(folder: Path) -> Path:
    library = folder / "shim.so"
    if not library.exists():
        command = ["gcc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"]
        subprocess.run(command, check=True)
    return library
