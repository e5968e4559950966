"""Public pages kept ready to send: the newest of each address, as long as nothing changed."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from foundation.compression import Coding, compressed

LONGEST_ADDRESS = 300
LONGEST = timedelta(minutes=1)


@dataclass(frozen=True)
class KeptPage:
    """The bytes of a page and their tag.

    It holds while the public journal ends at ``newest_act`` and until ``until``.
    """

    body: bytes
    etag: str
    newest_act: int
    until: datetime
    _compressed: dict[Coding, bytes] = field(default_factory=dict, compare=False, repr=False)

    def compressed(self, coding: Coding) -> bytes:
        """Return the page in ``coding``, made when first asked for."""
        if coding not in self._compressed:
            self._compressed[coding] = compressed(self.body, coding, kept=True)
        return self._compressed[coding]


def page_to_keep(body: bytes, newest_act: int, *, now: datetime, until: datetime) -> KeptPage:
    """Return a page ready to be kept.

    Args:
        body: what an anonymous reader is sent, in UTF-8.
        newest_act: the last number of the public journal when the page was read.
        now: the database's instant when the page was read.
        until: when something on the page turns by time alone.
    """
    return KeptPage(
        body=body,
        etag=hashlib.sha256(body).hexdigest()[:32],
        newest_act=newest_act,
        until=min(until, now + LONGEST),
    )


class KeptPages:
    """At most ``most`` pages of one process, the least recently asked for forgotten first."""

    def __init__(self, most: int = 500) -> None:
        self._most = most
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, address: str, newest_act: int, now: datetime) -> KeptPage | None:
        """Return the page of an address if it still holds."""
        with self._lock:
            page = self._pages.get(address)
            if page is None or page.newest_act != newest_act or now >= page.until:
                return None
            self._pages.move_to_end(address)
            return page

    def keep(self, address: str, page: KeptPage) -> None:
        """Keep a page in the place of the earlier one; no address grows beyond a bound."""
        if len(address) > LONGEST_ADDRESS:
            return
        with self._lock:
            self._pages[address] = page
            self._pages.move_to_end(address)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)

    def forget(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._pages.clear()
