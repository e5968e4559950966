"""Links that the storeys above add to a tender's page, without being known here.

Each package above calls ``register`` when its views are imported. A link is shown only if
its source gives it for the tender's stage, so that none leads to nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tendering.domain.tender import Tender


class Place(StrEnum):
    """Where on the tender's page a link stands."""

    ACTION = "action"  # the large button in the deadline card
    RECORD = "record"  # opening page, report, award, notices
    NOTICE = "notice"  # what everybody must know before reading on
    OFFICE = "office"  # what the officer does next, on the dashboard and the tender's page


@dataclass(frozen=True)
class Link:
    """A link with its text already in the page's language; ``note`` stands beside it.

    ``todo`` marks, in the office's place, what waits for the reader.
    """

    place: Place
    text: str
    href: str
    note: str = ""
    todo: bool = False


Source = Callable[[Tender, datetime], Iterable[Link]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source of links; use it as a decorator."""
    if source not in _sources:
        _sources.append(source)
    return source


def links_of(tender: Tender, now: datetime, place: Place) -> tuple[Link, ...]:
    """Return the links for one place on the page of ``tender`` at ``now``."""
    return tuple(link for source in _sources for link in source(tender, now) if link.place is place)
