"""What readers ask the public list of tenders for; what its states mean in stages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tendering.domain.tender import ENDED_STAGES, PUBLIC_STAGES, Category, Stage

LONGEST_SEARCH = 200


class State(StrEnum):
    """What the public list calls the stage of a tender; it depends on the instant."""

    OPEN = "open"
    EVALUATION = "evaluation"
    AWARDED = "awarded"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


class Order(StrEnum):
    """How the public list is sorted; ``CLOSING`` lists only tenders that still take bids."""

    NEWEST = "newest"
    CLOSING = "closing"


@dataclass(frozen=True)
class Search:
    """What a reader asked the public list for; empty fields ask for everything."""

    words: str = ""
    states: tuple[State, ...] = ()
    categories: tuple[Category, ...] = ()
    organisation_id: str = ""
    order: Order = Order.NEWEST
    after: str = ""
    before: str = ""


class Deadline(StrEnum):
    """Whether the deadline of a published tender matters to a search."""

    ANY = "any"
    AHEAD = "ahead"
    OVER = "over"


BEFORE_THE_END = PUBLIC_STAGES - ENDED_STAGES
_STAGES: Mapping[State, frozenset[Stage]] = {
    State.OPEN: frozenset({Stage.PUBLISHED}),
    State.EVALUATION: BEFORE_THE_END,
    State.AWARDED: frozenset({Stage.AWARDED}),
    State.UNSUCCESSFUL: frozenset({Stage.UNSUCCESSFUL}),
    State.CANCELLED: frozenset({Stage.CANCELLED}),
}


def stages_of(search: Search) -> Mapping[Stage, Deadline]:
    """Return the stages that fit a search, each with what its deadline must be."""
    states = frozenset(search.states or State)
    if search.order is Order.CLOSING:
        states &= {State.OPEN}
    admitted = {stage for state in states for stage in _STAGES[state]}
    when = dict.fromkeys(sorted(admitted), Deadline.ANY)
    if Stage.PUBLISHED in admitted and states & {State.OPEN, State.EVALUATION} == {State.OPEN}:
        when[Stage.PUBLISHED] = Deadline.AHEAD
    elif Stage.PUBLISHED in admitted and State.OPEN not in states:
        when[Stage.PUBLISHED] = Deadline.OVER
    return when
