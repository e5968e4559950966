"""Whole envelopes: sealed, opened, bound, refused in the listed order, nothing written before."""

from __future__ import annotations

import dataclasses
import io
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from sealing import age, bls, tlock
from sealing.age_header import Stanza
from sealing.envelope import RoundKey, open_with_file_key, unwrap_envelope
from sealing.package import MAGIC, Context, FileEntry
from sealing.receipt import PrivateReceipt
from sealing.seal import SealedFile, seal_envelope
from tests.sealing.made import (
    BID,
    CHAIN,
    CONTEXT,
    FILES,
    KEY,
    OFFER,
    ROUND,
    TEST_SECRET,
    Shelf,
    opened,
    repeatable,
    sealed,
)

FACTS = CONTEXT.document() | {"v": 1, "eid": "11" * 16}
ENTRIES = [
    {"name": "bid.json", "size": len(BID), "type": "application/json"},
    {"name": "offer.pdf", "size": len(OFFER), "type": "application/pdf"},
]


def wrapped(plaintext: bytes) -> bytes:
    """Return an outer file round any plaintext, well made up to there."""
    draw, out = repeatable(b"wrap"), io.BytesIO()
    file_key = draw(16)
    body = tlock.encrypt(file_key, CHAIN.public_key, ROUND, draw)
    writer = age.start(out, (Stanza("tlock", (str(ROUND), CHAIN.hash), body),), file_key, draw)
    writer.write(plaintext)
    writer.close()
    return out.getvalue()


def packed(manifest: bytes, body: bytes = b"") -> bytes:
    return MAGIC + len(manifest).to_bytes(4, "big") + manifest + body


def package(body: bytes = BID + OFFER, **changes: object) -> bytes:
    document = FACTS | {"files": ENTRIES} | changes
    return packed(canonical({k: v for k, v in document.items() if v is not ...}), body)


def refusal_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        action()
    return refused.value.code


@pytest.mark.parametrize("padding", [0, 1, 200_000])
def test_round_trip(padding: int) -> None:
    envelope, receipt = sealed(padding=padding)
    result, files = opened(envelope)
    assert files == FILES
    assert result.eid == receipt.eid
    assert result.committee_id is None
    assert [file.size for file in result.files] == [len(BID), len(OFFER)]
    assert len(envelope) == receipt.size


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.text(
            alphabet=st.characters(min_codepoint=33, max_codepoint=0x2FFF), min_size=1, max_size=20
        ).filter(lambda name: name not in (".", "..") and not set(name) & set("/\\\x7f")),
        st.binary(max_size=300),
        min_size=1,
        max_size=5,
    ),
    st.integers(0, 100),
    st.binary(max_size=4),
)
def test_any_files_come_back(files: dict[str, bytes], padding: int, seed: bytes) -> None:
    envelope, _ = sealed(tuple(files.items()), padding=padding, seed=seed)
    assert opened(envelope)[1] == tuple(files.items())


SMALL, _ = sealed((("bid.json", BID),))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SMALL) * 8 - 1))
def test_any_flipped_bit_is_refused(at: int) -> None:
    changed = bytearray(SMALL)
    changed[at // 8] ^= 1 << at % 8
    assert refusal_of(lambda: opened(bytes(changed)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, len(SMALL) - 1))
def test_any_cut_is_refused(size: int) -> None:
    assert refusal_of(lambda: opened(SMALL[:size])) in (
        "bad-age-header",
        "truncated-payload",
        "age-failed",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tender", "T-2"),
        ("lot", "2"),
        ("kind", "technical"),
        ("vendor", "V-8"),
        ("chain", "0" * 64),
        ("notice", "cd" * 32),
    ],
)
def test_every_field_binds(field: str, value: str) -> None:
    envelope, _ = sealed()
    other = dataclasses.replace(CONTEXT, **{field: value})
    assert refusal_of(lambda: opened(envelope, context=other)) == f"binding-{field}"


def test_the_round_inside_binds_too() -> None:
    assert refusal_of(lambda: opened(wrapped(package(round=ROUND + 1)))) == "binding-round"


