"""An outside beacon over real HTTP that may be late, lie in several ways, or be gone."""

from __future__ import annotations

import json
import threading
from enum import StrEnum
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sealing import bls
from tests.bids import made

OTHER_SECRET = bls.draw_secret(sha256(b"TEST another chain's beacon").digest() + bytes(16))


class Mood(StrEnum):
    """How the beacon answers when it is asked for a round."""

    HONEST = "honest"
    LATE = "late"
    UNKNOWN = "unknown"
    BROKEN = "broken"
    WRONG_SIGNATURE = "wrong-signature"
    OTHER_CHAIN = "other-chain"
    OTHER_ROUND = "other-round"
    RENAMED_ROUND = "renamed-round"
    NONSENSE = "nonsense"
    ELSEWHERE = "elsewhere"


STATUS = {Mood.LATE: 425, Mood.UNKNOWN: 404, Mood.BROKEN: 503, Mood.ELSEWHERE: 302}


class OutsideBeacon:
    """A beacon of the test chain on a local port; it signs any round, however early."""

    def __init__(self) -> None:
        self.mood = Mood.HONEST
        self.asked = 0
        self._server = self._listen(0)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def go_away(self) -> None:
        """Listen no more: whoever connects is refused."""
        self._server.shutdown()
        self._server.server_close()

    def come_back(self) -> None:
        """Listen again at the same address."""
        self._server = self._listen(self._server.server_address[1])

    def answer(self, path: str) -> tuple[int, bytes]:
        """Return status and body for a path that ends with a round's number."""
        self.asked += 1
        last = path.rsplit("/", 1)[1]
        if not last.isdigit():
            return 404, b""
        number = int(last)
        if self.mood is Mood.NONSENSE:
            return 200, b"<html>welcome to our hotel</html>"
        if self.mood in STATUS:
            return STATUS[self.mood], self._signed(number, number)
        signed = number - 1 if self.mood in {Mood.OTHER_ROUND, Mood.RENAMED_ROUND} else number
        stated = signed if self.mood is Mood.OTHER_ROUND else number
        return 200, self._signed(stated, signed)

    def _signed(self, stated: int, signed: int) -> bytes:
        signature = made.sign_round(signed)
        if self.mood is Mood.OTHER_CHAIN:
            signature = bls.sign_round(OTHER_SECRET, signed)
        if self.mood is Mood.WRONG_SIGNATURE:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return json.dumps({"round": stated, "signature": signature.hex()}).encode()

    def _listen(self, port: int) -> ThreadingHTTPServer:
        beacon = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = beacon.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if status == STATUS[Mood.ELSEWHERE]:
                    self.send_header("Location", f"{beacon.url}/elsewhere/1")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server
