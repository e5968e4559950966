"""Who keeps a chain's key, read from the chain alone: what a page may claim of the seal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LOCAL_ID = "muhr-local"
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
_SHARED_ID = re.compile(r"muhr-([1-9][0-9]?)-of-([1-9][0-9]?)")


class Kind(StrEnum):
    """Who could sign before time: the operator, some holders, drand's members, nobody knows."""

    LOCAL = "local"
    SHARED = "shared"
    QUICKNET = "quicknet"
    OTHER = "other"


@dataclass(frozen=True)
class Keepers:
    """Who keeps a key; ``threshold`` of ``holders`` sign, both 0 where the chain tells neither."""

    kind: Kind
    threshold: int = 0
    holders: int = 0


def keepers_of(beacon_id: str, chain_hash: str) -> Keepers:
    """Return who keeps the key of a chain.

    Both stand under the chain hash that a tender pins. A chain of an unknown name is OTHER, of
    which nothing is claimed.
    """
    if chain_hash == QUICKNET:
        return Keepers(Kind.QUICKNET)
    if beacon_id == LOCAL_ID:
        return Keepers(Kind.LOCAL)
    shared = _SHARED_ID.fullmatch(beacon_id)
    if shared is not None and 2 <= int(shared[1]) <= int(shared[2]):
        return Keepers(Kind.SHARED, int(shared[1]), int(shared[2]))
    return Keepers(Kind.OTHER)


def shared_id(threshold: int, holders: int) -> str:
    """Return the beacon id of a chain whose key is in shares."""
    return f"muhr-{threshold}-of-{holders}"
