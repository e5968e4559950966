"""A look at every holder of a shared key from outside, believing only parts that verify."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from beacon.asking import BeaconUnavailable, BeaconUnknown, ask
from beacon.domain.chain import ChainInfo
from beacon.domain.group import Group, HoldersSeen
from foundation.values.refusal import Refusal
from sealing import bls, documents


def look_at_holders(
    chain: ChainInfo,
    addresses: tuple[str, ...],
    round_number: int,
    *,
    transport: httpx.BaseTransport | None = None,
) -> HoldersSeen:
    """Ask every address for its part of a round that is surely due.

    Args:
        chain: a pinned chain whose key is shared.
        addresses: of holders, in any order.
        round_number: some rounds before the newest.
        transport: for tests.
    """
    signing: set[int] = set()
    silent: list[str] = []
    lying: list[str] = []
    for address in addresses:
        host = urlsplit(address).netloc
        try:
            signing.add(_holder_at(chain, address.rstrip("/"), round_number, transport))
        except (BeaconUnknown, KeyError, ValueError, Refusal):
            lying.append(host)
        except BeaconUnavailable:
            silent.append(host)
    keepers = chain.keepers
    return HoldersSeen(
        keepers.threshold, keepers.holders, frozenset(signing), tuple(silent), tuple(lying)
    )


def _holder_at(
    chain: ChainInfo, address: str, round_number: int, transport: httpx.BaseTransport | None
) -> int:
    """Return the index of the holder at an address, whose part of the round verifies."""
    base = address if address.endswith(f"/{chain.hash}") else f"{address}/{chain.hash}"
    group = Group.from_document(ask(base, "/group", transport=transport))
    if group.chain != chain:
        raise Refusal("bad-group")
    answer = ask(base, f"/partial/{round_number}", transport=transport)
    index = documents.integer(answer["holder"])
    partial = documents.octets(answer["partial"], bls.SIGNATURE_SIZE)
    group.verify_partial(index, round_number, partial)
    return index
