"""Asks a confined process for the pages of a file; few at once, each one killed in time."""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.renditions.bounds import DRAWING
from foundation.confinement import ConfinedFailure, run_confined
from foundation.values.refusal import Refusal

AT_ONCE = 2
WAITING = 2
WAIT_SECONDS = 20
REFUSED = frozenset({"page-unreadable", "file-locked", "page-missing", "file-too-large-to-show"})
# A page that draws takes a thread of the web process: half of them stay free for bids and pages.
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)
_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class DrawnPage:
    """A picture in WebP, and of how many pages it is one."""

    pages: int
    picture: bytes


def count_pages(chunks: Iterable[bytes]) -> int:
    """Return how many pages a file has; a PNG or JPEG has one.

    Raises:
        Refusal: ``page-unreadable``, ``file-locked``, ``file-too-large-to-show``, ``busy``.
    """
    return _drawn(chunks, 0).pages


def draw_page(chunks: Iterable[bytes], number: int) -> DrawnPage:
    """Return the picture of page ``number``, from 1.

    Raises:
        Refusal: as `count_pages`; ``page-missing`` when there is no such page.
    """
    return _drawn(chunks, number)


def _drawn(chunks: Iterable[bytes], number: int) -> DrawnPage:
    try:
        answer = _asked(chunks, number)
        line, _, picture = answer.partition(b"\n")
        told = json.loads(line)
        code, pages = told.get("code", ""), int(told.get("pages", 0))
    except (ConfinedFailure, ValueError, AttributeError) as error:
        raise Refusal("page-unreadable") from error
    if code or pages < 1:
        raise Refusal(code if code in REFUSED else "page-unreadable")
    return DrawnPage(pages, picture)


def _asked(chunks: Iterable[bytes], number: int) -> bytes:
    if not _places.acquire(blocking=False):
        raise Refusal("busy")
    try:
        if not _turns.acquire(timeout=WAIT_SECONDS):
            raise Refusal("busy")
        try:
            return run_confined("evaluation.renditions", [str(number)], chunks, DRAWING)
        finally:
            _turns.release()
    finally:
        _places.release()
