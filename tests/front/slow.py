"""Many slow uploaders at once: the public reads meanwhile, and every slice arrives in the end."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

import httpx

from tests.bids import made
from tests.front.stack import Stack
from tests.front.vendors import ANSWER_SECONDS, Vendor, arrived

READERS = 4
PAUSE_SECONDS = 0.2
DRIP = 64


@dataclass
class Dripping:
    """One slice on its way, a few bytes at a time."""

    line: socket.socket
    rest: bytes

    @classmethod
    def begin(cls, vendor: Vendor, upload: str, piece: bytes) -> Dripping:
        """Send the head of the request and none of its body."""
        parts = urlsplit(vendor.address)
        line = socket.create_connection((parts.hostname, parts.port), timeout=ANSWER_SECONDS)
        own = vendor.headers | {
            "Host": parts.netloc,
            "Content-Length": str(len(piece)),
            "Upload-Offset": "0",
            "X-Slice-SHA256": sha256(piece).hexdigest(),
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in own.items())
        line.sendall(f"PATCH {upload} HTTP/1.1\r\n{head}\r\n".encode())
        return cls(line, piece)

    def drip(self) -> None:
        """Send a few bytes, but never the last ones."""
        if len(self.rest) > 2 * DRIP:
            self.line.sendall(self.rest[:DRIP])
            self.rest = self.rest[DRIP:]

    @property
    def answered(self) -> bool:
        """Tell whether the server has said anything."""
        self.line.setblocking(False)
        try:
            return bool(self.line.recv(1, socket.MSG_PEEK)) or True
        except BlockingIOError:
            return False
        finally:
            self.line.settimeout(ANSWER_SECONDS)

    def finish(self) -> int:
        """Send the rest; return the status of the answer."""
        with self.line:
            self.line.sendall(self.rest)
            with self.line.makefile("rb") as answer:
                return int(answer.readline().split()[1])


@dataclass(frozen=True)
class Outcome:
    """What readers and uploaders were answered."""

    pages: Counter[int]
    early: int
    slices: Counter[int]
    uploaders: int

    def faults(self) -> list[str]:
        """Return what does not hold."""
        found = []
        if set(self.pages) != {200}:
            found.append(f"pages: {dict(self.pages)}")
        if self.early:
            found.append(f"{self.early} uploads were answered before they were whole")
        if self.slices != Counter({204: self.uploaders}):
            found.append(f"slices: {dict(self.slices)}")
        return found


def run(stack: Stack, address: str, uploaders: int, pages: int) -> Outcome:
    """Let so many vendors send slowly while readers take so many pages each."""
    tender = made.tender_of_days(stack.context)
    with arrived(stack.context, address, uploaders) as people, ExitStack() as dripping:
        slow = []
        for vendor in people:
            sealed = made.seal(tender, vendor.actor, files=[("a.pdf", bytes(100_000))])
            upload = vendor.announce(tender, sealed).json["upload"]
            slow.append(Dripping.begin(vendor, upload, sealed.data))
        stop = threading.Event()
        dripper = threading.Thread(target=_keep_dripping, args=(slow, stop))
        dripper.start()
        dripping.callback(dripper.join)
        dripping.callback(stop.set)
        read = _read(address, ["/en/", f"/en/tenders/{tender.id}", "/health"], pages)
        stop.set()
        dripper.join()
        early = sum(one.answered for one in slow)
        return Outcome(read, early, Counter(one.finish() for one in slow), uploaders)


def _keep_dripping(slow: list[Dripping], stop: threading.Event) -> None:
    while not stop.wait(PAUSE_SECONDS):
        for one in slow:
            one.drip()


def _read(address: str, paths: list[str], pages: int) -> Counter[int]:
    found: list[int] = []

    def read() -> None:
        with httpx.Client(base_url=address, timeout=ANSWER_SECONDS, trust_env=False) as client:
            found.extend(_statuses(client, paths, pages))

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return Counter(found)


def _statuses(client: httpx.Client, paths: list[str], pages: int) -> Iterator[int]:
    for n in range(pages):
        try:
            yield client.get(paths[n % len(paths)]).status_code
        except httpx.HTTPError:
            yield 0
