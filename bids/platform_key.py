"""The platform's Ed25519 key, which signs acknowledgements and the list of the opening."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from foundation.durable_files import create_private, sync_folder
from foundation.settings import Settings
from sealing import signatures

SEED_BYTES = 32


@dataclass(frozen=True)
class PlatformKey:
    """Signs notes; the seed never leaves its file of mode 600 and this process."""

    signer: signatures.NoteSigner = field(repr=False)

    def sign(self, text: str) -> str:
        """Return the signed note over `text`, which ends with a line feed."""
        return signatures.sign_note(text, [self.signer])

    def verifier(self) -> signatures.NoteVerifier:
        """Return the public half, by which anybody checks a note."""
        return self.signer.verifier


def load_platform_key(settings: Settings) -> PlatformKey:
    """Return the key of this installation, made at its first use.

    Raises:
        ValueError: the key file has another length than 32 bytes.
    """
    path = settings.folder("keys") / "platform.key"
    if not path.exists():
        _make(path)
    name = f"{urlsplit(settings.public_url).netloc}/muhr"
    file = path.stat()
    return _read(path, name, file.st_ino, file.st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, name: str, _inode: int, _changed_ns: int) -> PlatformKey:
    """Read a key once as long as its file is the same: every reception signs."""
    return PlatformKey(signatures.NoteSigner(name, path.read_bytes()))


def _make(path: Path) -> None:
    """Write the seed whole before it gets its name, so that two processes share one key."""
    temporary = path.with_name(f".platform-{secrets.token_hex(8)}")
    with create_private(temporary) as file:
        file.write(secrets.token_bytes(SEED_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    sync_folder(path.parent)
