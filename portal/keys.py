"""The keys of this installation, each a file that only its processes can read."""

import contextlib
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
    if not path.exists():
        _make(path, size)
    return path.read_bytes()


def _make(path: Path, size: int) -> None:
    """Write the key whole before it gets its name: several web processes may start at once."""
    fresh = path.with_name(f".{path.name}-{chance.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode())
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(chance.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()
