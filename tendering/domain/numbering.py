"""The number that people read: short name, year, running number."""


def number_text(prefix: str, year: int, running: int) -> str:
    """Return ``KTC-2026-0007``; more than four digits are allowed to grow."""
    return f"{prefix.upper()}-{year}-{running:04d}"
