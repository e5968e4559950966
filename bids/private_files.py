"""Files for this installation alone that did not exist before."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from foundation.modes import file_mode


def create_private(path: Path) -> BinaryIO:
    """Create a file for this installation alone, and return it open for writing.

    Raises:
        FileExistsError: something has the name already.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode()), "wb")
