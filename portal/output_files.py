"""Results of a command: whole, of mode 600, and never in the place of something that exists."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from foundation.values.refusal import Refusal


class FreshFile:
    """A file that appears under its name when it is published, and stays if nothing fails after.

    Raises:
        Refusal: ``output-exists`` when something stands there already.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = _beside(path)
        self._published = False
        self.sink: BinaryIO = _create(self._partial)

    def publish(self) -> None:
        """Let the file appear; a link cannot take the place of another file."""
        self.sink.flush()
        os.fsync(self.sink.fileno())
        try:
            os.link(self._partial, self._path)
        except FileExistsError as error:
            raise Refusal("output-exists") from error
        self._published = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.sink.close()
        if error is not None and self._published:
            self._path.unlink(missing_ok=True)
        self._partial.unlink(missing_ok=True)


class FreshFolder:
    """A folder of mode 700 that appears only when it is published, with all its files.

    Raises:
        Refusal: ``output-exists`` when a file or a folder with something in it stands there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = _beside(path)
        self._partial.mkdir(mode=0o700)

    def add(self, name: str) -> BinaryIO:
        """Return the place for a file with a name that was checked to be no path."""
        return _create(self._partial / name)

    def publish(self) -> None:
        """Let the folder appear; only an empty one gives way."""
        try:
            self._partial.rename(self._path)
        except (FileExistsError, NotADirectoryError) as error:
            raise Refusal("output-exists") from error
        except OSError as error:
            if self._path.is_dir() and any(self._path.iterdir()):
                raise Refusal("output-exists") from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._partial, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.absolute().parent / f".{secrets.token_hex(8)}.partial"


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
