"""The eight methods by which every package keeps large bytes, wherever they lie."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)*")
LONGEST_KEY = 300
CHUNK = 1 << 20


@dataclass(frozen=True)
class BlobStat:
    """A stored blob: its key, size in bytes and SHA-256 (hex)."""

    key: str
    size: int
    sha256: str


class BlobStore(Protocol):
    """Write once, read, delete. A key is lower-case words, digits, ``-`` and ``/``.

    Every method may raise OSError, and `BlobsAway` where the store lies on another machine.
    """

    def put_new(self, key: str, chunks: Iterable[bytes], *, sha256: str = "") -> BlobStat:
        """Store ``chunks`` durably under ``key``; return what was stored.

        Args:
            key: where nothing is stored yet.
            chunks: the bytes.
            sha256: their SHA-256 (hex), where the caller has just hashed them in memory.

        Raises:
            BlobExists: something is already stored, durably, under ``key``.
        """

    def put_file(self, key: str, file: Path, *, sha256: str) -> BlobStat:
        """Store a file of ours durably under ``key``, without copying it where that can be.

        Args:
            key: where nothing is stored yet.
            file: it is not written to any more, and its present name may go.
            sha256: of its bytes (hex), as they were hashed when it was written.

        Raises:
            BlobExists: something is already stored, durably, under ``key``.
        """

    def open(self, key: str) -> BinaryIO:
        """Return a readable stream that seeks.

        Raises:
            BlobMissing: nothing is stored under ``key``.
        """

    def stat(self, key: str) -> BlobStat:
        """Return size and SHA-256 of the stored bytes, hashed again.

        Raises:
            BlobMissing: nothing is stored under ``key``.
        """

    def delete(self, key: str) -> None:
        """Remove the blob; nothing happens when it is not there."""

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with ``prefix``, in order."""

    def sweep(self) -> None:
        """Remove what processes that were killed had begun to store; no key is touched."""

    def health(self) -> None:
        """Raise OSError when the store cannot be written."""


class BlobExists(Exception):
    """Something is already stored under this key."""


class BlobMissing(Exception):
    """Nothing is stored under this key: the store itself has answered so."""


class Why(StrEnum):
    """What keeps us from a store on another machine."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NO_BUCKET = "no-bucket"
    REPLACES = "replaces"


class BlobsAway(OSError):
    """The store cannot be asked just now; whether a blob is there or whole, nobody knows."""

    def __init__(self, why: str = Why.UNREACHABLE) -> None:
        super().__init__(str(why))
        self.why = Why(why)


def check_key(key: str) -> str:
    """Return ``key``.

    Raises:
        ValueError: it is no key.
    """
    if not KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise ValueError(f"bad blob key: {key!r}")
    return key
