"""A tender with two envelopes whose technical ones are open and reported: prices come next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bids import jobs, opening_pool
from bids.acts import pricing
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage
from tests.bids import committee_made, made
from tests.bids.committee_made import Member, Sitting
from tests.bids.made import Sealed

METHOD = "two-envelopes"
# Acceptance scenario 7: D fails, and its price is the lowest.
PRICES = {"A": "12000000", "B": "15000000", "C": "10000000", "D": "6123457"}


@dataclass(frozen=True)
class Handed:
    """What one bidder handed in."""

    vendor: Actor
    technical: Sealed
    financial: Sealed


def published(context: JobContext) -> Sitting:
    return committee_made.published(context, method=METHOD)


def hand_in(
    context: JobContext, sitting: Sitting, prices: dict[str, str] = PRICES
) -> dict[str, Handed]:
    """Let each bidder seal and send both envelopes."""
    found = {}
    for name, total in prices.items():
        vendor = made.vendor(context, name)
        sealed = [
            made.submit(context, sitting.tender, vendor, total=total, kind=kind)
            for kind in sitting.tender.envelopes
        ]
        found[name] = Handed(vendor, *sealed)
    return found


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def to_the_shares(context: JobContext, sitting: Sitting, clock: FrozenClock) -> None:
    """Let time pass until the technical outer files are read and shares are awaited."""
    clock.move_to(sitting.tender.schedule.deadline_at)
    sweep(context)
    clock.move_to(made.unsealing_at(sitting.tender))
    clock.advance(seconds=3)
    sweep(context)


def release(
    context: JobContext, sitting: Sitting, envelopes: Iterable[Sealed], members: Sequence[Member]
) -> None:
    """Let members give their shares of these envelopes; each must be taken."""
    for sealed in envelopes:
        for member in members:
            assert committee_made.release(context, sitting, member, sealed) is None


def technical_reported(
    context: JobContext, sitting: Sitting, handed: dict[str, Handed], clock: FrozenClock
) -> None:
    """Open the technical envelopes and publish the technical report."""
    to_the_shares(context, sitting, clock)
    envelopes = [each.technical for each in handed.values()]
    release(context, sitting, envelopes, sitting.members[:2])
    sweep(context)
    with unit_of_work(context.sessions, sitting.who.officer) as uow:
        progress_tender(uow, sitting.tender.id, Stage.TECHNICAL_REPORTED)


def open_prices(
    context: JobContext, sitting: Sitting, passed: Iterable[Handed], actor: Actor | None = None
) -> tuple[int, int]:
    """Let a second person approve whose prices are opened."""
    vendors = frozenset(each.vendor.organisation_id for each in passed)
    with unit_of_work(context.sessions, actor or sitting.who.approver) as uow:
        return pricing.open_prices(uow, sitting.tender.id, {"1": vendors})
