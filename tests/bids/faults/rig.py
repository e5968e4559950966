"""Workers killed with SIGKILL during an opening, submitters going on; then all promises checked."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bids import facts, queries
from bids.domain.opening import LEASE_SECONDS
from foundation.database import DatabaseKind, mark_database, move_clock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from portal import schema
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.faults import processes
from tests.bids.faults.beacons import OutsideBeacon
from tests.bids.steps import faults, sweep
from transparency.models import Act

Judge = Callable[[str, bool], None]
Child = subprocess.Popen[bytes]
outages_survived = processes.outages_survived
WAIT_SECONDS = 120
LATECOMER = "Latecomer"
ROOT = Path(__file__).parents[3]


@dataclass
class Run:
    """One fault run: its data folder, its processes, what it counted."""

    context: JobContext
    beacon: OutsideBeacon
    opening: Tender
    other: Tender
    sealed: dict[str, str] = field(default_factory=dict)
    kills: int = 0
    crashes: int = 0
    opened_by_workers: bool = False
    children: list[Child] = field(default_factory=list)

    @property
    def record(self) -> Path:
        """Where submitters write down the receipts they got."""
        return self.context.settings.data_dir / "receipts.txt"

    @property
    def latecomers(self) -> Path:
        """Where a submitter to the tender that opens writes down its receipts, and refusals."""
        return self.context.settings.data_dir / "latecomers.txt"

    @property
    def complaints(self) -> Path:
        """Where the standard error of the processes goes."""
        return self.context.settings.data_dir.parent / "complaints.txt"

    def start(self, what: str, *rest: str, environment: Mapping[str, str] | None = None) -> Child:
        """Start one process of the rig."""
        return self.start_module(
            "tests.bids.faults.processes", *rest, before=(what,), environment=environment
        )

    def start_module(
        self,
        module: str,
        *rest: str,
        before: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Child:
        """Start a module with our data folder, beacon and database and what follows."""
        data_dir = str(self.context.settings.data_dir)
        command = [sys.executable, "-m", module, *before, data_dir]
        with self.complaints.open("ab") as complaints:
            child = subprocess.Popen(
                [*command, self.beacon.url, self.context.settings.database_url, *rest],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
        self.children.append(child)
        return child

    def start_submitter(self, environment: Mapping[str, str] | None = None) -> Child:
        """Start a submitter for the tender that is still open."""
        vendors = str(self.context.settings.data_dir / "vendors.json")
        place = (self.other.id, vendors, str(self.record))
        return self.start("submitter", *place, environment=environment)

    def start_latecomer(self, environment: Mapping[str, str] | None = None) -> Child:
        """Start a submitter for the tender that opens; it goes on past the deadline."""
        vendors = str(self.context.settings.data_dir / "latecomer.json")
        place = (self.opening.id, vendors, str(self.latecomers))
        return self.start("submitter", *place, environment=environment)

    def kill(self, child: Child) -> None:
        """Kill one of our own processes and wait for its end."""
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.children.remove(child)


@contextlib.contextmanager
def prepared(
    data_dir: Path, bids: int, database_url: str, *, before: timedelta | None = None
) -> Iterator[Run]:
    """Make a practice database with `bids` sealed bids whose hour has come, and one open tender.

    With ``before`` the clock stands so long before the deadline of the one that is to open.
    """
    beacon = OutsideBeacon()
    context = processes.context_of(str(data_dir), beacon.url, database_url)
    context.settings.folder("keys")
    engine = context.sessions.kw["bind"]
    schema.upgrade(engine)
    with context.sessions() as session:
        mark_database(session, DatabaseKind.PRACTICE)
        session.commit()
    # However slow this machine is, every bid is in before the clock is moved to the hour.
    # Who waits for the closing sees it, too: the opening does not fall due in the same moment.
    after = timedelta() if before is None else timedelta(seconds=20)
    opening = made.tender(context, opening_after=after, longer=timedelta(hours=2))
    run = Run(context, beacon, opening, made.tender_of_days(context))
    vendors = [made.vendor(context, f"Firm {n}") for n in range(8)]
    (data_dir / "vendors.json").write_text(json.dumps([made.vendor_document(v) for v in vendors]))
    late = made.vendor(context, LATECOMER)
    (data_dir / "latecomer.json").write_text(json.dumps([made.vendor_document(late)]))
    for n in range(bids):
        vendor = made.vendor(context, f"Bidder {n}")
        total = f"{1_000_000 + n}.50"
        run.sealed[made.submit(context, run.opening, vendor, total=total).sha256] = total
    if before is None:
        come_to(context, made.unsealing_at(run.opening) + timedelta(seconds=4))
    else:
        come_to(context, run.opening.schedule.deadline_at - before)
    try:
        yield run
    finally:
        for child in list(run.children):
            run.kill(child)
        beacon.go_away()
        engine.dispose()


def kill_until_opened(
    run: Run,
    *,
    workers: int,
    seconds: float,
    pool: bool,
    crash_database: Callable[[], None] | None = None,
    machines: Sequence[Mapping[str, str]] = ({},),
    most_kills: int = 1_000_000,
    disturb: Callable[[], None] | None = None,
) -> None:
    """Kill a random worker again and again until the opening is over or the time is.

    With ``crash_database`` now and then the database's server ends and starts again under all.
    The processes stand on ``machines`` in turn, each an environment, and meet what ``disturb``
    does meanwhile. What they leave undone is done at the end, undisturbed.
    """
    with meanwhile(disturb, pause=1) if disturb is not None else contextlib.nullcontext():
        _kill_until_opened(run, workers, seconds, pool, crash_database, machines, most_kills)
    let_leases_run_out(run)
    sweep(run.context)


def _kill_until_opened(
    run: Run,
    workers: int,
    seconds: float,
    pool: bool,
    crash_database: Callable[[], None] | None,
    machines: Sequence[Mapping[str, str]],
    most_kills: int,
) -> None:
    extra = ["pool"] if pool else []
    machine = itertools.cycle(machines)
    submitter = run.start_submitter(next(machine))
    _wait_for_a_receipt(run)
    busy = [run.start("worker", *extra, environment=next(machine)) for _ in range(workers)]
    end = time.monotonic() + seconds
    while time.monotonic() < end and not _is_surely_opened(run):
        time.sleep(0.2 + secrets.randbelow(3000) / 1000)
        if _is_surely_opened(run):
            break
        if run.kills >= most_kills:
            continue
        victim = secrets.choice(busy)
        run.kill(victim)
        busy.remove(victim)
        busy.append(run.start("worker", *extra, environment=next(machine)))
        if secrets.randbelow(4) == 0:
            run.kill(submitter)
            submitter = run.start_submitter(next(machine))
        run.kills += 1
        if crash_database is not None and run.kills % 2:
            crash_database()
            run.crashes += 1
    run.opened_by_workers = _is_surely_opened(run)
    for child in (*busy, submitter):
        run.kill(child)


def _is_surely_opened(run: Run) -> bool:
    """Tell whether the opening is concluded; while the database is away nobody knows."""
    with outages_survived():
        return is_opened(run)
    return False


def submit_some(run: Run) -> None:
    """Let a submitter send bids to the open tender until it has a receipt."""
    child = run.start_submitter()
    _wait_for_a_receipt(run)
    run.kill(child)


def _wait_for_a_receipt(run: Run) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if run.record.exists() and run.record.stat().st_size:
            return
        time.sleep(0.1)


def is_opened(run: Run) -> bool:
    """Tell whether the opening is concluded."""
    with reading(run.context.sessions) as session:
        return tenders.tender(session, run.opening.id).stage is Stage.OPENED


def check(run: Run) -> tuple[list[str], list[str]]:
    """Return what held and what did not."""
    passed: list[str] = []
    failed: list[str] = []

    def judge(what: str, holds: bool) -> None:
        (passed if holds else failed).append(what)

    judge("the opening is concluded", is_opened(run))
    judge("the record holds", faults(run.context, run.opening.id) == [])
    with reading(run.context.sessions) as session:
        bids = facts.opened_bids(session, run.opening.id)
        acts = session.scalars(
            select(Act.doc).where(Act.kind == "opening.envelope", Act.tender_id == run.opening.id)
        )
        recorded = Counter(doc["sha256"] for doc in acts if doc)
    # Who submits until the deadline is judged by the receipts, in `clocks`.
    steady = [bid for bid in bids if bid.vendor_name != LATECOMER]
    judge("every bid was opened", {bid.sha256 for bid in steady} == set(run.sealed))
    judge("each exactly once", set(recorded.values()) <= {1} and len(recorded) == len(bids))
    judge("each with its own price", all(_price_holds(run, bid) for bid in steady))
    judge("no plaintext is left under way", _plaintext_left(run) == [])
    judge("workers were killed", run.kills > 0)
    _check_receipts(run, judge)
    return passed, failed


def _price_holds(run: Run, bid: facts.OpenedBid) -> bool:
    total = bid.content.total if bid.content else None
    return total is not None and format(total, "f") == run.sealed.get(bid.sha256)


def _plaintext_left(run: Run) -> list[Path]:
    return list(run.context.settings.folder("unsealed").iterdir())


def _check_receipts(run: Run, judge: Judge) -> None:
    """Every receipt that a vendor holds stands for stored bytes, or for replaced ones."""
    numbers = run.record.read_text().split() if run.record.exists() else []
    with reading(run.context.sessions) as session:
        kept = {
            found.number: found
            for vendor in read_vendors(run, "vendors")
            for found in queries.own_submissions(session, vendor.organisation_id)
        }
    judge("submitters got receipts", bool(numbers))
    judge("every receipt is on record", all(n in kept and kept[n].ack for n in numbers))
    sealed = [found for found in kept.values() if found.state == "sealed"]
    whole = all(
        run.context.blobs.stat(found.blob_key or "").sha256 == found.sha256 for found in sealed
    )
    judge("every standing bid has its bytes", whole)
    envelopes = Counter(found.envelope_id for found in sealed)
    judge("one live bid an envelope", set(envelopes.values()) <= {1})


@contextlib.contextmanager
def meanwhile(act: Callable[[], None], *, pause: float = 0.1) -> Iterator[None]:
    """Do something again and again beside the block; a fault in it is a fault of the block."""
    ending, failed = threading.Event(), list[BaseException]()

    def go_on() -> None:
        try:
            while not ending.wait(pause):
                with outages_survived():
                    act()
        except BaseException as error:  # noqa: BLE001 - told by whoever waits for the thread
            failed.append(error)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()
    if failed:
        raise failed[0]


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail when it never does."""
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < end, "it does not come to it"
        time.sleep(0.05)


def read_vendors(run: Run, name: str) -> list[Actor]:
    """Return the vendors whose bids a submitter sends."""
    file = run.context.settings.data_dir / f"{name}.json"
    return [made.vendor_actor(document) for document in json.loads(file.read_text())]


def come_to(context: JobContext, at: datetime) -> None:
    """Move the database's clock."""
    with unit_of_work(context.sessions, Actor.system("test")) as uow:
        move_clock(uow.session, at - uow.now)


def let_leases_run_out(run: Run) -> None:
    """Move the database's clock past every lease that a worker holds."""
    with unit_of_work(run.context.sessions, Actor.system("test")) as uow:
        move_clock(uow.session, timedelta(seconds=LEASE_SECONDS))
