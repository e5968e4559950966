"""The group behind a shared chain: how many hold a share, how many sign, and how each is checked.

The chain's genesis seed is this document's hash (drand's "group hash"), so the chain hash that a
tender pins covers threshold, number of holders and every commitment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from beacon.domain.chain import ChainInfo
from beacon.domain.keepers import shared_id
from foundation.values.canonical import Document, canonical
from foundation.values.refusal import Refusal
from sealing import bls, documents, shared_key

_TAG = b"muhr/v1/beacon-group\0"


@dataclass(frozen=True)
class Group:
    """A shared chain and the commitments to its key's polynomial (96 bytes each, the key first).

    Raises:
        Refusal: ``bad-group``: counts, points, genesis seed, beacon id or public key disagree.
    """

    chain: ChainInfo
    threshold: int
    holders: int
    commitments: tuple[bytes, ...]

    def __post_init__(self) -> None:
        counts = 2 <= self.threshold <= self.holders <= shared_key.MOST_HOLDERS
        if not counts or len(self.commitments) != self.threshold:
            raise Refusal("bad-group")
        pinned = (
            self.chain.public_key == self.commitments[0]
            and self.chain.beacon_id == shared_id(self.threshold, self.holders)
            and self.chain.group_hash == group_hash(self.threshold, self.holders, self.commitments)
        )
        if not pinned:
            raise Refusal("bad-group")
        try:
            for key in self.keys:
                bls.decode_g2(key)
        except bls.BadPoint as error:
            raise Refusal("bad-group") from error

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """The public keys of the shares, 96 bytes each, in the order of their holders."""
        indices = range(1, self.holders + 1)
        return tuple(shared_key.holder_key(self.commitments, index) for index in indices)

    def verify_partial(self, index: int, round_number: int, partial: bytes) -> None:
        """Check one holder's signature of a round; ``index`` from 1.

        Raises:
            Refusal: ``wrong-signature``.
        """
        if not 1 <= index <= self.holders:
            raise Refusal("wrong-signature")
        bls.verify_signature(self.keys[index - 1], round_number, partial)

    def combine(self, round_number: int, partials: Mapping[int, bytes]) -> bytes:
        """Return the chain's signature of a round from verified partial ones, itself verified.

        Raises:
            Refusal: ``wrong-signature``: fewer than the threshold, or one was not verified.
        """
        chosen = dict(sorted(partials.items())[: self.threshold])
        try:
            signature = shared_key.combine(chosen)
        except bls.BadPoint as error:
            raise Refusal("wrong-signature") from error
        bls.verify_signature(self.chain.public_key, round_number, signature)
        return signature

    def document(self) -> dict[str, Document]:
        """Return the group as JSON; it is public."""
        return {
            "chain": self.chain.document(),
            "threshold": self.threshold,
            "holders": self.holders,
            "commitments": [each.hex() for each in self.commitments],
        }

    @classmethod
    def from_document(cls, document: Document) -> Group:
        """Read a group.

        Raises:
            Refusal: ``bad-group``.
        """
        try:
            if not isinstance(document, Mapping):
                raise ValueError("no object")
            commitments = document["commitments"]
            if not isinstance(commitments, list | tuple):
                raise ValueError("no list")
            return cls(
                ChainInfo.from_document(document["chain"]),
                documents.integer(document["threshold"]),
                documents.integer(document["holders"]),
                tuple(documents.octets(each, bls.PUBLIC_KEY_SIZE) for each in commitments),
            )
        except (ValueError, KeyError, Refusal) as error:
            raise Refusal("bad-group") from error


@dataclass(frozen=True)
class HoldersSeen:
    """Which holders sign, by their indices; hosts that are silent or late, and hosts that lie."""

    threshold: int
    holders: int
    signing: frozenset[int]
    silent: tuple[str, ...]
    lying: tuple[str, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """Return the holders of whom no part was seen."""
        return tuple(each for each in range(1, self.holders + 1) if each not in self.signing)


def group_hash(threshold: int, holders: int, commitments: tuple[bytes, ...]) -> bytes:
    """Return the genesis seed of the chain of a group, 32 bytes."""
    stated: dict[str, Document] = {
        "threshold": threshold,
        "holders": holders,
        "commitments": [each.hex() for each in commitments],
    }
    return sha256(_TAG + canonical(stated)).digest()
