"""Base64 with padding, canonical both ways (RFC 4648, as signed notes and proofs use it)."""

import binascii


def encode(data: bytes) -> str:
    """Return standard base64 with padding."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of padded base64.

    Raises:
        ValueError: foreign letters, missing padding, or bits after the last byte.
    """
    data = binascii.a2b_base64(text, strict_mode=True)
    if encode(data) != text:
        raise ValueError("base64 is not canonical")
    return data
