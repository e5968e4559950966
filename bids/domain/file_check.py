"""What was found in a file of an opened bid, and how it may then be handed out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_UNPACKED = 512 << 20  # bytes of all that an archive holds, whatever lies in it


class FileState(StrEnum):
    """The outcome of a check; a scanner alone never rejects a bid."""

    CLEAN = "clean"
    UNSCANNED = "unscanned"
    FOUND = "found"
    UNSCANNABLE = "unscannable"
    UNPACKS_TOO_MUCH = "unpacks-too-much"


class Handing(StrEnum):
    """How a file leaves: at once, after a step that is recorded, or not yet."""

    AT_ONCE = "at-once"
    WARNED = "warned"
    NOT_YET = "not-yet"


@dataclass(frozen=True)
class FileCheck:
    """A file's state and, for `found`, the scanner's name of what it found."""

    state: FileState
    detail: str = ""


def is_due(state: str | None, *, scanner: bool) -> bool:
    """Tell whether a file is to be checked: never was, or only without the scanner."""
    return state is None or (scanner and state == FileState.UNSCANNED)


def handing_out(state: str | None, *, scanner: bool) -> Handing:
    """Tell how a file may be handed out.

    Args:
        state: the outcome of its check, None before that.
        scanner: whether this installation has a virus scanner: then it comes first.
    """
    if is_due(state, scanner=scanner):
        return Handing.NOT_YET if scanner else Handing.AT_ONCE
    if state in {FileState.CLEAN, FileState.UNSCANNED}:
        return Handing.AT_ONCE
    return Handing.WARNED
