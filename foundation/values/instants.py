"""Instants as fixed-width UTC text, the form in which they are stored, hashed and sent."""

import re
from datetime import UTC, datetime

_FIXED_WIDTH = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def instant_text(at: datetime) -> str:
    """Return the instant as fixed-width UTC text, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def instant_from_text(stored: str) -> datetime:
    """Return the aware instant that ``instant_text`` wrote.

    Raises:
        ValueError: the text has another form; ISO 8601 knows many.
    """
    # Every row that is read holds instants, and `strptime` takes ten times as long.
    if not _FIXED_WIDTH.fullmatch(stored):
        raise ValueError(f"not an instant: {stored!r}")
    return datetime.fromisoformat(stored)
