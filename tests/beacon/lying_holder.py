"""A holder's process that lies: it signs any round at once, with a share that is not its own."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from beacon.keys import HolderKey, parse_key
from sealing import bls


def main(share_file: str, port: str) -> None:
    key = parse_key(Path(share_file).read_bytes())
    assert isinstance(key, HolderKey)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = int(self.path.rsplit("/", 1)[1])
            partial = bls.sign_round(key.share + 1, number).hex()
            said = {"round": number, "signature": partial, "partial": partial}
            body = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
