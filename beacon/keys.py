"""The key file of a beacon: a whole key of its own, or one holder's share of a dealt one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from beacon.anchor import write_durably
from beacon.domain.chain import ChainInfo
from beacon.domain.group import Group
from foundation.values.refusal import Refusal
from sealing import bls, documents

PERIOD = 3
PAST_DAYS = 400
KEY_FILE = "key.json"
CHAIN_FILE = "chain.json"


@dataclass(frozen=True)
class BeaconKey:
    """The secret scalar and what the chain hash is made of.

    Raises:
        Refusal: ``beacon-key-damaged``: the secret is not that of the chain.
    """

    chain: ChainInfo
    secret: int = field(repr=False)

    def __post_init__(self) -> None:
        _check_pair(self.secret, self.chain.public_key)

    def to_bytes(self) -> bytes:
        """Return the key's file."""
        document = self.chain.document() | {"secret": f"{self.secret:064x}"}
        return json.dumps(document).encode("utf-8")


@dataclass(frozen=True)
class HolderKey:
    """One holder's share of a dealt key; ``index`` from 1.

    Raises:
        Refusal: ``beacon-key-damaged``: the share is not that of this holder of the group.
    """

    group: Group
    index: int
    share: int = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.group.holders:
            raise Refusal("beacon-key-damaged")
        _check_pair(self.share, self.group.keys[self.index - 1])

    @property
    def chain(self) -> ChainInfo:
        """The chain whose key is shared."""
        return self.group.chain

    def to_bytes(self) -> bytes:
        """Return the share's file."""
        document = self.group.document() | {"holder": self.index, "share": f"{self.share:064x}"}
        return json.dumps(document, indent=1).encode("utf-8") + b"\n"


def parse_key(data: bytes) -> BeaconKey | HolderKey:
    """Read a key file of either kind.

    Raises:
        Refusal: ``beacon-key-damaged``.
    """
    try:
        document = json.loads(data)
        if "share" in document:
            share = int(document.pop("share"), 16)
            return HolderKey(
                Group.from_document(document), documents.integer(document["holder"]), share
            )
        secret = int(document.pop("secret"), 16)
        return BeaconKey(ChainInfo.from_document(document), secret)
    except (ValueError, KeyError, TypeError, AttributeError, Refusal) as error:
        raise Refusal("beacon-key-damaged") from error


def read_key(folder: Path) -> BeaconKey | HolderKey | None:
    """Return the key of a beacon's folder, None where none lies.

    Raises:
        Refusal: ``beacon-key-unsafe``, ``beacon-key-damaged``.
    """
    path = folder / KEY_FILE
    if not path.exists():
        return None
    if path.stat().st_mode & 0o077:
        raise Refusal("beacon-key-unsafe")
    return parse_key(path.read_bytes())


def store_key(folder: Path, key: BeaconKey | HolderKey) -> None:
    """Write a key and its chain into a folder that has none.

    Raises:
        Refusal: ``beacon-key-there``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / KEY_FILE).exists():
        raise Refusal("beacon-key-there")
    write_durably(folder / CHAIN_FILE, key.chain.to_bytes())
    write_durably(folder / KEY_FILE, key.to_bytes())


def genesis_time(now: datetime) -> int:
    """Return a genesis, in seconds since 1970, that reaches back for practice tenders."""
    return int(datetime.combine((now - timedelta(days=PAST_DAYS)).date(), time(), UTC).timestamp())


def _check_pair(secret: int, public_key: bytes) -> None:
    if not 0 < secret < bls.GROUP_ORDER or bls.public_key(secret) != public_key:
        raise Refusal("beacon-key-damaged")
