"""The committee keys of the demo's people, kept in a file so that whoever practises can use them.

In earnest a key is made on its member's device and never leaves it. Here nobody has made one, so
they lie open in the data folder; the practice database that they belong to never becomes real.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from foundation.modes import file_mode
from foundation.settings import Settings

FOLDER, NAME = "practice", "committee-keys.json"
# By the tender's id and the member's account.
Keys = Mapping[str, Mapping[str, str]]


def path_of(settings: Settings) -> Path:
    """Return the file of the practice keys."""
    return settings.folder(FOLDER) / NAME


def practice_keys(settings: Settings) -> Keys:
    """Return the keys that may be used; none outside practice."""
    path = path_of(settings)
    if not settings.practice or not path.is_file():
        return {}
    found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return found


def keep(settings: Settings, tender_id: str, keys: Mapping[str, str]) -> None:
    """Add a tender's keys, by the members' accounts, to the file."""
    path, known = path_of(settings), dict(practice_keys(settings))
    known[tender_id] = dict(keys)
    path.touch(mode=file_mode())
    path.write_text(json.dumps(known, indent=1), "utf-8")
