"""Who keeps a chain's key, and the group that its hash pins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from beacon.dealing import deal_key
from beacon.domain.chain import ChainInfo
from beacon.domain.group import Group, group_hash
from beacon.domain.keepers import LOCAL_ID, Keepers, Kind, keepers_of, shared_id
from foundation.values.refusal import Refusal
from sealing import bls
from tests.sealing.made import CHAIN, repeatable

GROUP = deal_key(2, 3, datetime(2026, 3, 2, tzinfo=UTC), repeatable(b"TEST group"))[0].group


def test_a_group_comes_back_from_its_document() -> None:
    assert Group.from_document(GROUP.document()) == GROUP
    assert ChainInfo.parse(GROUP.chain.to_bytes()) == GROUP.chain
    assert len(set(GROUP.keys)) == 3


def test_the_way_a_group_is_hashed_stays_as_it_is() -> None:
    """Chains that were dealt would be refused by another way."""
    assert GROUP.chain.group_hash.hex() == (
        "64674806964954454b7788333c763fbb1a92b90957d015d5f12d16876997e723"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 1},
        {"threshold": 3},
        {"threshold": True},
        {"holders": 2},
        {"holders": 4},
        {"holders": 10**9},
        {"commitments": []},
        {"commitments": "00"},
        {"commitments": ["00" * 96, "00" * 96]},
        {"commitments": [each.hex() for each in GROUP.commitments[::-1]]},
        {"commitments": [GROUP.commitments[0].hex(), bls.public_key(7).hex()]},
        {"chain": CHAIN.document()},
        {"chain": None},
        {"chain": ...},
    ],
)
def test_what_is_no_group(changes: dict[str, Any]) -> None:
    document = {k: v for k, v in (GROUP.document() | changes).items() if v is not ...}
    with pytest.raises(Refusal, match="bad-group"):
        Group.from_document(document)


@pytest.mark.parametrize("document", [None, [], "x", 7])
def test_documents_that_are_no_group(document: Any) -> None:
    with pytest.raises(Refusal, match="bad-group"):
        Group.from_document(document)


def test_a_group_whose_chain_states_other_counts_is_refused() -> None:
    chain = replace(GROUP.chain, beacon_id=shared_id(2, 5))
    with pytest.raises(Refusal, match="bad-group"):
        replace(GROUP, chain=chain)


def test_commitments_that_give_a_holder_no_key_are_refused() -> None:
    """The second one cancels the first at holder 1, who could then sign nothing."""
    secret = 5
    commitments = (bls.public_key(secret), bls.public_key(bls.GROUP_ORDER - secret))
    chain = replace(
        GROUP.chain, public_key=commitments[0], group_hash=group_hash(2, 3, commitments)
    )
    with pytest.raises(Refusal, match="bad-group"):
        Group(chain, 2, 3, commitments)


def test_a_part_of_nobody_is_refused() -> None:
    for index in (0, -1, 4):
        with pytest.raises(Refusal, match="wrong-signature"):
            GROUP.verify_partial(index, 1, bls.sign_round(5, 1))


@pytest.mark.parametrize(
    ("beacon_id", "keepers"),
    [
        (LOCAL_ID, Keepers(Kind.LOCAL)),
        ("muhr-2-of-3", Keepers(Kind.SHARED, 2, 3)),
        ("muhr-11-of-20", Keepers(Kind.SHARED, 11, 20)),
        ("muhr-1-of-3", Keepers(Kind.OTHER)),
        ("muhr-4-of-3", Keepers(Kind.OTHER)),
        ("muhr-02-of-03", Keepers(Kind.OTHER)),
        ("muhr-٢-of-٣", Keepers(Kind.OTHER)),
        ("muhr-2-of-3 ", Keepers(Kind.OTHER)),
        ("quicknet", Keepers(Kind.OTHER)),
        ("default", Keepers(Kind.OTHER)),
    ],
)
def test_no_more_is_claimed_of_a_chain_than_it_states(beacon_id: str, keepers: Keepers) -> None:
    assert keepers_of(beacon_id, "0" * 64) == keepers
    assert replace(CHAIN, beacon_id=beacon_id).keepers == keepers
