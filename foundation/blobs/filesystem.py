"""Blobs as files in one folder, written so that a power cut leaves all or nothing."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from foundation.blobs.store import BlobExists, BlobMissing, BlobStat
from foundation.modes import file_mode, folder_mode

KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)*")
CHUNK = 1 << 20
_TEMPORARY = ".partial-"


class FilesystemBlobs:
    """A blob store below ``root``, a folder for us alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=folder_mode(), parents=True, exist_ok=True)

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key) or len(key) > 300:
            raise ValueError(f"bad blob key: {key!r}")
        return self.root / key

    def put_new(self, key: str, chunks: Iterable[bytes]) -> BlobStat:
        """Write a temporary file beside the target, sync, link, sync the folder.

        Source:
            Durable write order: O_EXCL temp, stream and hash, fdatasync, rename, fsync folder.
        """
        target = self._path(key)
        self._make_folder(target.parent)
        temporary = target.parent / f"{_TEMPORARY}{secrets.token_hex(8)}"
        digest, size = hashlib.sha256(), 0
        try:
            with create_private(temporary) as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fdatasync(file.fileno())
            try:
                os.link(temporary, target)  # unlike a rename, a link refuses to replace
            except FileExistsError as error:
                raise BlobExists(key) from error
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)
        return BlobStat(key, size, digest.hexdigest())

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
        while folder != self.root.parent:
            sync_folder(folder.parent)
            folder = folder.parent

    def open(self, key: str) -> BinaryIO:
        """Return the file, open for reading."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(key) from error

    def stat(self, key: str) -> BlobStat:
        """Return size and SHA-256 of the file's bytes as they lie there now."""
        with self.open(key) as file:
            digest, size = hashlib.sha256(), 0
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        return BlobStat(key, size, digest.hexdigest())

    def delete(self, key: str) -> None:
        """Unlink the file and sync its folder."""
        path = self._path(key)
        if path.exists():
            path.unlink(missing_ok=True)
            sync_folder(path.parent)

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys of all files whose key begins with ``prefix``."""
        for path in sorted(self.root.rglob("*")):
            key = path.relative_to(self.root).as_posix()
            if path.is_file() and not path.name.startswith(_TEMPORARY) and key.startswith(prefix):
                yield key

    def health(self) -> None:
        """Write, sync and remove a small file."""
        probe = self.root / f"{_TEMPORARY}{secrets.token_hex(8)}"
        with create_private(probe) as file:
            file.write(b"muhr")
            os.fsync(file.fileno())
        probe.unlink()


def create_private(path: Path) -> BinaryIO:
    """Create ``path`` for us alone and return it open for writing.

    Raises:
        FileExistsError: something is there already.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode()), "wb")


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
