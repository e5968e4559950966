"""The header of an age v1 file: stanzas and MAC, read strictly and written (C2SP age)."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sealing import base64
from sealing.reading import Reader

VERSION = b"age-encryption.org/v1"
ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
COLUMNS = 64
MAC_SIZE = 32
LONGEST = 65536


class BadHeader(ValueError):
    """The header is not age v1 to the byte."""


@dataclass(frozen=True)
class Stanza:
    """One recipient's wrapping of the file key."""

    type: str
    args: tuple[str, ...]
    body: bytes


@dataclass(frozen=True)
class Header:
    """All stanzas, the MAC, and the bytes that the MAC covers; ``size`` counts every byte."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    covered: bytes
    size: int


def is_armored(reader: Reader) -> bool:
    """Say whether the text form of age begins here."""
    return reader.peek(len(ARMOR) + 64).lstrip().startswith(ARMOR)


def read_header(reader: Reader, limit: int = LONGEST) -> Header:
    """Take the header from the reader, which then stands at the payload.

    Args:
        reader: the file from its first byte.
        limit: the greatest size in bytes.

    Raises:
        BadHeader: any deviation from the grammar, or more than ``limit`` bytes.
    """
    lines = _Lines(reader, limit)
    if lines.take() != VERSION:
        raise BadHeader("version")
    stanzas: list[Stanza] = []
    while True:
        start = len(lines.taken)
        line = lines.take()
        if line.startswith(b"---"):
            break
        stanzas.append(_read_stanza(line, lines))
    if not stanzas or not line.startswith(b"--- "):
        raise BadHeader("no stanza")
    mac = _decode(line[4:])
    if len(mac) != MAC_SIZE:
        raise BadHeader("mac size")
    taken = bytes(lines.taken)
    return Header(tuple(stanzas), mac, taken[: start + 3], len(taken))


def write_header(stanzas: tuple[Stanza, ...], file_key: bytes) -> bytes:
    """Return the bytes of a header with its MAC."""
    covered = VERSION + b"\n" + b"".join(_write_stanza(stanza) for stanza in stanzas) + b"---"
    return covered + b" " + base64.encode(header_mac(covered, file_key)).encode("ascii") + b"\n"


def header_mac(covered: bytes, file_key: bytes) -> bytes:
    """Return the 32-byte MAC of the bytes up to and with ``---``."""
    key = HKDF(algorithm=SHA256(), length=32, salt=b"", info=b"header").derive(file_key)
    return hmac.digest(key, covered, sha256)


def mac_holds(header: Header, file_key: bytes) -> bool:
    """Compare the MAC in constant time."""
    return hmac.compare_digest(header.mac, header_mac(header.covered, file_key))


class _Lines:
    """Lines taken within the limit, and their bytes."""

    def __init__(self, reader: Reader, limit: int) -> None:
        self._reader = reader
        self._limit = limit
        self.taken = bytearray()

    def take(self) -> bytes:
        line = self._reader.read_line(self._limit - len(self.taken))
        if line is None:
            raise BadHeader("cut short or too long")
        self.taken += line + b"\n"
        return line


def _read_stanza(line: bytes, lines: _Lines) -> Stanza:
    words = line.split(b" ")
    if len(words) < 2 or words[0] != b"->":
        raise BadHeader("stanza")
    for word in words[1:]:
        if not word or any(not 33 <= letter <= 126 for letter in word):
            raise BadHeader("stanza argument")
    body = bytearray()
    while True:
        row = lines.take()
        if len(row) > COLUMNS:
            raise BadHeader("long line")
        body += _decode(row)
        if len(row) < COLUMNS:
            break
    texts = [word.decode("ascii") for word in words[1:]]
    return Stanza(texts[0], tuple(texts[1:]), bytes(body))


def _write_stanza(stanza: Stanza) -> bytes:
    body = base64.encode(stanza.body)
    rows = [body[at : at + COLUMNS] for at in range(0, len(body) + 1, COLUMNS)]
    lines = [" ".join(("->", stanza.type, *stanza.args)), *rows]
    return "".join(line + "\n" for line in lines).encode("ascii")


def _decode(row: bytes) -> bytes:
    try:
        return base64.decode(row.decode("ascii"))
    except ValueError as error:
        raise BadHeader("base64") from error
