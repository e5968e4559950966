"""Fifty clients, each on one connection, each sending its files one after the other."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

CLIENTS = 50
ANSWER_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What came back: names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """One connection; it does as little as a client can, so that servers are measured."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._place = parts.hostname or "", parts.port or 80
        self._host = parts.netloc
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection(self._place, timeout=ANSWER_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = b""

    def ask(self, method: str, path: str, body: bytes = b"", head: str = "") -> Answer:
        """Send one request (``head``: further lines, each ended) and return its answer."""
        start = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {len(body)}\r\n"
        self._socket.sendall(f"{start}{head}\r\n".encode())
        if body:
            self._socket.sendall(body)
        answer = self._answer()
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
            self._connect()
        return answer

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _answer(self) -> Answer:
        while (end := self._read.find(b"\r\n\r\n")) < 0:
            self._more()
        first, *lines = self._read[:end].decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self._read = self._read[end + 4 :]
        status = int(first.split(" ")[1])
        if "transfer-encoding" in headers:
            return Answer(status, headers, self._chunked())
        return Answer(
            status, headers, self._take(0 if status == 204 else int(headers["content-length"]))
        )

    def _chunked(self) -> bytes:
        body = b""
        while True:
            while (end := self._read.find(b"\r\n")) < 0:
                self._more()
            size = int(self._read[:end], 16)
            self._read = self._read[end + 2 :]
            body += self._take(size)
            self._take(2)
            if size == 0:
                return body

    def _take(self, length: int) -> bytes:
        while len(self._read) < length:
            self._more()
        taken, self._read = self._read[:length], self._read[length:]
        return taken

    def _more(self) -> None:
        data = self._socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the server hung up")
        self._read += data


Intake = Callable[[Line, int, int], None]


def run(address: str, intake: Intake, files: Sequence[int]) -> float:
    """Let every client send its files, and return how many intakes a second that were.

    Args:
        address: Of the server.
        intake: Sends file ``n`` of client ``k`` and raises unless it was taken.
        files: The numbers of the files that each client sends.

    Raises:
        RuntimeError: a client's file was not taken.
    """
    failures: list[BaseException] = []
    ready = threading.Barrier(CLIENTS + 1)

    def client(number: int) -> None:
        try:
            with contextlib.closing(Line(address)) as line:
                ready.wait()
                for file in files:
                    intake(line, number, file)
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)
            ready.abort()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    with contextlib.suppress(threading.BrokenBarrierError):
        ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if failures:
        raise RuntimeError(f"{len(failures)} clients failed") from failures[0]
    return CLIENTS * len(files) / seconds
