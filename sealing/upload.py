"""What a stored envelope must be before anybody can open it: no key, no pairing, no plaintext."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO

from foundation.values.refusal import Refusal
from sealing import bls, tlock
from sealing.age_header import BadHeader, Header, Stanza, is_armored, read_header
from sealing.age_stream import is_possible_size
from sealing.reading import Reader

LONGEST_HEADER = 1024
LARGEST_CONTENT = 200 * 1024 * 1024
LARGEST_ENVELOPE = LARGEST_CONTENT + 1024 * 1024
ROUND = re.compile(r"[1-9][0-9]{0,14}")


@dataclass(frozen=True)
class UploadHeader:
    """What the header shows to anybody: sizes in bytes, ``u`` the 96 bytes that must be unique."""

    round: int
    chain: str
    u: bytes
    header_size: int
    size: int


@dataclass(frozen=True)
class Inspected:
    """An envelope whose header has passed, the reader standing at its payload."""

    upload: UploadHeader
    header: Header
    reader: Reader

    @property
    def body(self) -> bytes:
        """The stanza body U ‖ V ‖ W."""
        return self.header.stanzas[0].body


def check_upload(
    stream: BinaryIO,
    chain_hash: str,
    round_number: int | None,
    *,
    max_size: int = LARGEST_ENVELOPE,
) -> UploadHeader:
    """Check an uploaded envelope in the order of the codes; reads the header only.

    Args:
        stream: seekable, from the envelope's first byte.
        chain_hash: the tender's chain, 64 lower-case hex digits.
        round_number: the tender's round; None takes any, for a file of no known tender.
        max_size: the greatest size in bytes.

    Raises:
        Refusal: ``too-large``, ``armored``, ``bad-age-header``, ``wrong-stanza``,
            ``wrong-round``, ``wrong-chain``, ``wrong-body``, ``bad-point``, ``truncated-payload``.
            ``duplicate`` is the caller's, who knows all SHA-256 and ``u``.
    """
    return inspect(stream, chain_hash, round_number, max_size=max_size).upload


def inspect(
    stream: BinaryIO,
    chain_hash: str,
    round_number: int | None,
    *,
    max_size: int = LARGEST_ENVELOPE,
) -> Inspected:
    """Check as :func:`check_upload` and return the reader at the payload."""
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    if size > max_size:
        raise Refusal("too-large", size=size, most=max_size)
    reader = Reader(stream)
    if is_armored(reader):
        raise Refusal("armored")
    header = _read_only_stanza(reader)
    stanza = header.stanzas[0]
    found = _check_round(stanza, round_number)
    if stanza.args[1] != chain_hash:
        raise Refusal("wrong-chain")
    u = _check_body(stanza.body)
    if not is_possible_size(size - header.size):
        raise Refusal("truncated-payload")
    return Inspected(UploadHeader(found, chain_hash, u, header.size, size), header, reader)


def _read_only_stanza(reader: Reader) -> Header:
    try:
        header = read_header(reader, LONGEST_HEADER)
    except BadHeader as error:
        raise Refusal("bad-age-header") from error
    if len(header.stanzas) != 1:
        raise Refusal("bad-age-header")
    stanza = header.stanzas[0]
    if stanza.type != "tlock" or len(stanza.args) != 2:
        raise Refusal("wrong-stanza")
    return header


def _check_round(stanza: Stanza, round_number: int | None) -> int:
    if not ROUND.fullmatch(stanza.args[0]):
        raise Refusal("wrong-round")
    found = int(stanza.args[0])
    if round_number is not None and found != round_number:
        raise Refusal("wrong-round")
    return found


def _check_body(body: bytes) -> bytes:
    if len(body) != tlock.BODY_SIZE:
        raise Refusal("wrong-body")
    u = body[: tlock.POINT_SIZE]
    try:
        bls.decode_g2(u)
    except bls.BadPoint as error:
        raise Refusal("bad-point") from error
    return u
