"""A worker that crashes, or meets an intruder, at any of its steps; and what must always hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import text

from bids import facts, jobs, opening_jobs, opening_pool
from bids.queries import openings
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import UnitOfWork, reading
from tendering import facts as tenders
from tendering.domain.tender import Stage
from tests.bids import made


class Crash(BaseException):
    """The worker dies here; only what was committed remains."""


@dataclass
class Door:
    """Counts a worker's steps: one before each commit, one after it."""

    at: int = 0
    disturb: Callable[[int], None] = lambda _step: None

    def step(self) -> None:
        self.at += 1
        self.disturb(self.at)


@contextmanager
def disturbed(door: Door) -> Iterator[Door]:
    """Let `door.disturb` run at every step of the jobs inside."""
    real = opening_jobs.system

    @contextmanager
    def system(context: JobContext, part: str) -> Iterator[UnitOfWork]:
        with real(context, part) as uow:
            yield uow
            before_commit = door.disturb
            door.at += 1
            if getattr(before_commit, "inside", False):
                before_commit(door.at)
        door.step()

    opening_jobs.system = system
    try:
        yield door
    finally:
        opening_jobs.system = real


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def crash_at(step: int, *, inside: bool = False) -> Callable[[int], None]:
    """Return a disturbance that kills the worker at one step, before or after its commit."""

    def disturb(at: int) -> None:
        if at == step:
            raise Crash

    disturb.inside = inside  # type: ignore[attr-defined]
    return disturb


def intrude_at(step: int, context: JobContext) -> Callable[[int], None]:
    """Return a disturbance that lets another node do the whole sweep at one step."""
    busy = False

    def disturb(at: int) -> None:
        nonlocal busy
        if at == step and not busy:
            busy = True
            sweep(context)

    return disturb


def faults(context: JobContext, tender_id: str) -> list[str]:
    """Return what is wrong with the record of one opening, nothing when all holds."""
    with reading(context.sessions) as session:
        tender = tenders.tender(session, tender_id)
        acts = session.execute(
            text("SELECT kind, doc, at FROM act WHERE tender_id = :t ORDER BY n"), {"t": tender_id}
        ).all()
        bids = facts.opened_bids(session, tender_id)
        sealed = openings.sealed_count(session, tender_id, "single")
        now = database_instant(session)
    kinds = Counter(kind for kind, _, _ in acts)
    found = [
        f"{kind} {kinds[kind]} times"
        for kind in ("box.closed", "opening.begin", "opening.unlock", "opening.conclude")
        if kinds[kind] > 1
    ]
    if kinds["opening.envelope"] != len(bids):
        found.append(f"{kinds['opening.envelope']} envelopes recorded, {len(bids)} opened")
    if len({bid.envelope_id for bid in bids}) != len(bids):
        found.append("an envelope twice")
    if tender.stage is Stage.OPENED and sealed:
        found.append("concluded with sealed envelopes")
    if bids and now < made.unsealing_at(tender):
        found.append("opened before its time")
    if kinds["opening.envelope"] and not kinds["opening.unlock"]:
        found.append("opened without the key on record")
    return found