def test_another_rounds_context_is_refused_before_anything_is_decrypted() -> None:
    envelope, _ = sealed()
    later = dataclasses.replace(CONTEXT, round=ROUND + 1)
    assert refusal_of(lambda: opened(envelope, context=later)) == "wrong-round"
    key = RoundKey(CHAIN.hash, CHAIN.public_key, ROUND + 1, bls.sign_round(TEST_SECRET, ROUND + 1))
    assert refusal_of(lambda: opened(envelope, key=key)) == "wrong-round"


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        b"TSEAL1",
        b"TSEAL2\n" + package()[7:],
        b"hello",
        MAGIC + (65_537).to_bytes(4, "big") + b"{}" + bytes(70_000),
        MAGIC + (60_000).to_bytes(4, "big") + b"{}",
        packed(b""),
        packed(b"[]"),
        packed(b"null"),
        packed(b"[" * 60_000),
        packed(b"{" * 10),
        packed(b"\xff"),
        packed(canonical(FACTS | {"files": ENTRIES}) + b" ", BID + OFFER),
        packed(canonical(FACTS | {"files": ENTRIES}).replace(b'"v":1', b'"v":1.0'), BID + OFFER),
        packed(canonical(FACTS | {"files": ENTRIES})[:-1] + b',"vendor":"V-7"}', BID + OFFER),
        package(v=2),
        package(v=True),
        package(round="777"),
        package(eid="11" * 15),
        package(eid="AA" * 16),
        package(tender=7),
        package(extra="x"),
        package(files=...),
        package(files="bid.json"),
        package(notice=...),
        package(committee={}, files=...),
        package(committee={"t": 1}),
    ],
)
def test_what_is_no_package(plaintext: bytes) -> None:
    assert refusal_of(lambda: opened(wrapped(plaintext))) == "bad-package"


@pytest.mark.parametrize(
    ("files", "body"),
    [
        ([], b""),
        ([{"name": "../x", "size": 1, "type": ""}], b"x"),
        ([{"name": "/etc/x", "size": 1, "type": ""}], b"x"),
        ([{"name": "a\\b", "size": 1, "type": ""}], b"x"),
        ([{"name": "..", "size": 1, "type": ""}], b"x"),
        ([{"name": "", "size": 1, "type": ""}], b"x"),
        ([{"name": "a\0b", "size": 1, "type": ""}], b"x"),
        ([{"name": "a\nb", "size": 1, "type": ""}], b"x"),
        ([{"name": "x" * 256, "size": 1, "type": ""}], b"x"),
        ([{"name": "a", "size": 0, "type": ""}, {"name": "a", "size": 0, "type": ""}], b""),
        ([{"name": "a", "size": 2, "type": ""}], b"x"),
        ([{"name": "a", "size": 2**52, "type": ""}], b"x"),
        ([{"name": "a", "size": -1, "type": ""}], b"x"),
        ([{"name": "a", "size": "1", "type": ""}], b"x"),
        ([{"name": "a", "size": 1}], b"x"),
        ([{"name": "a", "size": 1, "type": "", "mode": 511}], b"x"),
        (["a"], b"x"),
        ([{"name": "a", "size": 1, "type": ""}], b"xy"),
        ([{"name": "a", "size": 1, "type": ""}], b"x" + bytes(70_000) + b"\1"),
    ],
)
def test_files_that_are_not_there_or_not_allowed(files: list[object], body: bytes) -> None:
    assert refusal_of(lambda: opened(wrapped(package(body, files=files)))) == "bad-files"


def test_the_binding_is_judged_before_the_files() -> None:
    envelope = wrapped(package(b"", tender="T-9", files=[]))
    assert refusal_of(lambda: opened(envelope)) == "binding-tender"


@pytest.mark.parametrize(
    "plaintext", [b"no package" + bytes(70_000), package(BID + OFFER, tender="T-9")]
)
def test_a_broken_stream_is_named_before_what_it_carries(plaintext: bytes) -> None:
    envelope = bytearray(wrapped(plaintext))
    envelope[-1] ^= 1
    assert refusal_of(lambda: opened(bytes(envelope))) == "age-failed"


def test_a_file_whose_last_chunk_is_broken_never_counts() -> None:
    envelope = bytearray(sealed()[0])
    envelope[-1] ^= 1
    assert refusal_of(lambda: opened(bytes(envelope))) == "age-failed"


