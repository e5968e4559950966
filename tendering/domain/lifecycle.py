"""The one table by which a tender's stage moves."""

from foundation.values.refusal import Refusal
from tendering.domain.tender import Stage

TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.IN_APPROVAL}),
    Stage.IN_APPROVAL: frozenset({Stage.DRAFT, Stage.PUBLISHED}),
    Stage.PUBLISHED: frozenset({Stage.CLOSED, Stage.CANCELLED}),
    # Back only by two persons after an outage, where a committee holds the bids.
    Stage.CLOSED: frozenset({Stage.OPENING, Stage.PUBLISHED}),
    Stage.OPENING: frozenset({Stage.OPENED, Stage.UNSUCCESSFUL}),
    Stage.OPENED: frozenset({Stage.REPORTED, Stage.TECHNICAL_REPORTED, Stage.UNSUCCESSFUL}),
    # Two envelopes: the prices of those that passed are opened on a day of their own.
    Stage.TECHNICAL_REPORTED: frozenset({Stage.OPENING_PRICES, Stage.UNSUCCESSFUL}),
    Stage.OPENING_PRICES: frozenset({Stage.PRICES_OPENED, Stage.UNSUCCESSFUL}),
    Stage.PRICES_OPENED: frozenset({Stage.REPORTED, Stage.UNSUCCESSFUL}),
    Stage.REPORTED: frozenset({Stage.AWARDED, Stage.UNSUCCESSFUL}),
    Stage.AWARDED: frozenset(),
    Stage.UNSUCCESSFUL: frozenset(),
    Stage.CANCELLED: frozenset(),
}


def move(stage: Stage, to: Stage) -> Stage:
    """Return ``to`` when the table allows the step from ``stage``.

    Raises:
        Refusal: ``wrong-stage`` for a step that the table does not have.
    """
    if to not in TRANSITIONS[stage]:
        raise Refusal("wrong-stage", stage=stage.value, to=to.value)
    return to
