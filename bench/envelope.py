"""The sealed envelope: sealing in Chromium beside a bare cipher, the upload check, 1,000 openings.

Aims: 100 MB are sealed in at most 1.5 times what a bare ChaCha20-Poly1305 pass over the same bytes
takes in the same page; a file is checked at its upload in at most 0.3 ms; opening as in
`bench.opening`.
"""

from __future__ import annotations

import contextlib
import http.server
import io
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.databases import context_on, scratch, sqlite_url
from bench.report import figure
from bench.timing import by_turns
from sealing.envelope import check_upload
from tests.bids import made
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.front_end.node_runtime import ROOT, run_node

MEGABYTE = 1_000_000
MOST_TIMES, MOST_MILLISECONDS = 1.5, 0.3
CHECKS = 500
PATIENCE_MS = 600_000


def main(*, quick: bool) -> None:
    """Print the figures."""
    _checks()
    with _page() as page:
        for size in (1, 10) if quick else (1, 10, 100):
            _seal(page, size, rounds=3 if quick or size == 100 else 5)
    # In a process of its own: what a browser's driver takes is no memory of an opening.
    more = "--quick" if quick else "--thousand"
    subprocess.run([sys.executable, "-m", "bench.opening", more], check=True)


def _checks() -> None:
    """Check a file of 1 MB as at its upload, which reads its head and its size alone."""
    with scratch() as folder, context_on(sqlite_url(folder), folder) as context:
        tender = made.tender(context)
        files = (("offer.pdf", secrets.token_bytes(MEGABYTE)),)
        sealed = made.seal(tender, made.vendor(context), files=files).data
        chain, round_number = tender.chain, tender.round
        if chain is None or round_number is None:
            raise AssertionError("a published tender has a chain and a round")

        def check() -> None:
            for _ in range(CHECKS):
                check_upload(io.BytesIO(sealed), chain.hash, round_number)

        milliseconds = by_turns({"check": check}, 5)["check"] / CHECKS * 1000
    figure("envelope.upload check", milliseconds, "ms", "aim", MOST_MILLISECONDS)


def _seal(page: Page, megabytes: int, *, rounds: int) -> None:
    taken = page.evaluate(f"measure({megabytes * MEGABYTE}, {rounds})")
    ours, bare = (statistics.median(taken[name]) for name in ("seal", "pass"))
    figure(f"envelope.seal {megabytes} MB in Chromium", ours, "s", "bare ChaCha20-Poly1305", bare)


@contextlib.contextmanager
def _page() -> Iterator[Page]:
    """Serve the built Worker and the bench's page on localhost, and open it."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        run_node("node_modules/esbuild/bin/esbuild", "bench/seal_page.mjs", "--bundle", "--minify",
                 "--format=iife", "--target=chrome95", f"--outfile={folder}/page.js")  # fmt: skip
        (folder / "index.html").write_text("<!doctype html><script src=page.js></script>")
        (folder / "built").symlink_to(ROOT / "static" / "built")
        handler = partial(_Quiet, directory=str(folder))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
            )
            page = browser.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"http://localhost:{server.server_port}/index.html")
            yield page
            browser.close()
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
