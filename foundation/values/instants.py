"""Instants as fixed-width UTC text, the form in which they are stored, hashed and sent."""

from datetime import UTC, datetime


def instant_text(at: datetime) -> str:
    """Return the instant as fixed-width UTC text, so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant_from_text(stored: str) -> datetime:
    """Return the aware instant that ``instant_text`` wrote."""
    return datetime.strptime(stored, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
