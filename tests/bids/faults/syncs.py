"""Slow and failing fsync, under receptions and under an opening: no receipt without its bytes."""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from bids import queries
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from sealing.signatures import verify_note
from tests.bids import made
from tests.bids.faults import rig
from tests.bids.faults.rig import Child, Judge, Run, until
from tests.bids.faults.shim import Shim

BYTES = "*/.partial-*"
# What an opening decrypts is synced where it was written, and then gets its name in the store.
OPENED = "*/unsealed/*"
FOLDER = "*/blobs/sealed"
COMMIT = "*.sqlite3-wal"
CHECKPOINT = "*.sqlite3"


@dataclass
class Reception:
    """What a desk answered, line by line."""

    vendors: list[Actor]
    answers: list[dict[str, Any]]

    @property
    def receipts(self) -> dict[str, str]:
        """Return the SHA-256 of each bid that got a receipt, by the receipt's number."""
        return {one["number"]: one["sha256"] for one in self.answers if one.get("number")}

    @property
    def refusals(self) -> set[tuple[int, str]]:
        """Return every answer that was none of the wanted ones."""
        return {(o["status"], o["code"]) for o in self.answers if o.get("status", 200) >= 300}


def received(run: Run, shim: Shim | None, *, vendors: int, threads: int = 1) -> Reception:
    """Let vendors hand in bids at a desk of its own under the shim; kill it at the end."""
    folder = run.context.settings.data_dir
    record, number = folder / "answers.txt", len(list(folder.glob("desk-*.json")))
    actors = [made.vendor(run.context, f"Desk {number} {n}") for n in range(vendors)]
    file = folder / f"desk-{number}.json"
    file.write_text(json.dumps([made.vendor_document(actor) for actor in actors]))
    record.unlink(missing_ok=True)
    arguments = [run.other.id, str(file), str(record), str(threads)]
    environment = shim.environment if shim is not None else {}
    child = run.start_module("tests.bids.faults.desk", *arguments, environment=environment)
    until(lambda: _is_done(record) or _ended(child))
    run.kill(child)
    run.kills += 1
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert lines[-1]["step"] == "done", run.complaints.read_text()[-2000:]
    return Reception(actors, lines[:-1])


def opened(run: Run, shim: Shim) -> None:
    """Let a worker under the shim open everything; it is killed once a sync has failed."""
    worker = run.start("worker", environment=shim.environment)
    until(lambda: shim.get("failed") > 0)
    run.kill(worker)
    run.kills += 1
    rig.let_leases_run_out(run)
    worker = run.start("worker", environment=shim.environment)
    end = time.monotonic() + rig.WAIT_SECONDS
    while not rig.is_opened(run) and time.monotonic() < end:
        time.sleep(1)
        rig.let_leases_run_out(run)
    run.opened_by_workers = rig.is_opened(run)
    run.kill(worker)


def check_reception(run: Run, reception: Reception, judge: Judge) -> None:
    """Hold every receipt that was given against what lies on disk, after the process is dead."""
    receipts = reception.receipts
    judge("every vendor got a receipt in the end", len(receipts) == len(reception.vendors))
    with reading(run.context.sessions) as session:
        rows = [
            row
            for vendor in reception.vendors
            for row in queries.own_submissions(session, vendor.organisation_id)
        ]
    judge("one record a bid", len(rows) == len(receipts))
    judge("every receipt is on record", {row.number: row.sha256 for row in rows} == receipts)
    verifier = made.key(run.context).verifier()
    for row in rows:
        signed = verify_note((row.ack or "").encode(), [verifier])
        stored = run.context.blobs.stat(row.blob_key or "")
        judge("each is signed for its bytes", f'"sha256":"{row.sha256}"' in signed)
        judge("each has its bytes", stored.sha256 == row.sha256)
    _check_no_remains(run, judge)
    check_database(run, judge)


def _check_no_remains(run: Run, judge: Judge) -> None:
    """No half file, and no sealed file without a record: for desks that came to their end."""
    blobs = run.context.settings.folder("blobs")
    judge("no half file is left", not [*blobs.rglob(".partial-*")])
    with reading(run.context.sessions) as session:
        known = set(session.scalars(text("SELECT blob_key FROM envelope_submission")))
    judge("no sealed file without a record", set(run.context.blobs.list("sealed/")) <= known)


def check_database(run: Run, judge: Judge) -> None:
    """No damage in the database's file; PostgreSQL looks after its own."""
    url = make_url(run.context.settings.database_url)
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(url.database or "") as connection:
            (found,) = connection.execute("PRAGMA integrity_check").fetchone()
        judge("the database is whole", found == "ok")


def rests_on_syncs(reception: Reception) -> bool:
    """Tell whether each receipt had a sync of its own that succeeded since the one before.

    For a desk that serves one vendor after the other, and syncs of one file or folder.
    """
    counts = [one["syncs"] for one in reception.answers if one.get("number")]
    return all(later > earlier for earlier, later in zip([0, *counts], counts, strict=False))


def _is_done(record: Path) -> bool:
    return record.exists() and '"step": "done"' in record.read_text()


def _ended(child: Child) -> bool:
    return child.poll() is not None
