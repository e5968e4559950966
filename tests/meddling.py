"""Stands between a client and a store, and does to one connection what a bad line does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

PIECE = 1 << 16


class Meddling(Enum):
    """What happens on the line."""

    NOTHING = auto()
    FLIP = auto()  # one bit of what is sent arrives as another
    LOSE_ANSWER = auto()  # the first answer never comes back
    CLOSE = auto()  # every connection ends at once, as where nothing listens
    HANG = auto()  # nothing is passed on, nothing is closed


@dataclass
class Line:
    """A door on loopback that leads to ``port``; ``how`` may change at any time.

    Args:
        port: where the store listens.
        address: the http address of the near end.
        how: what is done to connections.
        flip_at: which byte from the client is changed, counted over the connection.
    """

    port: int
    address: str
    how: Meddling = Meddling.NOTHING
    flip_at: int = 0
    lost: int = 0
    open: list[socket.socket] = field(default_factory=list)

    def serve(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = door.accept()
                self.open.append(client)
                if self.how is Meddling.CLOSE:
                    client.close()
                    continue
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        store = socket.create_connection(("127.0.0.1", self.port))
        self.open.append(store)
        for source, target, back in ((client, store, False), (store, client, True)):
            threading.Thread(target=self._pass, args=(source, target, back), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, back: bool) -> None:
        passed = 0
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if self.how is Meddling.HANG:
                    return
                if self.how is Meddling.CLOSE:
                    break
                if back and self.how is Meddling.LOSE_ANSWER and not self.lost:
                    self.lost += 1
                    break
                changed = bytearray(piece)
                at = self.flip_at - passed
                if not back and self.how is Meddling.FLIP and 0 <= at < len(piece):
                    changed[at] ^= 1
                passed += len(piece)
                target.sendall(changed)
            for each in (source, target):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def meddled(port: int) -> Iterator[Line]:
    """Give a line to ``port``."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        line = Line(port, f"http://127.0.0.1:{door.getsockname()[1]}")
        thread = threading.Thread(target=line.serve, args=(door,), daemon=True)
        thread.start()
        try:
            yield line
        finally:
            door.shutdown(socket.SHUT_RDWR)
            for each in line.open:
                each.close()
            thread.join()
