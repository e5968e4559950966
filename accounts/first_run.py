"""The set-up code that guards the first run: a file that only the operator can read."""

import hmac
import os
import secrets
from pathlib import Path

from foundation.modes import file_mode
from foundation.settings import Settings

_MARKS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 3, 4


def code_file(settings: Settings) -> Path:
    """Return where the set-up code lies."""
    return settings.folder("keys") / "setup-code"


def setup_code(settings: Settings) -> str:
    """Return the set-up code, made at the first call with mode 600; print it at start.

    Call it only while ``queries.has_accounts`` is False.
    """
    path = code_file(settings)
    code = "-".join("".join(secrets.choice(_MARKS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode())
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(code + "\n")
    return code


def is_setup_code(settings: Settings, typed: str) -> bool:
    """Tell whether ``typed`` is the set-up code; case, spaces and hyphens do not matter."""
    return hmac.compare_digest(_plain(setup_code(settings)), _plain(typed))


def forget(settings: Settings) -> None:
    """Remove the code once the first administrator exists."""
    code_file(settings).unlink(missing_ok=True)


def _plain(code: str) -> bytes:
    return "".join(mark for mark in code.upper() if mark.isalnum()).encode()
