"""The other holders of a shared key: asked for their part of a round, believed when it verifies."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum
from queue import Empty, SimpleQueue

import httpx

from beacon import asking
from beacon.asking import BeaconLate, BeaconUnknown, BeaconUnreachable
from beacon.domain.group import Group
from foundation.log_lines import Event, Log
from foundation.outgoing import http_client
from foundation.values.refusal import Refusal
from sealing import bls, documents

GATHER_SECONDS = 3.0
# Questions to one holder at a time: who answers never holds up so many threads and no more.
MOST_QUESTIONS = 8
log = Log("muhr.beacon")


class State(StrEnum):
    """How a holder answered last."""

    UNKNOWN = "unknown"
    SIGNS = "signs"
    SILENT = "silent"
    LATE = "late"
    LIES = "lies"


EVENTS: Mapping[State, Event] = {
    State.SIGNS: Event.HOLDER_SIGNS,
    State.SILENT: Event.HOLDER_SILENT,
    State.LATE: Event.HOLDER_LATE,
    State.LIES: Event.HOLDER_LIES,
}
Answers = SimpleQueue[tuple["Peer", bytes | None]]


class Peer:
    """One other holder at its address; ``index`` from 1."""

    def __init__(
        self, group: Group, index: int, address: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Know a holder.

        Raises:
            Refusal: ``bad-setting``.
        """
        self.index = index
        self.state = State.UNKNOWN
        self._group = group
        self._address = address.rstrip("/")
        self._free = threading.BoundedSemaphore(MOST_QUESTIONS)
        try:
            self._client = http_client(address, timeout=asking.TIMEOUT, transport=transport)
        except ValueError as error:
            raise Refusal("bad-setting", name="MUHR_BEACON_HOLDERS") from error

    def ask(self, round_number: int, answers: Answers) -> bool:
        """Ask for a round in a thread of its own, which puts one answer; False when busy."""
        if not self._free.acquire(blocking=False):
            self.turn(State.SILENT)
            return False

        def put_answer() -> None:
            try:
                answers.put((self, self._partial(round_number)))
            finally:
                self._free.release()

        threading.Thread(target=put_answer, daemon=True).start()
        return True

    def turn(self, state: State) -> None:
        """Remember how the holder answered; a change is told once."""
        if state is self.state:
            return
        quiet = state is State.SIGNS
        (log.info if quiet else log.warning)(EVENTS[state], holder=self.index)
        self.state = state

    def _partial(self, round_number: int) -> bytes | None:
        """Return the holder's verified part of a round, or None and why not in the state."""
        address = f"{self._address}/{self._group.chain.hash}/partial/{round_number}"
        try:
            answer = asking.read(self._client, address)
            partial = documents.octets(answer["partial"], bls.SIGNATURE_SIZE)
            self._group.verify_partial(self.index, round_number, partial)
        except BeaconUnreachable:
            self.turn(State.SILENT)
        except BeaconUnknown:
            self.turn(State.LIES)
        except BeaconLate:
            self.turn(State.LATE)
        except (KeyError, ValueError, Refusal):
            self.turn(State.LIES)
        else:
            self.turn(State.SIGNS)
            return partial
        return None


def gather(
    peers: Sequence[Peer], round_number: int, needed: int, seconds: float = GATHER_SECONDS
) -> dict[int, bytes]:
    """Ask holders at once and return verified parts as soon as ``needed`` are there.

    Args:
        peers: whom to ask.
        round_number: the round.
        needed: how many parts are enough; fewer come back when time is over.
        seconds: how long to wait for all of them together.
    """
    answers: Answers = SimpleQueue()
    waiting = {peer.index: peer for peer in peers if peer.ask(round_number, answers)}
    partials: dict[int, bytes] = {}
    ends = time.monotonic() + seconds
    while waiting and len(partials) < needed:
        try:
            peer, partial = answers.get(timeout=max(0.0, ends - time.monotonic()))
        except Empty:
            for slow in waiting.values():
                slow.turn(State.SILENT)
            break
        del waiting[peer.index]
        if partial is not None:
            partials[peer.index] = partial
    return partials
