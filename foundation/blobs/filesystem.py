"""Blobs as files in one folder, written so that a power cut leaves all or nothing."""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from foundation.blobs.store import CHUNK, BlobExists, BlobMissing, BlobStat, check_key
from foundation.durable_files import create_private, sync_folder
from foundation.modes import folder_mode

_TEMPORARY = ".partial-"


class FilesystemBlobs:
    """A blob store below ``root``, a folder for us alone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=folder_mode(), parents=True, exist_ok=True)

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    def put_new(self, key: str, chunks: Iterable[bytes], *, sha256: str = "") -> BlobStat:
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
                fcntl.flock(file, fcntl.LOCK_EX)  # whoever sweeps sees that it is being written
                for chunk in chunks:
                    if not sha256:
                        digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fdatasync(file.fileno())
                self._name(temporary, target, key)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(target.parent)
        return BlobStat(key, size, sha256 or digest.hexdigest())

    def put_file(self, key: str, file: Path, *, sha256: str) -> BlobStat:
        """Sync the file and give it a second name; from another disk it is copied."""
        target = self._path(key)
        self._make_folder(target.parent)
        with file.open("rb") as stream:
            if os.fstat(stream.fileno()).st_dev != target.parent.stat().st_dev:
                return self.put_new(key, iter(lambda: stream.read(CHUNK), b""), sha256=sha256)
            os.fdatasync(stream.fileno())
            size = os.fstat(stream.fileno()).st_size
        self._name(file, target, key)
        sync_folder(target.parent)
        return BlobStat(key, size, sha256)

    def _name(self, file: Path, target: Path, key: str) -> None:
        try:
            os.link(file, target)  # unlike a rename, a link refuses to replace
        except FileExistsError as error:
            # Whoever wrote it may have died, or failed, before its name was durable.
            sync_folder(target.parent)
            raise BlobExists(key) from error

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
        yield from sorted(
            key
            for path in self.root.rglob("*")
            if (key := path.relative_to(self.root).as_posix()).startswith(prefix)
            and not path.name.startswith(_TEMPORARY)
            and path.is_file()
        )

    def sweep(self) -> None:
        """Remove what a killed process had begun to write: bytes in a file whose lock is free."""
        for path in self.root.rglob(f"{_TEMPORARY}*"):
            with suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(file.fileno()).st_size:  # an empty one may not be locked yet
                    path.unlink(missing_ok=True)

    def health(self) -> None:
        """Write, sync and remove a small file."""
        probe = self.root / f"{_TEMPORARY}{secrets.token_hex(8)}"
        with create_private(probe) as file:
            file.write(b"muhr")
            os.fsync(file.fileno())
        probe.unlink(missing_ok=True)
