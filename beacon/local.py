"""The local beacon: one key in one file, rounds signed when they are due."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from beacon.anchor import Clocks
from beacon.domain.chain import ChainInfo
from beacon.domain.keepers import LOCAL_ID
from beacon.due import DueRounds
from beacon.keys import PERIOD, BeaconKey, genesis_time, read_key, store_key
from foundation.values.refusal import Refusal
from sealing import bls


class LocalBeacon:
    """Signs rounds that are due by trusted time; safe to ask from several threads."""

    def __init__(self, key: BeaconKey, due: DueRounds) -> None:
        self._secret = key.secret
        self._due = due
        self.chain = key.chain
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
        key = read_key(folder)
        if key is None:
            key = _new_key(clocks, random)
            store_key(folder, key)
        if not isinstance(key, BeaconKey):
            raise Refusal("beacon-key-damaged")
        beacon = cls(key, DueRounds(folder, key.chain, clocks))
        if trust:
            beacon.confirm()
        beacon.tick()
        return beacon

    def signature(self, round_number: int) -> bytes | None:
        """Return a round's signature of 48 bytes, None while it is not due."""
        return self._sign(round_number) if self._due.is_due(round_number) else None

    def latest(self) -> int:
        """Return the newest round that is due."""
        return self._due.latest()

    def held(self) -> bool:
        """Say whether the clock ran ahead of the anchor and waits for a confirmation."""
        return self._due.held()

    def confirm(self) -> None:
        """Take the wall clock as it stands, on an operator's word."""
        self._due.confirm()

    def tick(self) -> None:
        """Sign what is due, take an operator's confirmation, and write the state to disk."""
        self._due.keep()
        newest = self.latest()
        if newest:
            self._sign(newest)

    def _sign_round(self, round_number: int) -> bytes:
        return bls.sign_round(self._secret, round_number)


def _new_key(clocks: Clocks, random: Callable[[int], bytes]) -> BeaconKey:
    secret = bls.draw_secret(random(48))
    chain = ChainInfo(
        bls.public_key(secret), PERIOD, genesis_time(clocks.now()), random(32), LOCAL_ID
    )
    return BeaconKey(chain, secret)
