"""Compressed answers: what anonymous readers get, and every static file, once per file.

Pages of a session stay as they are: they carry tokens, and where a page also repeats what
somebody else put into its address, the length of the compressed page tells of them (BREACH).
"""

import threading
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

from foundation.compression import Coding, coding_for, compressed

SMALLEST = 500
MOST_PAGES = 128
KINDS = frozenset({"text/html", "text/css", "text/javascript", "text/plain", "application/json",
                   "application/javascript", "image/svg+xml"})  # fmt: skip


def install(app: Flask) -> None:
    """Compress the answers of ``app`` for browsers that take a coding that we have."""
    static = _StaticFiles(Path(str(app.static_folder)))

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in KINDS:
            return response
        response.vary.add("Accept-Encoding")
        coding = coding_for(request.accept_encodings.quality)
        if coding is None or not _may_be_compressed(response):
            return response
        if request.endpoint == "static":
            return static.give(response, coding)
        if not request.cookies and not response.is_streamed:
            body = response.get_data()
            if len(body) >= SMALLEST:
                _replace(response, _page(body, coding), coding)
        return response


@lru_cache(maxsize=MOST_PAGES)
def _page(body: bytes, coding: Coding) -> bytes:
    """Compress a page; however many ask for the same one, the work is done once."""
    return compressed(body, coding, kept=False)


def _may_be_compressed(response: Response) -> bool:
    return (
        request.method == "GET"
        and response.status_code == 200
        and "Content-Encoding" not in response.headers
        and "Range" not in request.headers
    )


def _replace(response: Response, body: bytes, coding: Coding) -> None:
    """Give the same page in fewer bytes; its tag still names the page, not its coding."""
    response.set_data(body)
    response.headers["Content-Encoding"] = coding


class _StaticFiles:
    """The compressed bytes of the files of one folder, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[tuple[Path, Coding], tuple[int, bytes]] = {}
        self._lock = threading.Lock()

    def give(self, response: Response, coding: Coding) -> Response:
        """Give the file that the answer already holds, compressed."""
        path = self._folder / str((request.view_args or {})["filename"])
        changed = path.stat().st_mtime_ns
        with self._lock:
            kept = self._kept.get((path, coding))
            if kept is None or kept[0] != changed:
                kept = changed, compressed(path.read_bytes(), coding, kept=True)
                self._kept[path, coding] = kept
        response.close()
        response.direct_passthrough = False
        _replace(response, kept[1], coding)
        return response
