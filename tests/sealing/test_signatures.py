"""Signed notes: the format's own example, changes refused, foreign lines passed over."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.values.refusal import Refusal
from sealing.signatures import NoteSigner, NoteVerifier, parse_note, sign_note, verify_note

ALICE = NoteSigner("muhr.example/ack", bytes(range(32)))
BOB = NoteSigner("other.example", bytes(32))
# The worked example of Go's golang.org/x/mod/sumdb/note documentation.
PETER = NoteVerifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv"
    "qfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_published_example() -> None:
    text = verify_note(PETERS_NOTE.encode("utf-8"), [PETER])
    assert text == PETERS_NOTE[: PETERS_NOTE.index("\n\n") + 1]


def test_round_trip_with_two_signers() -> None:
    note = sign_note("a\n\nb\n", [ALICE, BOB])
    data = note.encode("utf-8")
    assert verify_note(data, [ALICE.verifier]) == "a\n\nb\n"
    assert verify_note(data, [BOB.verifier, ALICE.verifier]) == "a\n\nb\n"
    assert NoteVerifier.parse(str(ALICE.verifier)) == ALICE.verifier
    assert ALICE.seed.hex() not in repr(ALICE)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_any_flipped_bit_is_refused(at: int, bit: int) -> None:
    data = bytearray(sign_note('{"amount":"100"}\n', [ALICE]).encode("utf-8"))
    data[at % len(data)] ^= 1 << bit
    with pytest.raises(Refusal) as refused:
        verify_note(bytes(data), [ALICE.verifier])
    assert refused.value.code in ("bad-note", "wrong-note-signature")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash key AAAAAAA=\n",
        "text\n\n\u2014 name AAAA\n".encode(),
        "text\n\n\u2014 name AAAAAAA=".encode(),
        "te\txt\n\n\u2014 name AAAAAAA=\n".encode(),
        "text\n\n\u2014 na+me AAAAAAA=\n".encode(),
        b"\xff\n\n",
        ("text\n\n" + "\u2014 name AAAAAAA=\n" * 101).encode(),
    ],
)
def test_what_is_no_note(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        parse_note(data)
    assert refused.value.code == "bad-note"


def test_a_note_by_somebody_else() -> None:
    data = sign_note("text\n", [BOB]).encode("utf-8")
    for verifiers in ([ALICE.verifier], [ALICE.verifier, BOB.verifier], []):
        with pytest.raises(Refusal) as refused:
            verify_note(data, verifiers)
        assert refused.value.code == "wrong-note-signature"


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "a+00000000+AQ==", str(ALICE.verifier).replace("muhr", "mohr"), "a+b+c"],
)
def test_what_is_no_verifier_key(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        NoteVerifier.parse(text)


@pytest.mark.parametrize("text", ["", "no newline", "bell\a\n", "\ud800\n"])
def test_texts_that_no_note_carries(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        sign_note(text, [ALICE])
