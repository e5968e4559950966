"""Age files: bech32, recipients, STREAM in any pieces, and every changed bit refused."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealing import age, base64, bech32, padded_base64
from sealing.age_header import BadHeader, Stanza, read_header, write_header
from sealing.age_keys import parse_identity_file
from sealing.age_stream import CHUNK, AgeFailed, StreamReader, StreamWriter, sealed_size
from sealing.reading import Reader
from tests.sealing.made import MEMBERS, repeatable

ALICE, BOB = MEMBERS[0], MEMBERS[1]


@given(st.binary(min_size=1, max_size=90))
def test_bech32_round_trip(data: bytes) -> None:
    text = bech32.encode("age", data)
    assert bech32.decode(text) == ("age", data)
    assert bech32.decode(text.upper()) == ("age", data)


@given(st.text(max_size=80))
def test_bech32_never_crashes(text: str) -> None:
    try:
        prefix, data = bech32.decode(text)
    except ValueError:
        return
    assert bech32.encode(prefix, data) == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        "age1qqqqqq",
        str(ALICE.recipient())[:-1] + "q",
        str(ALICE.recipient()).upper(),
        str(ALICE.recipient())[:4].upper() + str(ALICE.recipient())[4:],
        bech32.encode("age", bytes(31)),
        bech32.encode("agf", bytes(32)),
        str(ALICE),
    ],
)
def test_texts_that_are_no_recipient(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        age.Recipient.parse(text)


def test_keys_come_back_from_their_texts() -> None:
    assert age.Identity.parse(str(ALICE)) == ALICE
    assert age.Recipient.parse(str(ALICE.recipient())) == ALICE.recipient()
    file = f"# created: today\n\n{ALICE}\n{BOB}\n"
    assert parse_identity_file(file) == (ALICE, BOB)
    assert ALICE.secret.hex() not in repr(ALICE)
    for bad in ("", "# only a comment\n", "AGE-SECRET-KEY-1QQ\n", str(ALICE.recipient())):
        with pytest.raises(ValueError):  # noqa: PT011
            parse_identity_file(bad)


def test_each_recipient_opens_and_no_other() -> None:
    sealed = age.seal_bytes(b"word", [ALICE.recipient(), BOB.recipient()], repeatable(b"a"))
    assert age.open_bytes(sealed, [ALICE]) == b"word"
    assert age.open_bytes(sealed, [MEMBERS[2], BOB]) == b"word"
    with pytest.raises(age.NoIdentity):
        age.open_bytes(sealed, [MEMBERS[2]])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]),
    st.integers(1, 2 * CHUNK),
    st.integers(1, 2 * CHUNK),
)
def test_stream_in_any_pieces(size: int, write: int, read: int) -> None:
    plain = repeatable(b"plain")(size)
    out = io.BytesIO()
    writer = StreamWriter(out, bytes(16), bytes(range(16)))
    for at in range(0, size, write):
        writer.write(plain[at : at + write])
    writer.close()
    assert len(out.getvalue()) == sealed_size(size)
    stream = StreamReader(Reader(io.BytesIO(out.getvalue())), bytes(16))
    got = b""
    while piece := stream.read(read):
        assert len(piece) <= read
        got += piece
    assert got == plain


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 7))
def test_any_flipped_bit_is_refused(at: int, bit: int) -> None:
    sealed = bytearray(age.seal_bytes(b"price 100", [ALICE.recipient()], repeatable(b"f")))
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises((AgeFailed, age.NoIdentity)):
        age.open_bytes(bytes(sealed), [ALICE])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200))
def test_any_cut_or_added_byte_is_refused(count: int) -> None:
    sealed = age.seal_bytes(b"price 100", [ALICE.recipient()], repeatable(b"f"))
    for changed in (sealed[:-count], sealed + bytes(count)):
        with pytest.raises(AgeFailed):
            age.open_bytes(changed, [ALICE])


def chunks_of(size: int) -> tuple[bytes, list[bytes]]:
    out = io.BytesIO()
    writer = StreamWriter(out, bytes(16), bytes(16))
    writer.write(bytes(size))
    writer.close()
    data = out.getvalue()
    body = data[16:]
    return data[:16], [body[at : at + CHUNK + 16] for at in range(0, len(body), CHUNK + 16)]


@pytest.mark.parametrize("order", [[0, 1], [1, 0, 2], [0, 0, 1, 2], [0, 2], [2], [0, 1, 2, 2]])
def test_dropped_moved_and_doubled_chunks_are_refused(order: list[int]) -> None:
    nonce, chunks = chunks_of(2 * CHUNK + 9)
    changed = nonce + b"".join(chunks[place] for place in order)
    stream = StreamReader(Reader(io.BytesIO(changed)), bytes(16))
    with pytest.raises(AgeFailed):
        stream.drain()


def test_nothing_comes_out_of_a_chunk_before_its_tag_has_verified() -> None:
    nonce, chunks = chunks_of(2 * CHUNK)
    broken = bytearray(chunks[1])
    broken[-1] ^= 1
    stream = StreamReader(Reader(io.BytesIO(nonce + chunks[0] + bytes(broken))), bytes(16))
    assert len(stream.read(CHUNK)) == CHUNK
    for _ in range(2):
        with pytest.raises(AgeFailed):
            stream.read(1)


def test_a_long_plaintext_is_not_read_into_memory() -> None:
    sealed = age.seal_bytes(bytes(3 * CHUNK), [ALICE.recipient()], repeatable(b"f"))
    with pytest.raises(AgeFailed):
        age.open_bytes(sealed, [ALICE], limit=CHUNK)


@given(
    st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20),
    st.binary(max_size=200),
)
def test_headers_come_back(name: str, body: bytes) -> None:
    stanza = Stanza(name, ("x",), body)
    data = write_header((stanza, stanza), bytes(16))
    assert read_header(Reader(io.BytesIO(data))).stanzas == (stanza, stanza)
    with pytest.raises(BadHeader):
        read_header(Reader(io.BytesIO(data)), len(data) - 1)


@given(st.binary(max_size=100))
def test_both_base64_are_canonical(data: bytes) -> None:
    assert base64.decode(base64.encode(data)) == data
    assert padded_base64.decode(padded_base64.encode(data)) == data


@pytest.mark.parametrize("text", ["A", "AB=", "AB==", "AA\n", "é", "A A", "AB", "-_"])
def test_text_that_is_no_canonical_base64(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        base64.decode(text)


@pytest.mark.parametrize("text", ["A", "AA", "AB==", "AA==\n", "AA==AA==", "é===", "=AA="])
def test_text_that_is_no_canonical_padded_base64(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        padded_base64.decode(text)
