"""A beacon's chain: what pins it, its hash, and the way between instants and rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from beacon.domain.keepers import Keepers, keepers_of
from foundation.values.canonical import Document, canonical
from foundation.values.refusal import Refusal
from sealing import bls, documents
from sealing.envelope import RoundKey

SCHEME = "bls-unchained-g1-rfc9380"
DEFAULT_BEACON = "default"
GUARD_SECONDS = 60
LONGEST_INFO = 16_384
LONGEST_PERIOD = 86_400
GREATEST_GENESIS = 253_402_300_799


@dataclass(frozen=True)
class ChainInfo:
    """A chain of the one scheme we pin; it cannot be made with a key that is no point.

    ``period`` in seconds, ``genesis_time`` in seconds since 1970, ``group_hash`` is the genesis
    seed, ``beacon_id`` is "default" when the source names none.

    Raises:
        Refusal: ``bad-chain-info``.
    """

    public_key: bytes
    period: int
    genesis_time: int
    group_hash: bytes
    beacon_id: str = DEFAULT_BEACON

    def __post_init__(self) -> None:
        try:
            bls.decode_g2(self.public_key)
        except bls.BadPoint as error:
            raise Refusal("bad-chain-info") from error
        if not 1 <= self.period <= LONGEST_PERIOD:
            raise Refusal("bad-chain-info")
        if not 0 <= self.genesis_time <= GREATEST_GENESIS or len(self.group_hash) != 32:
            raise Refusal("bad-chain-info")
        if not 1 <= len(self.beacon_id) <= 64 or not self.beacon_id.isprintable():
            raise Refusal("bad-chain-info")

    @property
    def hash(self) -> str:
        """The chain hash, 64 hex digits."""
        return chain_hash(self)

    @property
    def keepers(self) -> Keepers:
        """Who keeps the chain's key."""
        return keepers_of(self.beacon_id, self.hash)

    @classmethod
    def parse(cls, data: bytes) -> ChainInfo:
        """Read a drand chain info and recompute its hash.

        Both the form of a file and that of drand's HTTP answer are taken.

        Raises:
            Refusal: ``bad-chain-info``: another scheme, another hash, no point, no JSON.
        """
        if len(data) > LONGEST_INFO:
            raise Refusal("bad-chain-info")
        try:
            return cls.from_document(documents.parse(data))
        except ValueError as error:
            raise Refusal("bad-chain-info") from error

    @classmethod
    def from_document(cls, document: Document) -> ChainInfo:
        """Read a chain info that is already JSON.

        Raises:
            Refusal: ``bad-chain-info``.
        """
        try:
            return _read(document)
        except (ValueError, KeyError) as error:
            raise Refusal("bad-chain-info") from error

    def document(self) -> dict[str, Document]:
        """Return the chain info as drand's HTTP service writes it."""
        return {
            "public_key": self.public_key.hex(),
            "period": self.period,
            "genesis_time": self.genesis_time,
            "hash": self.hash,
            "groupHash": self.group_hash.hex(),
            "schemeID": SCHEME,
            "metadata": {"beaconID": self.beacon_id},
        }

    def to_bytes(self) -> bytes:
        """Return the chain info's canonical bytes."""
        return canonical(self.document())

    def round_key(self, round_number: int, signature: bytes) -> RoundKey:
        """Return the key that opens envelopes of a round.

        Raises:
            Refusal: ``wrong-signature``.
        """
        return RoundKey(self.hash, self.public_key, round_number, signature)


def chain_hash(chain: ChainInfo) -> str:
    """Return the chain hash, 64 hex digits; it does not cover the scheme, which is pinned.

    Source:
        drand, ``chain/info.go`` ``Info.Hash``.
    """
    digest = sha256(chain.period.to_bytes(4, "big"))
    digest.update(chain.genesis_time.to_bytes(8, "big"))
    digest.update(chain.public_key)
    digest.update(chain.group_hash)
    if chain.beacon_id != DEFAULT_BEACON:
        digest.update(chain.beacon_id.encode("utf-8"))
    return digest.hexdigest()


def instant_of_round(chain: ChainInfo, round_number: int) -> datetime:
    """Return when the beacon signs a round, so that all sealed to it can be opened."""
    since = timedelta(seconds=(round_number - 1) * chain.period)
    return datetime.fromtimestamp(chain.genesis_time, UTC) + since


def round_at(chain: ChainInfo, instant: datetime, guard_seconds: int = GUARD_SECONDS) -> int:
    """Return the first round at or after ``instant`` and the guard, never an earlier one."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    since = instant - datetime.fromtimestamp(chain.genesis_time, UTC)
    late = since + timedelta(seconds=guard_seconds)
    return max(1, -(-late // timedelta(seconds=chain.period)) + 1)


def time_of_round(chain: ChainInfo, round_number: int) -> datetime:
    """Return the instant at which a round (from 1) is due.

    Raises:
        Refusal: ``bad-round-instant`` for no round or one beyond the calendar.
    """
    if round_number < 1:
        raise Refusal("bad-round-instant")
    try:
        seconds = chain.genesis_time + (round_number - 1) * chain.period
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Refusal("bad-round-instant") from error


def last_round(chain: ChainInfo, now: datetime) -> int:
    """Return the newest round that is due at ``now``; 0 before the genesis."""
    since = now - datetime.fromtimestamp(chain.genesis_time, UTC)
    return max(0, since // timedelta(seconds=chain.period) + 1)


def _read(document: Document) -> ChainInfo:
    if not isinstance(document, Mapping):
        raise ValueError("no object")
    scheme = document.get("schemeID", document.get("scheme"))
    if scheme != SCHEME:
        raise ValueError("scheme")
    seed = document.get("groupHash", document.get("genesis_seed"))
    chain = ChainInfo(
        public_key=documents.octets(document["public_key"], bls.PUBLIC_KEY_SIZE),
        period=documents.integer(document["period"]),
        genesis_time=documents.integer(document["genesis_time"]),
        group_hash=documents.octets(seed, 32),
        beacon_id=_read_beacon_id(document),
    )
    if document.get("hash", document.get("chain_hash")) != chain.hash:
        raise ValueError("hash")
    return chain


def _read_beacon_id(document: Mapping[str, Document]) -> str:
    metadata = document.get("metadata")
    if isinstance(metadata, Mapping) and "beaconID" in metadata:
        return documents.text(metadata["beaconID"]) or DEFAULT_BEACON
    return documents.text(document.get("beacon_id", DEFAULT_BEACON)) or DEFAULT_BEACON
