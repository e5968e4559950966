"""The processes of a fault run: a worker that sweeps, a submitter that seals.

Run as `python -m tests.bids.faults.processes worker|submitter …`; each may be killed at any moment.
With OWN_MACHINE in its environment a process stands for a machine of its own: it shares no clock.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bids import jobs, opening_pool
from bids.domain.opening import Contents
from bids.intake import intake_of
from bids.unsealing import Task
from foundation import clock
from foundation.blobs.chosen import chosen_blobs
from foundation.database import make_engine, make_sessions
from foundation.jobs import JobContext
from foundation.settings import from_environment
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tests.bids import made

OWN_MACHINE = "MUHR_RIG_OWN_MACHINE"
PAUSE_SECONDS = 0.05
# A small test envelope opens in milliseconds; the pause makes it take as long as a large one.
ENVELOPE_SECONDS = 0.1
# One vendor may seal thirty times an hour.
SEALING_SECONDS = 0.4


def context_of(data_dir: str, beacon_url: str, database_url: str) -> JobContext:
    """Return the context of a process on this data folder and the database of its rig."""
    settings = from_environment(
        {
            "MUHR_DATA": data_dir,
            "DATABASE_URL": database_url,
            "MUHR_PRACTICE": "1",
            "MUHR_BEACON_URL": beacon_url,
        }
    )
    sessions = make_sessions(make_engine(settings.database_url))
    return JobContext(settings, sessions, chosen_blobs(settings))


def work(context: JobContext, *, pool: bool) -> None:
    """Sweep until killed."""
    while True:
        with outages_survived():
            jobs.keep_clock(context)
            jobs.sweep(context, opening_pool.process_pool if pool else slowly)
            jobs.destroy_doomed(context)
        time.sleep(PAUSE_SECONDS)


@contextmanager
def outages_survived() -> Iterator[None]:
    """Go on as the real worker does when server or disk fails; other faults end us."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.orig, sqlite3.Error) and not _is_disk_fault(error.orig):
            raise
    except OSError as error:
        if error.errno not in {errno.EIO, errno.ENOSPC}:
            raise


def _is_disk_fault(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


@contextmanager
def slowly() -> Iterator[opening_pool.Unseal]:
    """Open envelopes in this process, each as slowly as a large one."""
    with opening_pool.in_this_process() as unseal_all:

        def unseal_slowly(tasks: Iterable[Task]) -> Iterator[tuple[Task, Contents]]:
            for found in unseal_all(tasks):
                time.sleep(ENVELOPE_SECONDS)
                yield found

        yield unseal_slowly


def submit(context: JobContext, tender_id: str, vendor_file: str, record_file: str) -> None:
    """Seal and submit replacements as one vendor until killed; write down each answer."""
    vendors = json.loads(Path(vendor_file).read_text())
    intake = intake_of(context.sessions)
    with reading(context.sessions) as session:
        tender = tenders.tender(session, tender_id)
    n = 0
    with Path(record_file).open("a") as record, Path(f"{record_file}.refused").open("a") as refused:
        while True:
            actor = made.vendor_actor(vendors[n % len(vendors)])
            n += 1
            try:
                with outages_survived():
                    print(made.submit_by_intake(context, intake, tender, actor), file=record)
                    record.flush()
                    time.sleep(SEALING_SECONDS / len(vendors))
                    continue
            except (made.NotRecordedError, Refusal) as error:
                print(error, file=refused, flush=True)
            time.sleep(1)


def main(arguments: list[str]) -> None:
    """Run one process of the rig."""
    what, data_dir, beacon_url, database_url, *rest = arguments
    context = context_of(data_dir, beacon_url, database_url)
    if OWN_MACHINE not in os.environ:
        clock.share(context.settings.agreed_clock)
    if what == "worker":
        work(context, pool=rest == ["pool"])
    else:
        submit(context, *rest)


if __name__ == "__main__":
    main(sys.argv[1:])
