"""Secrets with values that nothing else has, and the search for them in whatever is put out."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path

# What the application of a test holds; whatever logs or prints one of these fails its test.
PLANTED = {
    "web.key": b"canary: the web's key, 32 bytes.",
    "accounts.key": b"canary: the accounts' 32 bytes!!",
    "password": b"correct horse battery",
}


def plant(folder: Path) -> None:
    """Give an application keys that the search knows, where it has none yet."""
    for name, key in PLANTED.items():
        if name.endswith(".key") and not (folder / name).exists():
            (folder / name).write_bytes(key[:32])
            (folder / name).chmod(0o600)


def traces(secret: bytes) -> tuple[bytes, ...]:
    """Return a secret as it may show: as it is, in hex, in base64 at any offset, as UTF-16."""
    shown = [secret, secret.hex().encode(), secret.hex().upper().encode()]
    # What a neighbouring byte does to the first and last digits of base64 is left out.
    for before in range(3):
        coded = base64.b64encode(bytes(before) + secret)[4:-4]
        shown += [coded, coded.translate(bytes.maketrans(b"+/", b"-_"))]
    with contextlib.suppress(UnicodeDecodeError):
        shown.append(secret.decode().encode("utf-16-le"))
    return tuple(shown)


def found_in(said: bytes, secrets: Mapping[str, bytes]) -> list[str]:
    """Return the names of the secrets that ``said`` shows."""
    return [
        name for name, secret in secrets.items() if any(trace in said for trace in traces(secret))
    ]


def found_below(
    folder: Path, secrets: Mapping[str, bytes], *, keeping: Iterable[str] = ()
) -> list[str]:
    """Return ``file: secret`` for each file below a folder, those below ``keeping`` left out."""
    kept = tuple(f"{name}/" for name in keeping)
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(kept):
            found += [f"{name}: {secret}" for secret in found_in(path.read_bytes(), secrets)]
    return found
