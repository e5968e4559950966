"""Bytes on their way: one partial file an upload, appended slice by slice, synced by nobody."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from foundation.modes import file_mode
from foundation.values.identifiers import check_id
from foundation.values.refusal import Refusal

HEADROOM_BYTES = 256 * 1024 * 1024
_SUFFIX = ".part"


class PartialUploads:
    """The partial files below one folder (mode 700) on the data disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, upload_id: str) -> Path:
        return self._folder / f"{check_id(upload_id)}{_SUFFIX}"

    def size(self, upload_id: str) -> int:
        """Return how many bytes are here."""
        try:
            return self._path(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def check_room(self, size: int) -> None:
        """Refuse bytes that the disk has no safe room for: they are stored twice for a moment.

        Raises:
            Refusal: `no-room`.
        """
        if shutil.disk_usage(self._folder).free < 2 * size + HEADROOM_BYTES:
            raise Refusal("no-room")

    def append(self, upload_id: str, offset: int, data: bytes, *, whole: int) -> int:
        """Append a slice at exactly `offset` and return the new size.

        The file's own size is the truth, read under a lock: two tabs cannot both append.

        Raises:
            Refusal: `wrong-offset` with the right one, `too-large` beyond `whole` bytes.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._path(upload_id), flags, file_mode())
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = os.fstat(file.fileno()).st_size
            if offset != size:
                raise Refusal("wrong-offset", offset=size)
            if size + len(data) > whole:
                raise Refusal("too-large")
            try:
                _write_all(file.fileno(), data, offset)
            except OSError as error:
                os.ftruncate(file.fileno(), size)
                raise Refusal("no-room") from error
            return size + len(data)

    def begin(self, upload_id: str) -> None:
        """Leave a sign that bytes may be stored for an upload: who collects partials looks there.

        Raises:
            OSError: the disk is full or failing.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        os.close(os.open(self._path(upload_id), flags, file_mode()))

    def open(self, upload_id: str) -> BinaryIO:
        """Return the bytes received so far.

        Raises:
            Refusal: `incomplete` when there are none.
        """
        try:
            return self._path(upload_id).open("rb")
        except FileNotFoundError as error:
            raise Refusal("incomplete", offset=0) from error

    def discard(self, upload_id: str) -> None:
        """Remove the partial file; nothing happens when it is not there."""
        self._path(upload_id).unlink(missing_ok=True)

    def uploads(self) -> Iterator[str]:
        """Yield the ids that have a partial file."""
        for path in self._folder.glob(f"*{_SUFFIX}"):
            yield path.name.removesuffix(_SUFFIX)


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written
