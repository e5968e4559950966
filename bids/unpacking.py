"""How much an archive unpacks to, counted while inflating it, in a confined process.

Counts zip files (office documents among them), tar, gzip, bzip2 and xz, and such files within
each other, against one bound for all. What is locked, damaged or of another kind is counted as
far as it goes: the scanner, where there is one, knows more kinds.
"""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import IO

from bids.domain.file_check import MOST_UNPACKED
from foundation.confinement import Bounds, ConfinedFailure, confine, run_confined

COUNTING = Bounds(memory=1 << 30, cpu_seconds=60, wall_seconds=120, answer=100)
MOST_MEMBERS = 20_000
LARGEST_INNER = 64 << 20  # an archive within an archive is looked into up to this size
DEEPEST = 6
SLICE = 256 * 1024
WITHIN, OVER = "within", "over"
TAR_MARK = slice(257, 262)
STREAMS: dict[bytes, Callable[[io.BytesIO], io.BufferedIOBase]] = {
    b"\x1f\x8b": lambda data: gzip.GzipFile(fileobj=data),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
# What damaged and locked archives raise in the libraries that read them.
UNREADABLE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
              RuntimeError, ValueError, NotImplementedError)  # fmt: skip


class TooMuch(Exception):
    """The archive unpacks to more than anybody's device should be asked to hold."""


class Budget:
    """The bytes that may still come out."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self, size: int) -> None:
        """Count bytes that came out.

        Raises:
            TooMuch: they were more than what was left.
        """
        self.left -= size
        if self.left < 0:
            raise TooMuch


def unpacks_too_much(chunks: Iterable[bytes]) -> bool:
    """Tell whether a file is an archive that unpacks to more than `MOST_UNPACKED` bytes.

    One that cannot be counted within the bounds of time and memory asks for too much as well.
    """
    try:
        return run_confined("bids.unpacking", [], chunks, COUNTING) != WITHIN.encode()
    except ConfinedFailure:
        return True


def count(data: bytes, budget: Budget, depth: int = 0) -> None:
    """Inflate all that lies in ``data`` and throw it away.

    Raises:
        TooMuch: it is more than the budget, too many members, or nested too deep.
    """
    if depth > DEEPEST:
        raise TooMuch
    try:
        for mark, opener in STREAMS.items():
            if data.startswith(mark):
                with opener(io.BytesIO(data)) as stream:
                    _drain(stream, budget, depth)
                return
        if data[TAR_MARK] == b"ustar":
            _count_tar(data, budget, depth)
        elif zipfile.is_zipfile(io.BytesIO(data)):
            _count_zip(data, budget, depth)
    except UNREADABLE:
        return


def _count_tar(data: bytes, budget: Budget, depth: int) -> None:
    """Count each file; one with holes counts as long as it says, since it unpacks to that."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for number, member in enumerate(archive, 1):
            if number > MOST_MEMBERS:
                raise TooMuch
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is not None:
                with stream:
                    _drain(stream, budget, depth)


def _count_zip(data: bytes, budget: Budget, depth: int) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise TooMuch
        for member in members:
            try:
                with archive.open(member) as stream:
                    _drain(stream, budget, depth)
            except UNREADABLE:
                continue


def _drain(stream: IO[bytes] | io.BufferedIOBase, budget: Budget, depth: int) -> None:
    kept = bytearray()
    while piece := stream.read(SLICE):
        budget.take(len(piece))
        if len(kept) <= LARGEST_INNER:
            kept += piece
    if len(kept) <= LARGEST_INNER:
        count(bytes(kept), budget, depth + 1)


def main() -> int:
    """Count standard input; print ``within`` or ``over``."""
    "loaded now, for later imports are impossible".encode("cp437")
    confine(COUNTING)
    try:
        count(sys.stdin.buffer.read(), Budget(MOST_UNPACKED))
        sys.stdout.write(WITHIN)
    except (TooMuch, MemoryError):
        sys.stdout.write(OVER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
