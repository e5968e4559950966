"""The six methods by which every package keeps large bytes, wherever they lie."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class BlobStat:
    """A stored blob: its key, size in bytes and SHA-256 (hex)."""

    key: str
    size: int
    sha256: str


class BlobStore(Protocol):
    """Write once, read, delete. A key is lower-case words, digits, ``-`` and ``/``."""

    def put_new(self, key: str, chunks: Iterable[bytes]) -> BlobStat:
        """Store ``chunks`` durably under ``key``; return what was stored.

        Raises:
            BlobExists: something is already stored under ``key``.
        """

    def open(self, key: str) -> BinaryIO:
        """Return a readable stream.

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

    def health(self) -> None:
        """Raise OSError when the store cannot be written."""


class BlobExists(Exception):
    """Something is already stored under this key."""


class BlobMissing(Exception):
    """Nothing is stored under this key."""
