"""Whole age v1 files and X25519 keys, sealed and opened as streams (C2SP age)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sealing import base64, bech32
from sealing.age_header import BadHeader, Header, Stanza, mac_holds, read_header, write_header
from sealing.age_stream import CHUNK, AgeFailed, StreamReader, StreamWriter
from sealing.reading import Reader, Sink

FILE_KEY = 16
LABEL = b"age-encryption.org/v1/X25519"
RECIPIENT = "age"
IDENTITY = "age-secret-key-"
WRAPPED = 32


class NoIdentity(ValueError):
    """No stanza of the file is for this identity."""


class Wrapper(Protocol):
    """A public key of any kind."""

    def wrap(self, file_key: bytes, random: Callable[[int], bytes]) -> Stanza:
        """Return the stanza that gives ``file_key`` to its owner."""
        ...


class Unwrapper(Protocol):
    """A private key of any kind."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key if the stanza is for it; ``AgeFailed`` for a broken one."""
        ...


@dataclass(frozen=True)
class Recipient:
    """An X25519 public key, written ``age1…``."""

    key: bytes

    @classmethod
    def parse(cls, text: str) -> Recipient:
        """Read ``age1…`` in its canonical lower case.

        Raises:
            ValueError: anything else.
        """
        prefix, key = bech32.decode(text)
        if prefix != RECIPIENT or len(key) != 32 or text != text.lower():
            raise ValueError("no age recipient")
        return cls(key)

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT, self.key)

    def wrap(self, file_key: bytes, random: Callable[[int], bytes]) -> Stanza:
        """Return the stanza that gives ``file_key`` to this recipient."""
        ephemeral = X25519PrivateKey.from_private_bytes(random(32))
        share = ephemeral.public_key().public_bytes_raw()
        secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.key))
        sealed = _wrap_cipher(secret, share, self.key).encrypt(bytes(12), file_key, None)
        return Stanza("X25519", (base64.encode(share),), sealed)


@dataclass(frozen=True)
class Identity:
    """An X25519 private key of 32 bytes, written ``AGE-SECRET-KEY-1…``."""

    secret: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Identity:
        """Read ``AGE-SECRET-KEY-1…``.

        Raises:
            ValueError: anything else.
        """
        prefix, secret = bech32.decode(text)
        if prefix != IDENTITY or len(secret) != 32:
            raise ValueError("no age identity")
        return cls(secret)

    def __str__(self) -> str:
        return bech32.encode(IDENTITY, self.secret).upper()

    def recipient(self) -> Recipient:
        """Return the public key."""
        key = X25519PrivateKey.from_private_bytes(self.secret).public_key()
        return Recipient(key.public_bytes_raw())

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key if the stanza is for this identity.

        Raises:
            AgeFailed: an X25519 stanza of the wrong shape.
        """
        if stanza.type != "X25519":
            return None
        try:
            share = base64.decode("".join(stanza.args))
        except ValueError as error:
            raise AgeFailed("ephemeral share") from error
        if len(stanza.args) != 1 or len(share) != 32 or len(stanza.body) != WRAPPED:
            raise AgeFailed("stanza shape")
        return self._open(share, stanza.body)

    def _open(self, share: bytes, body: bytes) -> bytes | None:
        private = X25519PrivateKey.from_private_bytes(self.secret)
        try:
            secret = private.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError as error:
            raise AgeFailed("low order point") from error
        cipher = _wrap_cipher(secret, share, self.recipient().key)
        try:
            return cipher.decrypt(bytes(12), body, None)
        except InvalidTag:
            return None


def find_file_key(header: Header, identities: Sequence[Unwrapper]) -> bytes:
    """Return the file key that one of the identities can unwrap.

    Raises:
        NoIdentity: no stanza is for them.
        AgeFailed: a stanza of the wrong shape.
    """
    for stanza in header.stanzas:
        for identity in identities:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                return file_key
    raise NoIdentity


def open_payload(reader: Reader, header: Header, file_key: bytes) -> StreamReader:
    """Check the header's MAC and return the plaintext stream.

    Raises:
        AgeFailed: the MAC does not hold or there is no payload.
    """
    if not mac_holds(header, file_key):
        raise AgeFailed("mac")
    return StreamReader(reader, file_key)


def open_stream(reader: Reader, identities: Sequence[Unwrapper]) -> StreamReader:
    """Return the plaintext stream of a binary age file for one of the identities.

    Raises:
        AgeFailed: not age, or a MAC does not hold.
        NoIdentity: no stanza is for them.
    """
    try:
        header = read_header(reader)
    except BadHeader as error:
        raise AgeFailed("header") from error
    return open_payload(reader, header, find_file_key(header, identities))


def start(
    sink: Sink, stanzas: tuple[Stanza, ...], file_key: bytes, random: Callable[[int], bytes]
) -> StreamWriter:
    """Write the header and return the writer of the payload."""
    sink.write(write_header(stanzas, file_key))
    return StreamWriter(sink, file_key, random(16))


def seal_bytes(
    plaintext: bytes, recipients: Sequence[Wrapper], random: Callable[[int], bytes]
) -> bytes:
    """Return a small age file for the recipients."""
    file_key = random(FILE_KEY)
    out = BytesIO()
    stanzas = tuple(recipient.wrap(file_key, random) for recipient in recipients)
    writer = start(out, stanzas, file_key, random)
    writer.write(plaintext)
    writer.close()
    return out.getvalue()


def open_bytes(sealed: bytes, identities: Sequence[Unwrapper], limit: int = CHUNK) -> bytes:
    """Return the whole plaintext of a small age file.

    Raises:
        AgeFailed: the file does not hold or has more than ``limit`` bytes inside.
        NoIdentity: no stanza is for the identities.
    """
    return read_all(open_stream(Reader(BytesIO(sealed)), identities), limit)


def read_all(stream: StreamReader, limit: int = CHUNK) -> bytes:
    """Return all that a stream holds, at most ``limit`` bytes.

    Raises:
        AgeFailed: a chunk does not hold, or there is more.
    """
    data = bytearray()
    while more := stream.read(CHUNK):
        data += more
        if len(data) > limit:
            raise AgeFailed("too long")
    return bytes(data)


def _wrap_cipher(secret: bytes, share: bytes, recipient: bytes) -> ChaCha20Poly1305:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=share + recipient, info=LABEL)
    return ChaCha20Poly1305(hkdf.derive(secret))
