"""The holders of a shared key over real HTTP, by the clock of the test that opens bids."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from beacon.answers import answer
from tests.beacon.made import Ring


class ServedRing(Ring):
    """Holders on local ports; each may be gone, or lie about every round."""

    def connect(self) -> None:
        """Listen at a port for each holder."""
        self.lying: set[int] = set()
        self.transport = None
        self._servers = {key.index: self._listen(key.index, 0) for key in self.keys}
        self._ports = {index: each.server_address[1] for index, each in self._servers.items()}
        self.addresses = [f"http://127.0.0.1:{port}" for port in self._ports.values()]

    def at(self, instant: datetime, *, ahead: dict[int, float] | None = None) -> None:
        """Set every clock, some so many seconds ahead, and let the holders do a round's work."""
        for index, machine in self.machines.items():
            machine.wall = instant
            machine.in_step = True
            machine.step((ahead or {}).get(index, 0))
        for _ in range(2):
            self.tick()

    def go_away(self, index: int) -> None:
        """Let nobody listen at a holder's port."""
        server = self._servers.pop(index)
        server.shutdown()
        server.server_close()

    def come_back(self, index: int) -> None:
        """Listen again at the same port."""
        self._servers[index] = self._listen(index, self._ports[index])

    def close(self) -> None:
        for index in list(self._servers):
            self.go_away(index)

    def says(self, index: int, path: str) -> tuple[int, bytes]:
        """Return status and body of one holder's answer."""
        found = answer(self.holders[index], path)
        document = found.document
        if index in self.lying and isinstance(document, dict):
            document = {
                name: value[:-1] + ("0" if value[-1] != "0" else "1")
                if isinstance(value, str)
                else value
                for name, value in document.items()
            }
        return found.status, json.dumps(document).encode()

    def _listen(self, index: int, port: int) -> ThreadingHTTPServer:
        ring = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = ring.says(index, self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server
