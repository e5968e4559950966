"""How long after the deadline a tender is closed while forty vendors press; aim: under 0.05 s.

Submitters register fingerprints from two processes of twenty threads each, before the deadline
and past it; a third process looks for what is due as the worker's loop does, and closes.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from bench.databases import context_on, running_postgresql, scratch, sqlite_url
from bench.fingerprints import A_VENDOR, announce
from bench.report import figure
from bids import jobs
from bids.intake import intake_of
from foundation.database import database_instant, move_clock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made

ROOT = Path(__file__).parents[1]
PROCESSES, THREADS = 2, 20
BEFORE, AFTER = timedelta(seconds=8), timedelta(seconds=2)
AIM_SECONDS = 0.05
LOOK_SECONDS = 0.005


def main(*, quick: bool) -> None:
    """Print the figures of both databases."""
    with scratch() as folder, running_postgresql("bench") as urls:
        for kind, url in (("sqlite", sqlite_url(folder / "sqlite")), ("postgresql", urls["bench"])):
            with context_on(url, folder / kind) as context:
                _measure(kind, context, 1 if quick else 3)


def _measure(kind: str, context: JobContext, rounds: int) -> None:
    """Close tenders with nobody about and under pressure, by turns."""
    pressed, quiet = [], []
    for number in range(rounds):
        quiet.append(
            _lag(context, made.tender(context, short_name=f"Q{'ABC'[number]}"), press=False)
        )
        pressed.append(
            _lag(context, made.tender(context, short_name=f"P{'ABC'[number]}"), press=True)
        )
    lag, alone = statistics.median(pressed), statistics.median(quiet)
    figure(f"close.{kind}.lag under 40 submitters", lag, "s", "aim", AIM_SECONDS)
    figure(f"close.{kind}.lag under 40 submitters", lag, "s", "with nobody about", alone)


def _lag(context: JobContext, tender: Tender, *, press: bool) -> float:
    """Return the seconds from the deadline until the closing was committed."""
    deadline_at = tender.schedule.deadline_at
    with unit_of_work(context.sessions, Actor.system("bench")) as uow:
        move_clock(uow.session, deadline_at - uow.now - BEFORE)
    with _submitters(context, tender) if press else contextlib.nullcontext():
        while (at := _now(context)) < deadline_at:
            left = (deadline_at - at).total_seconds()
            time.sleep(max(0.0, min(left, 0.5) - LOOK_SECONDS))
        while not _is_closed(context, tender.id):
            jobs._close_boxes(context)  # noqa: SLF001 - the worker's own step, timed alone
        return (_now(context) - deadline_at).total_seconds()


def _now(context: JobContext) -> datetime:
    with reading(context.sessions) as session:
        return database_instant(session)


def _is_closed(context: JobContext, tender_id: str) -> bool:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender_id).stage is not Stage.PUBLISHED


@contextlib.contextmanager
def _submitters(context: JobContext, tender: Tender) -> Iterator[None]:
    settings = context.settings
    vendors = [
        made.vendor_document(made.vendor(context, f"Firm {n}")) for n in range(PROCESSES * THREADS)
    ]
    command = [sys.executable, "-m", "bench.close", "press"]
    command += [str(settings.data_dir), settings.database_url]
    children = [
        subprocess.Popen(
            [*command, tender.id, json.dumps(vendors[n::PROCESSES])],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for n in range(PROCESSES)
    ]
    try:
        for child in children:
            if child.stdout is None or child.stdout.readline() != b"pressing\n":
                raise RuntimeError("a submitter did not start")
        yield
    finally:
        for child in children:
            child.terminate()
            child.wait()


def _press(folder: str, url: str, tender_id: str, vendors: str) -> None:
    """Register fingerprints from twenty threads until ended."""
    with context_on(url, Path(folder)) as context:
        with reading(context.sessions) as session:
            tender = tenders.tender(session, tender_id)
        people = [made.vendor_actor(each) for each in json.loads(vendors)]
        started = threading.Barrier(len(people) + 1)
        with ThreadPoolExecutor(len(people)) as threads:
            for who in people:
                threads.submit(_press_as, context, tender, who, started)
            started.wait()
            sys.stdout.write("pressing\n")
            sys.stdout.flush()


def _press_as(context: JobContext, tender: Tender, who: Actor, started: threading.Barrier) -> None:
    started.wait()
    intake, given = intake_of(context.sessions), 0
    signer = made.key(context)
    while True:
        with contextlib.suppress(Refusal):
            announce(intake.run, tender, who, signer)
        given += 1
        if given > A_VENDOR:  # what follows is refused after as long a look
            time.sleep(0.02)


if __name__ == "__main__":
    if sys.argv[1:2] == ["press"]:
        _press(*sys.argv[2:])
    else:
        main(quick="--quick" in sys.argv)
