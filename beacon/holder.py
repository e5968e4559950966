"""A holder of one share: signs its part by its own clock, makes rounds whole with the others."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import httpx

from beacon.anchor import Clocks
from beacon.due import DueRounds
from beacon.keys import HolderKey
from beacon.peers import Peer, State, gather
from foundation.log_lines import Event, Log
from foundation.values.canonical import Document
from foundation.values.refusal import Refusal
from sealing import bls

# Holders are looked at by a round that every right clock has seen pass.
SETTLED_ROUNDS = 4
# Rounds made whole at one time. More threads answer than that, so that holders who ask each other
# for many rounds at once never wait for each other in a circle.
MOST_GATHERINGS = 3
log = Log("muhr.beacon")


class TooFewHolders(Exception):
    """The round is due, but fewer holders than the threshold gave their part."""


class Holder:
    """Signs its part of rounds due by its own trusted time; safe to ask from several threads."""

    def __init__(self, key: HolderKey, due: DueRounds, peers: Sequence[Peer]) -> None:
        self.chain = key.chain
        self.group = key.group
        self.index = key.index
        self._share = key.share
        self._due = due
        self._peers = tuple(peers)
        self._newest = 0
        self._enough = True
        self._gatherings = threading.BoundedSemaphore(MOST_GATHERINGS)
        self._sign = lru_cache(maxsize=1024)(self._sign_partial)
        self._whole = lru_cache(maxsize=1024)(self._combine)

    @classmethod
    def start(
        cls,
        folder: Path,
        key: HolderKey,
        clocks: Clocks,
        addresses: Sequence[str],
        *,
        trust: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> Holder:
        """Open the holder of a folder; :meth:`tick` is then called at each round.

        Args:
            folder: where the state is kept.
            key: the share that lies there.
            clocks: where time comes from.
            addresses: of all holders in their order, this one among them.
            trust: take the wall clock as confirmed (practice only).
            transport: for tests.

        Raises:
            Refusal: ``bad-setting``.
        """
        if len(addresses) != key.group.holders:
            raise Refusal("bad-setting", name="MUHR_BEACON_HOLDERS")
        peers = [
            Peer(key.group, index, address, transport)
            for index, address in enumerate(addresses, start=1)
            if index != key.index
        ]
        holder = cls(key, DueRounds(folder, key.chain, clocks), peers)
        if trust:
            holder.confirm()
        holder._due.keep()
        return holder

    def partial(self, round_number: int) -> bytes | None:
        """Return this holder's part of a round, 48 bytes; None while it is not due here."""
        return self._sign(round_number) if self._due.is_due(round_number) else None

    def signature(self, round_number: int) -> bytes | None:
        """Return a round's whole signature of 48 bytes, verified; None while it is not due here.

        Raises:
            TooFewHolders: the others do not answer, or not rightly, or too much is asked at once.
        """
        return self._whole(round_number) if self._due.is_due(round_number) else None

    def latest(self) -> int:
        """Return the newest round that was made whole; 0 before the first."""
        return self._newest

    def held(self) -> bool:
        """Say whether the clock ran ahead of the anchor and waits for a confirmation."""
        return self._due.held()

    def confirm(self) -> None:
        """Take the wall clock as it stands, on an operator's word."""
        self._due.confirm()

    def tick(self) -> None:
        """Write the state to disk, make the newest round whole, and look at every other holder."""
        self._due.keep()
        newest = self._due.latest()
        if not newest:
            return
        try:
            self.signature(newest)
        except TooFewHolders:
            self._tell(enough=False)
        else:
            self._newest = newest
            self._tell(enough=True)
        gather(self._peers, max(1, newest - SETTLED_ROUNDS), len(self._peers))

    def health(self) -> dict[str, Document]:
        """Return who signs, by the holders' indices."""
        found: dict[str, list[int]] = {state.value: [] for state in State}
        for peer in self._peers:
            found[peer.state.value].append(peer.index)
        found[State.SIGNS.value].append(self.index)
        return {
            "holder": self.index,
            "threshold": self.group.threshold,
            "holders": self.group.holders,
            "seen": {name: sorted(indices) for name, indices in found.items()},
        }

    def _sign_partial(self, round_number: int) -> bytes:
        return bls.sign_round(self._share, round_number)

    def _combine(self, round_number: int) -> bytes:
        needed = self.group.threshold - 1
        # Whoever is silent is asked again by the next look, so that no question waits for it.
        asked = [peer for peer in self._peers if peer.state is not State.SILENT]
        if not self._gatherings.acquire(blocking=False):
            raise TooFewHolders
        try:
            partials = gather(asked, round_number, needed)
        finally:
            self._gatherings.release()
        partials[self.index] = self._sign(round_number)
        if len(partials) <= needed:
            raise TooFewHolders
        return self.group.combine(round_number, partials)

    def _tell(self, *, enough: bool) -> None:
        if enough != self._enough:
            self._enough = enough
            (log.info if enough else log.error)(
                Event.HOLDERS_ENOUGH if enough else Event.HOLDERS_TOO_FEW
            )
