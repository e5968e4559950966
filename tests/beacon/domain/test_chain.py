"""Chain infos in both forms, the recomputed hash, and rounds that never come early."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beacon.domain.chain import (
    ChainInfo,
    chain_hash,
    last_round,
    round_at,
    time_of_round,
)
from beacon.domain.keepers import Kind
from foundation.values.refusal import Refusal
from tests.sealing.made import CHAIN

GENESIS = datetime.fromtimestamp(CHAIN.genesis_time, UTC)
# drand's quicknet, a public chain (https://api.drand.sh).
QUICKNET: dict[str, Any] = {
    "public_key": "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    "period": 3,
    "genesis_time": 1692803367,
    "hash": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    "groupHash": "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
    "schemeID": "bls-unchained-g1-rfc9380",
    "metadata": {"beaconID": "quicknet"},
}

instants = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def parse(**changes: object) -> ChainInfo:
    document = {k: v for k, v in (QUICKNET | changes).items() if v is not ...}
    return ChainInfo.parse(json.dumps(document).encode())


def test_the_hash_of_a_public_chain_is_recomputed() -> None:
    chain = parse()
    assert chain_hash(chain) == chain.hash == QUICKNET["hash"]
    assert chain.document() == QUICKNET
    assert ChainInfo.parse(chain.to_bytes()) == chain


def test_the_beacon_named_default_is_left_out_of_the_hash() -> None:
    made = ChainInfo(CHAIN.public_key, 30, 1_595_431_050, bytes(32))
    document = made.document()
    for metadata in ({"beaconID": "default"}, {"beaconID": ""}, {}):
        again = ChainInfo.from_document(document | {"metadata": metadata})
        assert again == made
    del document["metadata"]
    assert ChainInfo.from_document(document) == made


@pytest.mark.parametrize(
    "changes",
    [
        {"schemeID": "pedersen-bls-chained"},
        {"schemeID": ...},
        {"hash": "0" * 64},
        {"hash": ...},
        {"period": 30},
        {"period": 0},
        {"period": -3},
        {"period": "3"},
        {"period": True},
        {"period": 3.0},
        {"genesis_time": 2**80},
        {"genesis_time": -1},
        {"public_key": "c0" + "00" * 95},
        {"public_key": "00" * 96},
        {"public_key": "zz" * 96},
        {"public_key": ...},
        {"groupHash": "f4"},
        {"metadata": {"beaconID": "other"}},
        {"metadata": {"beaconID": 7}},
        {"metadata": {"beaconID": "x" * 65}},
    ],
)
def test_what_is_no_chain(changes: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        parse(**changes)
    assert refused.value.code == "bad-chain-info"


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"[" * 9000, b"{" + b" " * 20_000])
def test_bytes_that_are_no_chain(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        ChainInfo.parse(data)
    assert refused.value.code == "bad-chain-info"


@given(instants, st.integers(0, 600))
def test_a_round_is_the_first_at_or_after_instant_and_guard(at: datetime, guard: int) -> None:
    number = round_at(CHAIN, at, guard)
    due = at + timedelta(seconds=guard)
    assert time_of_round(CHAIN, number) >= due
    assert number == 1 or time_of_round(CHAIN, number - 1) < due


@given(instants)
def test_the_last_round_is_due_and_the_next_is_not(now: datetime) -> None:
    number = last_round(CHAIN, now)
    assert time_of_round(CHAIN, number) <= now < time_of_round(CHAIN, number + 1)


def test_rounds_at_the_edges() -> None:
    assert round_at(CHAIN, GENESIS, 0) == 1
    assert round_at(CHAIN, GENESIS + timedelta(microseconds=1), 0) == 2
    assert round_at(CHAIN, GENESIS + timedelta(seconds=3), 0) == 2
    assert round_at(CHAIN, GENESIS - timedelta(days=1), 60) == 1
    assert round_at(CHAIN, GENESIS, 60) == 21
    assert last_round(CHAIN, GENESIS - timedelta(seconds=1)) == 0
    karachi = timezone(timedelta(hours=5))
    at = datetime(2026, 3, 17, 10, tzinfo=karachi)
    assert round_at(CHAIN, at) == round_at(CHAIN, at.astimezone(UTC))
    with pytest.raises(ValueError, match="zone"):
        round_at(CHAIN, datetime(2026, 3, 17))  # noqa: DTZ001
    for number in (0, -1, 10**15):
        with pytest.raises(Refusal) as refused:
            time_of_round(CHAIN, number)
        assert refused.value.code == "bad-round-instant"


def test_quicknet_is_known_by_its_hash_alone() -> None:
    assert parse().keepers.kind is Kind.QUICKNET
    renamed = replace(parse(), genesis_time=QUICKNET["genesis_time"] + 3)
    assert renamed.keepers.kind is Kind.OTHER
