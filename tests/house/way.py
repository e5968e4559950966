"""What a way through a door is: whose it is, what the address names, and what the owner sends."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.house.owned import Owned

SHUT = frozenset({403, 404})
Body = Callable[[Owned], Mapping[str, Any]]
Step = Callable[[Owned], None]


@dataclass(frozen=True)
class Way:
    """How one owner comes through one door.

    Args:
        door: endpoint of the route.
        method: of the request.
        owner: who of ``Owned.people``.
        things: the address's arguments, by the names of ``Owned.things``.
        page: endpoint of the page whose form is sent, when it is not the door's own.
        fields: what the owner types, chooses or corrects in the form.
        body: what the request carries instead of a form.
        before: what happened before, undone afterwards.
        insiders: people of the same house who do not own the thing either.
        shut: how the door answers all others.
    """

    door: str
    method: str
    owner: str
    things: Mapping[str, str]
    page: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    body: Body | None = None
    before: Step | None = None
    insiders: Sequence[str] = ()
    shut: frozenset[int] = SHUT


def get(door: str, owner: str, insiders: Sequence[str] = (), **things: str) -> Way:
    """Return the way to a page."""
    return Way(door, "GET", owner, things, insiders=insiders)


def file_of(name: str, data: bytes) -> Callable[[Owned], Any]:
    """Return what fills a file field of a form."""
    return lambda _owned: (io.BytesIO(data), name)
