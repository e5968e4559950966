"""Post-quantum age keys, `age1pq1…`: MLKEM768-X25519 under HPKE (C2SP age)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import shake_256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from sealing import base64, bech32
from sealing.age_header import Stanza
from sealing.age_stream import AgeFailed

TYPE = "mlkem768x25519"
INFO = b"age-encryption.org/mlkem768x25519"
RECIPIENT = "age1pq"
IDENTITY = "age-secret-key-pq-"
MLKEM_KEY = 1184
KEY = MLKEM_KEY + 32
ENCAPSULATED = 1120
WRAPPED = 32
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class HybridRecipient:
    """A public key of 1,216 bytes; stays safe if one of its two halves is broken."""

    key: bytes

    @classmethod
    def parse(cls, text: str) -> HybridRecipient:
        """Read ``age1pq1…`` in its canonical lower case.

        Raises:
            ValueError: anything else.
        """
        prefix, key = bech32.decode(text)
        if prefix != RECIPIENT or len(key) != KEY or text != text.lower():
            raise ValueError("no post-quantum age recipient")
        _public_key(key)
        return cls(key)

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT, self.key)

    def wrap(self, file_key: bytes, random: Callable[[int], bytes]) -> Stanza:
        """Return the stanza that gives ``file_key`` to this recipient.

        The library draws the encapsulation's randomness by itself; ``random`` is not asked.
        """
        sealed = SUITE.encrypt(file_key, _public_key(self.key), INFO)
        enc, body = sealed[:ENCAPSULATED], sealed[ENCAPSULATED:]
        return Stanza(TYPE, (base64.encode(enc),), body)


@dataclass(frozen=True)
class HybridIdentity:
    """A private key as its seed of 32 bytes, written ``AGE-SECRET-KEY-PQ-1…``."""

    seed: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> HybridIdentity:
        """Read ``AGE-SECRET-KEY-PQ-1…``.

        Raises:
            ValueError: anything else.
        """
        prefix, seed = bech32.decode(text)
        if prefix != IDENTITY or len(seed) != 32:
            raise ValueError("no post-quantum age identity")
        return cls(seed)

    def __str__(self) -> str:
        return bech32.encode(IDENTITY, self.seed).upper()

    def recipient(self) -> HybridRecipient:
        """Return the public key."""
        mlkem, x25519 = self._halves
        return HybridRecipient(
            mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key if the stanza is for this identity.

        Raises:
            AgeFailed: a stanza of this type with the wrong shape.
        """
        if stanza.type != TYPE:
            return None
        try:
            enc = base64.decode("".join(stanza.args))
        except ValueError as error:
            raise AgeFailed("encapsulated key") from error
        if len(stanza.args) != 1 or len(enc) != ENCAPSULATED or len(stanza.body) != WRAPPED:
            raise AgeFailed("stanza shape")
        try:
            return SUITE.decrypt(enc + stanza.body, MLKEM768X25519PrivateKey(*self._halves), INFO)
        except (InvalidTag, ValueError):
            return None

    @cached_property
    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = shake_256(self.seed).digest(96)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
            X25519PrivateKey.from_private_bytes(expanded[64:]),
        )


def _public_key(key: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(key[:MLKEM_KEY]),
        X25519PublicKey.from_public_bytes(key[MLKEM_KEY:]),
    )
