"""Base64 without padding, canonical both ways (RFC 4648, as the age format uses it)."""

import binascii


def encode(data: bytes) -> str:
    """Return standard base64 without padding."""
    return binascii.b2a_base64(data, newline=False).decode("ascii").rstrip("=")


def decode(text: str) -> bytes:
    """Return the bytes of unpadded base64.

    Raises:
        ValueError: foreign letters, padding, or bits after the last byte.
    """
    if "=" in text:
        raise ValueError("padded base64")
    data = binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
    if encode(data) != text:
        raise ValueError("base64 is not canonical")
    return data
