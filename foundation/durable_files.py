"""Files for us alone, and names in a folder made durable."""

import os
from pathlib import Path
from typing import BinaryIO

from foundation.modes import file_mode


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
