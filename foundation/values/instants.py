"""Instants as fixed-width UTC text, the form in which they are stored, hashed and sent."""

import re
from datetime import UTC, datetime

_FIXED_WIDTH = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def instant_text(at: datetime) -> str:
    """Return the instant as fixed-width UTC text, so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant_from_text(stored: str) -> datetime:
    """Return the aware instant that ``instant_text`` wrote."""
    if _FIXED_WIDTH.fullmatch(stored):  # ten times as fast, and lists read a hundred a page
        return datetime.fromisoformat(stored)
    return datetime.strptime(stored, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
