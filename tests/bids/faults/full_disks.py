"""A disk of a few MiB in memory, filled to the brim and emptied again."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

DISK_BYTES = 6 << 20
BLOCK = 4096


class SmallDisk:
    """A tmpfs of its own; `fill` leaves so many bytes free, `make_room` gives all back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / ".ballast"

    def free(self) -> int:
        """Return how many bytes still go on it."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def fill(self, leave: int = 0) -> None:
        """Fill the disk but for ``leave`` bytes, in whole blocks."""
        with self._ballast.open("ab", buffering=0) as file:
            missing = (self.free() - leave) // BLOCK * BLOCK
            while missing > 0:
                try:
                    missing -= file.write(bytes(min(missing, 1 << 20)))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    return

    def make_room(self) -> None:
        """Take away what filled the disk."""
        self._ballast.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(folder: Path, size: int = DISK_BYTES) -> Iterator[SmallDisk]:
    """Mount a small disk on a new folder until the block ends.

    Raises:
        PermissionError: this machine lets us mount nothing.
    """
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", folder]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise PermissionError(done.stderr.decode(errors="replace").strip())
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
