"""The restore drill: a full database, `muhr backup`, `muhr restore`, every receipt verified again.

Most tenders are rows as the acts write them, copied in bulk from one that acts wrote; the bids,
their receipts and their bytes are real. Run as `script/soak drill [--database postgresql]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import func, select

from bids import jobs, opening_pool, queries
from bids.acts.uploading import Recorded
from foundation.blobs.filesystem import FilesystemBlobs
from foundation.database import DatabaseKind, make_engine, make_sessions, mark_database
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from portal import schema
from sealing.signatures import verify_note
from tendering.domain.tender import Tender
from tendering.models import TenderRow
from tests.bids import made
from tests.bids.faults import processes
from tests.bids.faults.beacons import OutsideBeacon
from tests.bids.faults.rig import Judge, come_to
from tests.databases import running_server
from tests.portal.backup.conftest import OPERATOR
from tests.portal.backup.many_tenders import copy_tender

ROOT = Path(__file__).parents[3]
# The most memory that one command held, as Linux says at its end. What wait4 says counts the
# process that started it, too.
MEASURED = """
import sys
from pathlib import Path
from portal.commands import main
peak = sys.argv.pop(1)
try:
    main()
finally:
    lines = Path("/proc/self/status").read_text().splitlines()
    Path(peak).write_text(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""
TENDERS = int(os.environ.get("MUHR_DRILL_TENDERS", "100000"))
BIDS = int(os.environ.get("MUHR_DRILL_BIDS", "3000"))
MOST_BIDS_A_TENDER = 250
# What backup and restore may use, however many tenders there are.
MOST_MEMORY = 512 << 20


@dataclass
class Filled:
    """A database with everything that a restore has to bring back, and what vendors hold."""

    context: JobContext
    acks: dict[str, str] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    vendors: list[Actor] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
    """What one command took."""

    output: str
    seconds: float
    memory: int


def fill(context: JobContext, tenders: int, bids: int) -> Filled:
    """Write ``tenders`` tenders and ``bids`` real bids, some opened, withdrawn or replaced."""
    filled = Filled(context)
    filled.vendors = [
        made.vendor(context, f"Firm {n}") for n in range(min(bids, MOST_BIDS_A_TENDER))
    ]
    real = -(-bids // MOST_BIDS_A_TENDER)
    first = made.tender(
        context, short_name="OPENED", opening_after=timedelta(), longer=timedelta(hours=2)
    )
    days = timedelta(days=7)
    others = [
        made.tender(context, short_name=letters(n), opening_after=timedelta(), longer=days)
        for n in range(real)
    ]
    for n in range(bids):
        tender = (first, *others)[n % (real + 1)]
        _submit(filled, tender, filled.vendors[n // (real + 1) % len(filled.vendors)])
    _change_minds(filled, others[0])
    jobs.tick_boxes(context)
    come_to(context, made.unsealing_at(first) + timedelta(seconds=4))
    jobs.sweep(context, opening_pool.in_this_process)
    pattern = made.tender(context, short_name="MANY", opening_after=timedelta(), longer=days)
    with context.sessions.kw["bind"].begin() as connection:
        copy_tender(connection, pattern.id, tenders - real - 2)
    return filled


def letters(number: int) -> str:
    """Return a short name that no other number has."""
    return "R" + "".join(chr(ord("A") + int(digit)) for digit in f"{number:04d}")


def _submit(filled: Filled, tender: Tender, vendor: Actor) -> str:
    sealed = made.seal(tender, vendor)
    committed = made.commit(filled.context, tender, vendor, sealed)
    recorded = made.complete(filled.context, tender, vendor, committed.upload_id, sealed.data)
    assert isinstance(recorded, Recorded)
    filled.acks[recorded.number] = recorded.ack
    filled.live.add(sealed.sha256)
    return sealed.sha256


def _change_minds(filled: Filled, tender: Tender) -> None:
    """Let some vendors replace their bid or withdraw it; only replaced and gone bytes end."""
    for n, vendor in enumerate(filled.vendors[:6]):
        with reading(filled.context.sessions) as session:
            own = queries.own_submissions(session, vendor.organisation_id)
        standing = [o.sha256 for o in own if o.tender_id == tender.id and o.state == "sealed"]
        if n % 2:
            _submit(filled, tender, vendor)
        elif standing:
            made.withdraw(filled.context, tender, vendor)
        filled.live -= set(standing)
    jobs.destroy_doomed(filled.context)


def muhr(settings: Settings, *arguments: str) -> Done:
    """Run one command of `muhr` as an operator does, and measure it."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "MUHR_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "MUHR_PRACTICE": "1",
        "MUHR_BACKUP_RECIPIENT": str(OPERATOR.recipient()),
    }
    with tempfile.TemporaryFile() as output, tempfile.NamedTemporaryFile() as peak:
        began = time.monotonic()
        code = subprocess.call(
            [sys.executable, "-c", MEASURED, peak.name, *arguments],
            cwd=ROOT, env=environment, stdout=output, stderr=output,
        )  # fmt: skip
        seconds = time.monotonic() - began
        output.seek(0)
        text = output.read().decode()
        assert code == 0, text
        return Done(text, seconds, int(peak.read()) << 10)


def drill(filled: Filled, folder: Path, restored: Settings, judge: Judge) -> tuple[Done, Done]:
    """Back up, bring back elsewhere, hold every receipt that was given against what came back."""
    identity = folder / "operator.txt"
    identity.write_text(f"{OPERATOR}\n")
    taken = muhr(filled.context.settings, "backup", "--to", str(folder / "archives"))
    archive = taken.output.strip().splitlines()[-1]
    back = muhr(restored, "restore", archive, "--identity", str(identity), "--nothing-newer")
    judge("it says how many it verified", f"again: {len(filled.acks)} receipts" in back.output)
    judge(f"memory is bounded: {taken.memory >> 20} and {back.memory >> 20} MiB",
          max(taken.memory, back.memory) < MOST_MEMORY)  # fmt: skip
    engine = make_engine(restored.database_url)
    try:
        sessions = make_sessions(engine)
        blobs = FilesystemBlobs(restored.folder("blobs"))
        check(filled, JobContext(restored, sessions, blobs), judge)
    finally:
        engine.dispose()
    return taken, back


def check(filled: Filled, found: JobContext, judge: Judge) -> None:
    """Verify every acknowledgement that a vendor holds against the restored installation."""
    verifier = made.key(found).verifier()
    with reading(found.sessions) as session:
        kept = {
            own.number: own
            for vendor in filled.vendors
            for own in queries.own_submissions(session, vendor.organisation_id)
        }
        count = session.scalar(select(func.count()).select_from(TenderRow))
    with reading(filled.context.sessions) as session:
        before = session.scalar(select(func.count()).select_from(TenderRow))
    judge(f"every tender came back: {count}", count == before)
    same = signed = 0
    for number, ack in filled.acks.items():
        verify_note(ack.encode(), [verifier])
        signed += made.note_document(ack)["sha256"] == kept[number].sha256
        same += kept[number].ack == ack
    judge(f"every receipt verifies: {signed}", signed == len(filled.acks))
    judge("every receipt is the one that was given", same == len(filled.acks))
    held = [own for own in kept.values() if own.sha256 in filled.live]
    whole = sum(found.blobs.stat(own.blob_key or "").sha256 == own.sha256 for own in held)
    judge(f"every standing bid has its bytes: {whole}", whole == len(filled.live))
    gone = [own for own in kept.values() if own.sha256 not in filled.live]
    there = set(found.blobs.list("sealed/"))
    judge(f"what ended stays gone: {len(gone)}", not {own.blob_key for own in gone} & there)


@contextmanager
def _place(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the addresses of the database to fill and of an empty one."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/data/muhr.sqlite3", f"sqlite:///{folder}/back/muhr.sqlite3"
        return
    with running_server(durable=True) as server:
        for name in ("drill", "back"):
            server.execute(f"CREATE DATABASE {name}")
        yield server.url("drill"), server.url("back")


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
def main(database: str) -> None:
    """Fill, back up, restore, verify; the last line says how many checks held."""
    passed: list[str] = []
    failed: list[str] = []

    def judge(what: str, holds: bool) -> None:
        (passed if holds else failed).append(what)
        click.echo(f"{'held' if holds else 'BROKEN'}: {what}")

    with (
        tempfile.TemporaryDirectory() as name,
        _place(database, Path(name)) as (url, empty_url),
    ):
        folder, beacon = Path(name), OutsideBeacon()
        (folder / "data").mkdir()
        began = time.monotonic()
        context = made_context(folder / "data", beacon.url, url)
        filled = fill(context, TENDERS, BIDS)
        click.echo(f"filled in {time.monotonic() - began:.0f} s")
        restored = replace(context.settings, data_dir=folder / "back", database_url=empty_url)
        taken, back = drill(filled, folder, restored, judge)
        size = next((folder / "archives").iterdir()).stat().st_size
        click.echo(f"backup {taken.seconds:.1f} s ({size >> 20} MiB), restore {back.seconds:.1f} s")
        context.sessions.kw["bind"].dispose()
        beacon.go_away()
    click.echo(f"{len(passed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


def made_context(data_dir: Path, beacon_url: str, database_url: str) -> JobContext:
    """Return the context of a new practice database with its tables and its key."""
    context = processes.context_of(str(data_dir), beacon_url, database_url)
    context.settings.folder("keys")
    schema.upgrade(context.sessions.kw["bind"])
    with context.sessions() as session:
        mark_database(session, DatabaseKind.PRACTICE)
        session.commit()
    made.key(context)
    return context


if __name__ == "__main__":
    main()
