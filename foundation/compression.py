"""Compressed bodies of answers: brotli for browsers that take it, else gzip."""

import gzip
from collections.abc import Callable
from typing import Literal

import brotli  # type: ignore[import-untyped]

Coding = Literal["br", "gzip"]
CODINGS: tuple[Coding, ...] = ("br", "gzip")
# How hard is tried: for bytes that are sent for as long as the process runs, and for a page.
KEPT = {"br": 11, "gzip": 9}
PAGE = {"br": 10, "gzip": 6}


def coding_for(quality: Callable[[str], float]) -> Coding | None:
    """Return the best coding that a reader takes, None when there is none.

    Args:
        quality: how much the reader wants a coding, 0 when not at all (HTTP's Accept-Encoding).
    """
    return next((coding for coding in CODINGS if quality(coding) > 0), None)


def compressed(body: bytes, coding: Coding, *, kept: bool) -> bytes:
    """Return ``body`` in ``coding``; the same bytes each time.

    Args:
        body: what is sent, in full.
        coding: as HTTP's Content-Encoding names it.
        kept: whether the result is sent for long, so that the longest search pays.
    """
    effort = (KEPT if kept else PAGE)[coding]
    if coding == "br":
        squeezed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=effort)
        return squeezed
    return gzip.compress(body, effort, mtime=0)
