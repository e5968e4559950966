"""Upload checks: each code, the order of the codes, and no crash whatever the bytes."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.values.refusal import Refusal
from sealing import base64
from sealing.age_header import BadHeader, read_header
from sealing.age_stream import CHUNK, TAG, is_possible_size, sealed_size
from sealing.reading import Reader
from sealing.upload import check_upload
from tests.sealing.made import CHAIN, ROUND, sealed
from tests.sealing.test_primitives import outside_subgroup

GOOD, RECEIPT = sealed()
HEADER, PAYLOAD = GOOD[: GOOD.index(b"\n--- ") + 5 + 44], GOOD[GOOD.index(b"\n--- ") + 5 + 44 :]
VERSION, STANZA, *REST = HEADER.split(b"\n")
BODY = base64.decode(b"".join(REST[:3]).decode("ascii"))
MAC = REST[3]


def code_of(data: bytes, *, chain: str = CHAIN.hash, round_number: int = ROUND) -> str:
    try:
        check_upload(io.BytesIO(data), chain, round_number)
    except Refusal as refusal:
        return refusal.code
    return "ok"


def with_lines(*lines: bytes, payload: bytes = PAYLOAD) -> bytes:
    return b"\n".join(lines) + b"\n" + payload


def with_body(body: bytes) -> bytes:
    text = base64.encode(body).encode("ascii")
    rows = [text[at : at + 64] for at in range(0, len(text) + 1, 64)]
    return with_lines(VERSION, STANZA, *rows, MAC)


def with_stanza(old: bytes, new: bytes) -> bytes:
    return GOOD.replace(old, new, 1)


ROUND_TEXT = b" 777 "
CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "whole": ("ok", lambda: GOOD),
    "empty": ("bad-age-header", lambda: b""),
    "armored": ("armored", lambda: b"-----BEGIN AGE ENCRYPTED FILE-----\n" + GOOD),
    "armored after white space": (
        "armored",
        lambda: b"\n  -----BEGIN AGE ENCRYPTED FILE-----\n" + GOOD,
    ),
    "other version": ("bad-age-header", lambda: with_stanza(b"/v1", b"/v2")),
    "carriage returns": ("bad-age-header", lambda: HEADER.replace(b"\n", b"\r\n") + PAYLOAD),
    "no stanza": ("bad-age-header", lambda: with_lines(VERSION, MAC)),
    "two stanzas": (
        "bad-age-header",
        lambda: with_lines(VERSION, STANZA, *REST[:3], STANZA, *REST[:4]),
    ),
    "grease stanza": (
        "bad-age-header",
        lambda: with_lines(VERSION, STANZA, *REST[:3], b"-> x-grease", b"", MAC),
    ),
    "long header": (
        "bad-age-header",
        lambda: with_lines(VERSION, STANZA, *[b"A" * 64] * 16, b"", MAC),
    ),
    "loose bits": (
        "bad-age-header",
        lambda: with_lines(VERSION, STANZA, *REST[:2], REST[2][:-1] + b"B", MAC),
    ),
    "padding": (
        "bad-age-header",
        lambda: with_lines(VERSION, STANZA, *REST[:2], REST[2] + b"=", MAC),
    ),
    "space in base64": (
        "bad-age-header",
        lambda: with_lines(VERSION, STANZA, *REST[:2], REST[2][:-2] + b" " + REST[2][-2:], MAC),
    ),
    "long line": (
        "bad-age-header",
        lambda: with_lines(VERSION, STANZA, REST[0] + REST[1], REST[2], MAC),
    ),
    "two spaces": ("bad-age-header", lambda: with_stanza(b" 777", b"  777")),
    "trailing space": ("bad-age-header", lambda: with_lines(VERSION, STANZA + b" ", *REST[:4])),
    "tab": ("bad-age-header", lambda: with_stanza(ROUND_TEXT, b" 777\t ")),
    "short mac": ("bad-age-header", lambda: with_lines(VERSION, STANZA, *REST[:3], MAC[:-4])),
    "no mac": ("bad-age-header", lambda: with_lines(VERSION, STANZA, *REST[:3], b"---")),
    "cut in the header": ("bad-age-header", lambda: GOOD[:200]),
    "other type": ("wrong-stanza", lambda: with_stanza(b"tlock", b"tlock2")),
    "capital type": ("wrong-stanza", lambda: with_stanza(b"tlock", b"TLOCK")),
    "one argument": ("wrong-stanza", lambda: with_stanza(ROUND_TEXT, b" ")),
    "three arguments": ("wrong-stanza", lambda: with_stanza(ROUND_TEXT, b" 777 777 ")),
    "other round": ("wrong-round", lambda: with_stanza(ROUND_TEXT, b" 778 ")),
    "leading zero": ("wrong-round", lambda: with_stanza(ROUND_TEXT, b" 0777 ")),
    "signed round": ("wrong-round", lambda: with_stanza(ROUND_TEXT, b" +777 ")),
    "underscore": ("wrong-round", lambda: with_stanza(ROUND_TEXT, b" 7_77 ")),
    "long round": ("wrong-round", lambda: with_stanza(ROUND_TEXT, b" " + b"7" * 16 + b" ")),
    "capital chain": (
        "wrong-chain",
        lambda: with_stanza(CHAIN.hash.encode(), CHAIN.hash.upper().encode()),
    ),
    "short chain": (
        "wrong-chain",
        lambda: with_stanza(CHAIN.hash.encode(), CHAIN.hash[:63].encode()),
    ),
    "body of 127": ("wrong-body", lambda: with_body(BODY[:127])),
    "body of 129": ("wrong-body", lambda: with_body(BODY + b"\0")),
    "body of 144": ("wrong-body", lambda: with_body(BODY + bytes(16))),
    "no body": ("wrong-body", lambda: with_body(b"")),
    "identity": ("bad-point", lambda: with_body(bytes([0xC0]) + bytes(95) + BODY[96:])),
    "outside the subgroup": ("bad-point", lambda: with_body(outside_subgroup() + BODY[96:])),
    "uncompressed flag": (
        "bad-point",
        lambda: with_body(bytes([BODY[0] & 0x7F]) + BODY[1:]),
    ),
    "no payload": ("truncated-payload", lambda: HEADER),
    "nonce only": ("truncated-payload", lambda: HEADER + PAYLOAD[:16]),
    "half a tag": ("truncated-payload", lambda: HEADER + PAYLOAD[:31]),
    "empty last chunk": ("truncated-payload", lambda: HEADER + bytes(16 + CHUNK + TAG + TAG)),
    "two wrongs": (
        "wrong-round",
        lambda: with_stanza(ROUND_TEXT, b" 1 ").replace(CHAIN.hash.encode(), b"0" * 64),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_code(name: str) -> None:
    code, make = CASES[name]
    assert code_of(make()) == code


def test_what_a_whole_envelope_shows() -> None:
    upload = check_upload(io.BytesIO(GOOD), CHAIN.hash, ROUND)
    assert (upload.round, upload.chain, upload.u) == (ROUND, CHAIN.hash, BODY[:96])
    assert (upload.header_size, upload.size) == (len(HEADER), len(GOOD))
    assert upload.size == RECEIPT.size
    assert check_upload(io.BytesIO(GOOD), CHAIN.hash, None) == upload


def test_too_large_comes_first() -> None:
    with pytest.raises(Refusal) as refused:
        check_upload(io.BytesIO(b"x" * 1001), CHAIN.hash, ROUND, max_size=1000)
    assert refused.value.code == "too-large"


def test_wrong_tender() -> None:
    assert code_of(GOOD, round_number=778) == "wrong-round"
    assert code_of(GOOD, chain="0" * 64) == "wrong-chain"


@given(st.integers(0, 3 * CHUNK))
def test_every_sealed_size_is_possible(size: int) -> None:
    assert is_possible_size(sealed_size(size))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_garbage_never_crashes_the_header_parser(data: bytes) -> None:
    with pytest.raises(BadHeader):
        read_header(Reader(io.BytesIO(data)), 1024)
    assert code_of(data) in ("bad-age-header", "armored")


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(HEADER) - 1), st.binary(max_size=4), st.integers(0, 4))
def test_a_changed_header_never_crashes_and_never_parses_as_another(
    at: int, new: bytes, gone: int
) -> None:
    changed = HEADER[:at] + new + HEADER[at + gone :]
    try:
        header = read_header(Reader(io.BytesIO(changed)), 1024)
    except BadHeader:
        return
    assert changed.startswith(header.covered)
