"""Bodies of requests that a front kept in files: only the front's own files are ever opened."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from datetime import datetime, timedelta
from pathlib import Path

from bids.domain.reception import SLICE_MAX
from foundation.values.refusal import Refusal

# What nginx calls the file of a request's body, the number of the file in ten digits or more.
_NAME = re.compile(r"[0-9]{10,20}")
LEFT_BEHIND = timedelta(hours=1)
# Whatever lies under the name: no link is followed, and no pipe keeps the request waiting.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class BodyFiles:
    """The folder, for the front and us alone, into which the front writes bodies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes:
        """Return the body that the front keeps in the file ``path``.

        Raises:
            Refusal: ``bad-slice`` when that is no plain file of the front in this folder, or not
                there any more; ``too-large`` beyond one slice.
        """
        folder, _, name = path.rpartition("/")
        if folder != str(self._folder) or not _NAME.fullmatch(name):
            raise Refusal("bad-slice")
        try:
            descriptor = os.open(path, _FLAGS)
        except OSError as error:
            raise Refusal("bad-slice") from error
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise Refusal("bad-slice")
            if found.st_size > SLICE_MAX:
                raise Refusal("too-large")
            return os.read(descriptor, SLICE_MAX)
        finally:
            os.close(descriptor)

    def collect(self, now: datetime) -> None:
        """Remove what a front that was killed left behind: nobody wrote to it for an hour."""
        before = (now - LEFT_BEHIND).timestamp()
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for entry in entries:
                if (
                    _NAME.fullmatch(entry.name)
                    and entry.stat(follow_symlinks=False).st_mtime < before
                ):
                    Path(entry.path).unlink(missing_ok=True)
