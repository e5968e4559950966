"""The step from a published tender to its end, never before its instant."""

from dataclasses import replace
from datetime import datetime

from foundation.values.refusal import Refusal
from tendering.domain import lifecycle
from tendering.domain.schedule import unsealing_at
from tendering.domain.tender import Stage, Tender


def progress(tender: Tender, to: Stage, now: datetime) -> Tender:
    """Return the tender at stage ``to``, reached at ``now``.

    Raises:
        Refusal: ``wrong-stage`` for a step the table does not have or that belongs to drafting
            or to a cancellation;
            ``too-soon`` with ``earliest`` before the deadline, the opening or the guard's end.
    """
    if to in {Stage.DRAFT, Stage.IN_APPROVAL, Stage.PUBLISHED, Stage.CANCELLED}:
        raise Refusal("wrong-stage", stage=tender.stage.value, to=to.value)
    stage = lifecycle.move(tender.stage, to)
    if tender.stage is Stage.OPENED and to is _other_report(tender):
        raise Refusal("wrong-stage", stage=tender.stage.value, to=to.value)
    earliest = {
        Stage.CLOSED: tender.schedule.deadline_at,
        Stage.OPENING: tender.schedule.opening_at,
        Stage.OPENED: unsealing_at(tender.schedule),
    }.get(to)
    if earliest is not None and now < earliest:
        raise Refusal("too-soon", earliest=earliest)
    return _stamped(replace(tender, stage=stage), now)


def _other_report(tender: Tender) -> Stage:
    """Two envelopes have a technical report before the final one, a single one has none."""
    return Stage.REPORTED if tender.has_two_envelopes else Stage.TECHNICAL_REPORTED


def _stamped(tender: Tender, now: datetime) -> Tender:
    match tender.stage:
        case Stage.CLOSED:
            return replace(tender, closed_at=now)
        case Stage.OPENING:
            return replace(tender, opening_started_at=now)
        case Stage.OPENED:
            return replace(tender, opened_at=now)
        case Stage.REPORTED:
            return replace(tender, reported_at=now)
        case Stage.TECHNICAL_REPORTED:
            return replace(tender, technical_reported_at=now)
        case Stage.OPENING_PRICES:
            return tender  # the journal says when
        case Stage.PRICES_OPENED:
            return replace(tender, prices_opened_at=now)
        case _:
            return replace(tender, ended_at=now)
