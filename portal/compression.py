"""Compressed answers: what anonymous readers get, and every static file, once per file.

Pages of a session stay as they are: they carry tokens, and where a page also repeats what
somebody else put into its address, the length of the compressed page tells of them (BREACH).
"""

import gzip
import threading
from pathlib import Path

from flask import Flask, Response, request

from foundation.kept_pages import COMPRESSION

SMALLEST = 500
KINDS = frozenset({"text/html", "text/css", "text/javascript", "text/plain", "application/json",
                   "application/javascript", "image/svg+xml"})  # fmt: skip


def install(app: Flask) -> None:
    """Compress the answers of ``app`` for browsers that take gzip."""
    static = _StaticFiles(Path(str(app.static_folder)))

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in KINDS:
            return response
        response.vary.add("Accept-Encoding")
        if not _may_be_compressed(response):
            return response
        if request.endpoint == "static":
            return static.compressed(response)
        if not request.cookies and not response.is_streamed:
            body = response.get_data()
            if len(body) >= SMALLEST:
                _replace(response, gzip.compress(body, COMPRESSION, mtime=0))
        return response


def _may_be_compressed(response: Response) -> bool:
    return (
        request.method == "GET"
        and response.status_code == 200
        and "Content-Encoding" not in response.headers
        and "Range" not in request.headers
        and request.accept_encodings["gzip"] > 0
    )


def _replace(response: Response, compressed: bytes) -> None:
    """Give the same page in fewer bytes; its tag still names the page, not its coding."""
    response.set_data(compressed)
    response.headers["Content-Encoding"] = "gzip"


class _StaticFiles:
    """The compressed bytes of the files of one folder, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[Path, tuple[int, bytes]] = {}
        self._lock = threading.Lock()

    def compressed(self, response: Response) -> Response:
        """Give the file that the answer already holds, compressed."""
        path = self._folder / str((request.view_args or {})["filename"])
        changed = path.stat().st_mtime_ns
        with self._lock:
            kept = self._kept.get(path)
            if kept is None or kept[0] != changed:
                kept = changed, gzip.compress(path.read_bytes(), 9, mtime=0)
                self._kept[path] = kept
        response.close()
        response.direct_passthrough = False
        _replace(response, kept[1])
        return response
