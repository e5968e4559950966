"""Keys of both kinds, X25519 and post-quantum, read from their texts."""

from __future__ import annotations

from sealing import age, hybrid

AnyRecipient = age.Recipient | hybrid.HybridRecipient
AnyIdentity = age.Identity | hybrid.HybridIdentity


def parse_recipient(text: str) -> AnyRecipient:
    """Read ``age1…`` or ``age1pq1…`` in its canonical lower case.

    Raises:
        ValueError: anything else.
    """
    if text.startswith(hybrid.RECIPIENT + "1"):
        return hybrid.HybridRecipient.parse(text)
    return age.Recipient.parse(text)


def parse_identity(text: str) -> AnyIdentity:
    """Read ``AGE-SECRET-KEY-1…`` or ``AGE-SECRET-KEY-PQ-1…``.

    Raises:
        ValueError: anything else.
    """
    if text.lower().startswith(hybrid.IDENTITY + "1"):
        return hybrid.HybridIdentity.parse(text)
    return age.Identity.parse(text)


def parse_identity_file(text: str) -> tuple[AnyIdentity, ...]:
    """Read an identity file: one key a line, empty lines and ``#`` comments apart.

    Raises:
        ValueError: no key, or a line that is none.
    """
    lines = [line.strip() for line in text.splitlines()]
    keys = tuple(parse_identity(line) for line in lines if line and not line.startswith("#"))
    if not keys:
        raise ValueError("no identity in the file")
    return keys