def test_the_private_receipt_opens_without_the_beacon() -> None:
    envelope, receipt = sealed()
    again = PrivateReceipt.parse(receipt.to_bytes())
    assert again == receipt
    shelf = Shelf()
    result = open_with_file_key(io.BytesIO(envelope), again.file_key, again.context, shelf)
    assert shelf.contents() == FILES
    assert result.eid == receipt.eid
    assert refusal_of(
        lambda: open_with_file_key(io.BytesIO(envelope), bytes(16), CONTEXT, Shelf())
    ) == ("age-failed")
    assert receipt.file_key.hex() not in repr(receipt)
    assert receipt.token.hex() not in repr(receipt)
    assert result.file_key.hex() not in repr(result)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", sealed()[1].to_bytes().replace(b'"v":1', b'"v":2'), b"\xff"],
)
def test_what_is_no_private_receipt(data: bytes) -> None:
    assert refusal_of(lambda: PrivateReceipt.parse(data)) == "bad-receipt"


def test_unwrap_gives_the_plaintext_as_it_is() -> None:
    out = io.BytesIO()
    unwrap_envelope(io.BytesIO(wrapped(b"anything at all")), KEY, out)
    assert out.getvalue() == b"anything at all"


def test_a_verified_key_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(KEY)) == KEY  # noqa: S301
    assert refusal_of(lambda: RoundKey(CHAIN.hash, CHAIN.public_key, ROUND + 1, KEY.signature)) == (
        "wrong-signature"
    )


def sealing(**changes: object) -> Callable[[], object]:
    arguments = {
        "public_key": CHAIN.public_key,
        "context": CONTEXT,
        "files": [SealedFile(FileEntry("a", 1, ""), io.BytesIO(b"x"))],
        "random": repeatable(b"s"),
    }
    return lambda: seal_envelope(io.BytesIO(), **(arguments | changes))  # type: ignore[arg-type]


def test_what_is_not_sealed() -> None:
    def files(*entries: tuple[str, int]) -> list[SealedFile]:
        return [SealedFile(FileEntry(name, size, ""), io.BytesIO(b"x")) for name, size in entries]

    assert refusal_of(sealing(files=[])) == "bad-files"
    assert refusal_of(sealing(files=files(("a/b", 1)))) == "bad-files"
    assert refusal_of(sealing(files=files(("a", 1), ("a", 1)))) == "bad-files"
    assert refusal_of(sealing(files=files(("a", 2)))) == "bad-files"
    assert refusal_of(sealing(files=files(("a", 0)))) == "bad-files"
    assert refusal_of(sealing(files=files(("\ud800", 1)))) == "bad-files"
    many = [(f"{n:03}" + "x" * 247, 1) for n in range(200)]
    assert sealing(files=files(*many))()
    long_names = [(f"{n:03}" + "\u0001".replace("\u0001", "é") * 120, 1) for n in range(200)]
    assert refusal_of(sealing(files=files(*many, ("one more", 1)))) == "bad-files"
    assert sealing(files=files(*long_names))()
    assert refusal_of(sealing(files=files(("a", 200 * 1024**2 + 1)))) == "too-large"
    assert refusal_of(sealing(public_key=bytes(96))) == "bad-chain-info"


def test_two_seals_of_one_bid_share_nothing() -> None:
    first, second = sealed(seed=b"1")[1], sealed(seed=b"2")[1]
    assert first.sha256 != second.sha256
    assert first.eid != second.eid
    assert first.file_key != second.file_key


@pytest.mark.parametrize(
    "change",
    [
        {"tender": ""},
        {"tender": "T 1"},
        {"tender": "x" * 41},
        {"vendor": "V_7"},
        {"lot": "1\n"},
        {"kind": "price"},
        {"round": 0},
        {"round": 10**15},
        {"round": True},
        {"round": "777"},
        {"chain": "AB" * 32},
        {"notice": "ab" * 31},
        {"eid": "11" * 16},
    ],
)
def test_contexts_that_are_none(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Context.parse(canonical(CONTEXT.document() | change))  # type: ignore[operator]


def test_a_context_comes_back() -> None:
    assert Context.parse(canonical(CONTEXT.document())) == CONTEXT
    for data in (b"", b"{}", b'{"a":1,"a":1}', b"[1.5]", b"NaN", b"[" * 100_000, b"\xff"):
        with pytest.raises(ValueError):  # noqa: PT011
            Context.parse(data)
