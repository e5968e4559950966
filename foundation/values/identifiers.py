"""Opaque random identifiers and the short numbers people read aloud."""

import base64
import re
import secrets

from foundation.values.refusal import Refusal

ID_PATTERN = re.compile(r"[A-Za-z0-9-]{1,40}")
NUMBER_PATTERN = re.compile(r"[A-Z2-7]{8}")


def _base32(random_bytes: bytes) -> str:
    return base64.b32encode(random_bytes).decode().rstrip("=")


def new_id() -> str:
    """Return 26 characters carrying 128 random bits; they tell neither time nor order."""
    return _base32(secrets.token_bytes(16)).lower()


def new_number() -> str:
    """Return 8 base32 characters carrying 40 random bits (decision 12)."""
    return _base32(secrets.token_bytes(5))


def check_id(text: str) -> str:
    """Return ``text`` when it has the form of an identifier.

    Raises:
        Refusal: ``bad-identifier``.
    """
    if not ID_PATTERN.fullmatch(text):
        raise Refusal("bad-identifier")
    return text
