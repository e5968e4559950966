"""The local beacon: one key in one file, rounds signed when they are due, state on disk."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from beacon.anchor import Anchor, Clocks, TrustedTime, write_durably
from beacon.domain.chain import ChainInfo, last_round, time_of_round
from foundation.values.refusal import Refusal
from sealing import bls

PERIOD = 3
BEACON_ID = "muhr-local"
PAST_DAYS = 400
KEY_FILE = "key.json"
CHAIN_FILE = "chain.json"
STATE_FILE = "state.json"
CONFIRM_FILE = "confirmed"
LOCK_FILE = "lock"


@dataclass(frozen=True)
class BeaconKey:
    """The secret scalar and what the chain hash is made of."""

    chain: ChainInfo
    secret: int = field(repr=False)

    def to_bytes(self) -> bytes:
        """Return the key's file."""
        document = self.chain.document() | {"secret": f"{self.secret:064x}"}
        return json.dumps(document).encode("utf-8")

    @classmethod
    def parse(cls, data: bytes) -> BeaconKey:
        """Read a key's file.

        Raises:
            Refusal: ``beacon-key-damaged``.
        """
        try:
            document = json.loads(data)
            secret = int(document.pop("secret"), 16)
            key = cls(ChainInfo.from_document(document), secret)
        except (ValueError, KeyError, TypeError, AttributeError, Refusal) as error:
            raise Refusal("beacon-key-damaged") from error
        if not 0 < secret < bls.GROUP_ORDER or bls.public_key(secret) != key.chain.public_key:
            raise Refusal("beacon-key-damaged")
        return key


class LocalBeacon:
    """Signs rounds that are due by trusted time; safe to ask from several threads."""

    def __init__(self, folder: Path, key: BeaconKey, clocks: Clocks) -> None:
        self._folder = folder
        self._secret = key.secret
        self.chain = key.chain
        self._lock = threading.Lock()
        self._time = TrustedTime(clocks, _read_anchor(folder / STATE_FILE))
        self._sign = lru_cache(maxsize=1024)(self._sign_round)

    @classmethod
    def start(
        cls, folder: Path, clocks: Clocks, random: Callable[[int], bytes], *, trust: bool = False
    ) -> LocalBeacon:
        """Open the beacon of a folder, making its key on the first start.

        Args:
            folder: made with mode 700 when missing.
            clocks: where time comes from.
            random: source of cryptographically random bytes.
            trust: take the wall clock as confirmed (practice only).

        Raises:
            Refusal: ``beacon-key-unsafe``, ``beacon-key-damaged``.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / KEY_FILE
        if not path.exists():
            _make_key(path, clocks.now(), random)
        _check_mode(path)
        key = BeaconKey.parse(path.read_bytes())
        write_durably(folder / CHAIN_FILE, key.chain.to_bytes())
        beacon = cls(folder, key, clocks)
        if trust:
            beacon.confirm()
        beacon.tick()
        return beacon

    def signature(self, round_number: int) -> bytes | None:
        """Return a round's signature of 48 bytes, None while it is not due."""
        if not 1 <= round_number <= self.latest():
            return None
        return self._sign(round_number)

    def latest(self) -> int:
        """Return the newest round that is due, never older than one reached before."""
        with self._lock:
            due = last_round(self.chain, self._time.now())
            self._time.reach(due)
            return self._time.anchor.last_round

    def due_at(self, round_number: int) -> datetime:
        """Return the instant at which a round is due."""
        return time_of_round(self.chain, round_number)

    def held(self) -> bool:
        """Say whether the clock ran ahead of the anchor and waits for a confirmation."""
        with self._lock:
            return self._time.held()

    def tick(self) -> None:
        """Sign what is due, take an operator's confirmation, and write the state to disk."""
        confirmation = self._folder / CONFIRM_FILE
        if confirmation.exists():
            self.confirm()
            confirmation.unlink()
        newest = self.latest()
        if newest:
            self._sign(newest)
        with self._lock:
            anchor = self._time.anchor
        write_durably(self._folder / STATE_FILE, anchor.to_bytes())

    def confirm(self) -> None:
        """Take the wall clock as it stands, on an operator's word."""
        with self._lock:
            self._time.confirm()

    def _sign_round(self, round_number: int) -> bytes:
        return bls.sign_round(self._secret, round_number)


class BeaconLock:
    """Keeps a second beacon away from a folder while one runs."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> bool:
        """Say whether the folder is ours until this process ends."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def request_confirmation(folder: Path) -> None:
    """Leave the operator's word that the clock is right for the running beacon."""
    write_durably(folder / CONFIRM_FILE, b"")


def randomness(signature: bytes) -> str:
    """Return a round's public randomness, 64 hex digits."""
    return sha256(signature).hexdigest()


def _make_key(path: Path, now: datetime, random: Callable[[int], bytes]) -> None:
    """Make a chain that reaches back far enough for practice tenders with past dates."""
    secret = bls.draw_secret(random(48))
    day = datetime.combine((now - timedelta(days=PAST_DAYS)).date(), time(), UTC)
    chain = ChainInfo(bls.public_key(secret), PERIOD, int(day.timestamp()), random(32), BEACON_ID)
    write_durably(path, BeaconKey(chain, secret).to_bytes())


def _check_mode(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise Refusal("beacon-key-unsafe")


def _read_anchor(path: Path) -> Anchor | None:
    """Return the anchor on disk; a damaged one counts as the oldest, so that nothing opens."""
    try:
        return Anchor.parse(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        return Anchor(datetime.fromtimestamp(0, UTC), 0.0, "", 0)
