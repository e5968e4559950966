"""The keys of this installation, each a file that only its processes can read."""

import os
import secrets as chance
from pathlib import Path

from foundation.modes import file_mode
from foundation.settings import Settings


def secret_key(settings: Settings) -> bytes:
    """Return the key that signs CSRF tokens, made at the first start."""
    return key_file(settings.folder("keys") / "web.key", 32)


def key_file(path: Path, size: int) -> bytes:
    """Return the bytes of a key file, making it with random bytes when it is missing."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode())
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        key = chance.token_bytes(size)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
