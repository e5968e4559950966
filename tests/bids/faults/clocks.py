"""Machines whose clocks are an hour off, killed throughout: nothing early, nothing late, once.

On PostgreSQL each process stands for a machine with a clock of its own, and the database's clock
decides. On SQLite the machine's clock is the database's: it jumps under all processes at once,
openings pause, receptions go on by the time since the start (decision 7).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bids import facts, queries
from foundation.database import database_instant
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tendering.domain.tender import Stage
from tests.bids import made
from tests.bids.faults import rig
from tests.bids.faults.processes import OWN_MACHINE
from tests.bids.faults.rig import Run
from tests.bids.faults.shim import Shim
from transparency.models import Act

HOUR = 3600
BEFORE = timedelta(seconds=3)
# A worker that went by a clock an hour behind would come later than this.
LATEST = timedelta(minutes=30)
STARTING = {
    "box.closed": lambda run: run.opening.schedule.deadline_at,
    "opening.begin": lambda run: run.opening.schedule.opening_at,
    "opening.unlock": lambda run: made.unsealing_at(run.opening),
    "opening.envelope": lambda run: made.unsealing_at(run.opening),
}


class Watch:
    """Looks at the record again and again and writes down whatever happened before its time."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.early: list[str] = []
        self.looks = 0

    def look(self) -> datetime:
        """Look once; return the database's instant, read after the state."""
        with reading(self.run.context.sessions) as session:
            stage = tenders.tender(session, self.run.opening.id).stage
            opened = len(facts.opened_bids(session, self.run.opening.id))
            at = database_instant(session)
        schedule = self.run.opening.schedule
        if stage is not Stage.PUBLISHED and at < schedule.deadline_at:
            self.early.append(f"{stage} at {at}")
        if stage in {Stage.OPENING, Stage.OPENED} and at < schedule.opening_at:
            self.early.append(f"{stage} at {at}")
        if opened and at < made.unsealing_at(self.run.opening):
            self.early.append(f"{opened} opened at {at}")
        self.looks += 1
        return at


@contextmanager
def watching(run: Run) -> Iterator[Watch]:
    """Watch beside the block; skip the guard's minute once the tender has closed in peace."""
    watch, skipped = Watch(run), False

    def look() -> None:
        nonlocal skipped
        at = watch.look()
        if not skipped and at > run.opening.schedule.deadline_at + BEFORE / 2:
            rig.come_to(run.context, made.unsealing_at(run.opening) - BEFORE)
            skipped = True

    with rig.meanwhile(look):
        yield watch


def skewed_machines(
    run: Run,
    folder: Path,
    *,
    seconds: float,
    crash_database: Callable[[], None] | None = None,
    most_kills: int = 1_000_000,
) -> Watch:
    """Open with workers an hour ahead and an hour behind, killed with SIGKILL again and again."""
    ahead, behind = Shim(folder, "ahead"), Shim(folder, "behind")
    ahead.skew(HOUR)
    behind.skew(-HOUR)
    machines = [{OWN_MACHINE: "1", **shim.environment} for shim in (ahead, behind)]
    with watching(run) as watch:
        _submit_until_the_deadline(run, machines[1])
        rig.kill_until_opened(
            run,
            workers=2,
            seconds=seconds,
            pool=False,
            crash_database=crash_database,
            machines=machines,
            most_kills=most_kills,
        )
    return watch


def jumping_machine(run: Run, folder: Path) -> tuple[Watch, list[str]]:
    """Let the one machine's clock jump an hour either way while an opening falls due.

    Returns what was seen, and what a jump should have held up but did not.
    """
    shim, wrong = Shim(folder), []
    with watching(run) as watch:
        worker = run.start("worker", environment=shim.environment)
        run.start_submitter(shim.environment)
        _submit_until_the_deadline(run, shim.environment)
        rig.until(lambda: _stage(run) is Stage.CLOSED)
        shim.skew(HOUR)
        worker = _killed(run, worker, shim)
        due_at = run.opening.schedule.opening_at
        rig.until(lambda: watch.look() > due_at)
        if _stage(run) is not Stage.CLOSED:
            wrong.append("it began under a clock an hour ahead")
        shim.skew(-HOUR)
        worker = _killed(run, worker, shim)
        rig.until(lambda: watch.look() > made.unsealing_at(run.opening) + BEFORE / 2)
        before = _receipts(run)
        rig.until(lambda: _receipts(run) > before)
        if _stage(run) is not Stage.CLOSED:
            wrong.append("it began under a clock an hour behind")
        shim.skew(0)
        rig.until(lambda: rig.is_opened(run))
    run.opened_by_workers = True
    for child in list(run.children):
        run.kill(child)
    return watch, wrong


def check(run: Run, watch: Watch) -> tuple[list[str], list[str]]:
    """Return what held and what did not: the rig's promises, and that nothing was early or late."""
    passed, failed = rig.check(run)

    def judge(what: str, holds: bool) -> None:
        (passed if holds else failed).append(what)

    with reading(run.context.sessions) as session:
        acts = session.execute(
            select(Act.kind, Act.at).where(Act.tender_id == run.opening.id, Act.kind.in_(STARTING))
        ).all()
    judge(f"nothing was seen early: {watch.early}", not watch.early and watch.looks > 0)
    judge("nothing is on record early", all(at >= STARTING[kind](run) for kind, at in acts))
    last = max((at for _kind, at in acts), default=None)
    judge("the workers opened by themselves", run.opened_by_workers)
    judge("nothing was late", last is not None and last < made.unsealing_at(run.opening) + LATEST)
    _check_latecomer(run, judge)
    return passed, failed


def _check_latecomer(run: Run, judge: rig.Judge) -> None:
    """Who goes on submitting past the deadline has receipts before it and refusals after it."""
    numbers = run.latecomers.read_text().split()
    refused = set(Path(f"{run.latecomers}.refused").read_text().split())
    vendor = rig.read_vendors(run, "latecomer")[0]
    with reading(run.context.sessions) as session:
        kept = queries.own_submissions(session, vendor.organisation_id)
        opened = {
            bid.sha256
            for bid in facts.opened_bids(session, run.opening.id)
            if bid.vendor_name == rig.LATECOMER
        }
    completed = {found.number: found for found in kept if found.completed_at is not None}
    deadline_at = run.opening.schedule.deadline_at
    judge("the latecomer got receipts in time", bool(numbers))
    judge("each stands on record", set(numbers) <= set(completed))
    in_time = all(found.completed_at < deadline_at for found in completed.values())
    judge("none was given late", in_time)
    judge(f"late was refused as such: {refused}", "late" in refused)
    newest = max(completed.values(), key=lambda found: found.completed_at, default=None)
    judge("the last one in time was opened", newest is not None and opened == {newest.sha256})


def _submit_until_the_deadline(run: Run, environment: Mapping[str, str]) -> None:
    """Start the latecomer; once it has a receipt the deadline is seconds away."""
    run.start_latecomer(environment)
    rig.until(lambda: run.latecomers.exists() and run.latecomers.stat().st_size > 0)
    rig.come_to(run.context, run.opening.schedule.deadline_at - BEFORE)


def _killed(run: Run, worker: rig.Child, shim: Shim) -> rig.Child:
    run.kill(worker)
    run.kills += 1
    time.sleep(secrets.randbelow(300) / 1000)
    return run.start("worker", environment=shim.environment)


def _stage(run: Run) -> Stage:
    with reading(run.context.sessions) as session:
        return tenders.tender(session, run.opening.id).stage


def _receipts(run: Run) -> int:
    return len(run.record.read_text().split()) if run.record.exists() else 0
