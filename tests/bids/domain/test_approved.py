"""A share is given for what signed papers name, and for nothing that differs from them anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain.approved import (
    approving_act,
    check_moved,
    confirmed_notice,
    place_in,
    prices_statement,
)
from foundation.values.canonical import canonical
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from sealing import age
from sealing.package import Context
from tests.bids import made

KEY = made.platform_key_of(b"the platform's own key, 32 bytes")
PINNED = KEY.verifier()
MEMBERS = [str(age.Identity(bytes([n]) * 32).recipient()) for n in (1, 2, 3)]
OTHER = {"round": 7, "kind": "technical", "chain": "0" * 64, "notice": "0" * 64}
SHA256 = "5e" * 32
ACT = "0f" * 16


def pack_of(version: int = 1, **more: object) -> bytes:
    pack: dict[str, object] = {
        "v": 1,
        "tender": {"id": "t1"},
        "version": version,
        "schedule": {"deadline_at": f"2026-03-{16 + version}", "opening_at": "x", "zone": "UTC"},
        "chain": made.CHAIN.document(),
        "round": 100 * version,
        "envelopes": ["technical", "financial"],
        "committee": {"id": "c", "t": 2, "members": MEMBERS, "names": []},
    }
    return canonical(pack | more)  # type: ignore[arg-type]


PACK = pack_of()
CONTEXT = Context("t1", "1", "financial", "v1", made.CHAIN.hash, 100, sha256_hex(PACK))


def list_of(*documents: dict[str, object], tender: str = "t1") -> bytes:
    listed = {"v": 1, "tender": tender, "envelopes": [{"document": each} for each in documents]}
    return KEY.sign(f"{canonical(listed).decode()}\n").encode()  # type: ignore[arg-type]


def document(**more: object) -> dict[str, object]:
    return {**CONTEXT.document(), "type": "bid", "sha256": SHA256, "size": 9} | more


def prices_of(*lines: dict[str, object], tender: str = "t1") -> bytes:
    doc = {"opened": list(lines), "unopened": []}
    return KEY.sign(prices_statement(tender, ACT, doc)).encode()  # type: ignore[arg-type]


LINE: dict[str, object] = {"lot": "1", "vendor": "v1", "sha256": SHA256}


@contextmanager
def refused(code: str = "not-approved") -> Iterator[None]:
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


def test_a_listed_bid_is_found_by_the_pinned_key() -> None:
    note = list_of(document(sha256="00" * 32), document())
    assert confirmed_notice(note, PINNED, CONTEXT, SHA256) == ""
    assert place_in(PACK, CONTEXT, {MEMBERS[1]}).number == 2
    assert approving_act(prices_of(LINE), PINNED, CONTEXT, SHA256) == ACT


def test_a_confirmed_bid_says_for_which_notice_it_stands() -> None:
    later = pack_of(2)
    note = list_of(document(type="confirmation", confirms=sha256_hex(later)))
    notice = confirmed_notice(note, PINNED, CONTEXT, SHA256)
    assert notice == sha256_hex(later)
    check_moved(made.CHAIN, PACK, later, notice, made.sign_round(200))
    with refused("wrong-signature"):
        check_moved(made.CHAIN, PACK, later, notice, made.sign_round(100))
    with refused():
        check_moved(made.CHAIN, PACK, PACK, notice, made.sign_round(100))
    for wrong in (
        pack_of(2, items=[]),
        pack_of(2, round="200"),
        pack_of(2, round=0),
        pack_of(2, schedule=None),
        canonical({"round": 200}),
    ):
        with refused():
            check_moved(made.CHAIN, PACK, wrong, sha256_hex(wrong), made.sign_round(200))


@pytest.mark.parametrize("field", sorted(asdict(CONTEXT)))
def test_a_bid_that_differs_from_the_list_in_one_field_is_refused(field: str) -> None:
    other = replace(CONTEXT, **{field: OTHER.get(field, "other")})
    with refused():
        confirmed_notice(list_of(document()), PINNED, other, SHA256)


@pytest.mark.parametrize(
    "note",
    [
        list_of(),
        list_of(document(), tender="t2"),
        list_of(document(type="withdrawal")),
        list_of(document(sha256="00" * 32)),
        KEY.sign("no list\n").encode(),
        KEY.sign("[]\n").encode(),
        KEY.sign('{"tender": "t1", "envelopes": 3}\n').encode(),
        prices_of(LINE),
    ],
)
def test_another_list_names_no_bid_of_ours(note: bytes) -> None:
    with refused():
        confirmed_notice(note, PINNED, CONTEXT, SHA256)


@pytest.mark.parametrize(
    "note",
    [
        prices_of(),
        prices_of(LINE, tender="t2"),
        prices_of(LINE | {"vendor": "v2"}),
        prices_of(LINE | {"lot": "2"}),
        prices_of(LINE | {"sha256": "00" * 32}),
        list_of(document()),
    ],
)
def test_a_price_that_nobody_approved_is_refused(note: bytes) -> None:
    with refused():
        approving_act(note, PINNED, CONTEXT, SHA256)


def test_a_technical_envelope_is_no_price() -> None:
    with refused():
        approving_act(prices_of(LINE), PINNED, replace(CONTEXT, kind="technical"), SHA256)


@pytest.mark.parametrize(
    "pack",
    [
        pack_of(tender={"id": "t2"}),
        pack_of(round=101),
        pack_of(envelopes=["single"]),
        pack_of(committee={"t": 2, "members": [MEMBERS[0], MEMBERS[2]]}),
        pack_of(committee={"t": "2", "members": MEMBERS}),
        pack_of(committee=None),
        b"{}",
        b"no pack",
    ],
)
def test_a_pack_that_does_not_name_bid_and_member_is_refused(pack: bytes) -> None:
    with refused():
        place_in(pack, replace(CONTEXT, notice=sha256_hex(pack)), {MEMBERS[1]})


def test_a_pack_with_another_hash_than_the_notice_is_refused() -> None:
    with refused():
        place_in(pack_of(version=2), CONTEXT, {MEMBERS[1]})


def test_a_key_that_stands_in_no_place_gives_nothing() -> None:
    with refused():
        place_in(PACK, CONTEXT, set())


READERS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "list": (list_of(document()), lambda note: confirmed_notice(note, PINNED, CONTEXT, SHA256)),
    "prices": (prices_of(LINE), lambda note: approving_act(note, PINNED, CONTEXT, SHA256)),
}


@pytest.mark.parametrize("paper", READERS)
@given(data=st.data())
def test_no_byte_of_a_signed_paper_can_be_changed(paper: str, data: st.DataObject) -> None:
    note, read = READERS[paper]
    at = data.draw(st.integers(0, len(note) - 1))
    changed = bytearray(note)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Refusal) as caught:
        read(bytes(changed))
    assert caught.value.code in {"bad-note", "wrong-note-signature"}


@pytest.mark.parametrize("paper", READERS)
def test_a_paper_that_another_key_signed_is_refused(paper: str) -> None:
    note, read = READERS[paper]
    other = made.platform_key_of(b"another platform's key, 32 bytes")
    with refused("wrong-note-signature"):
        read(other.sign(note.decode().split("\n\n")[0] + "\n").encode())


def test_the_statement_of_prices_is_one_canonical_line() -> None:
    line = prices_statement("t1", ACT, {"opened": [], "unopened": []})  # type: ignore[arg-type]
    assert line.endswith("\n")
    found = json.loads(line)
    assert canonical(found).decode() == line[:-1]
    assert (found["type"], found["act"]) == ("prices-approved", ACT)
