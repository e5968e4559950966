"""The long fault runs of bids: openings and receptions while clocks, disks and the beacon fail.

Run as `script/soak opening|clocks|syncs|disk|beacon [--database postgresql]`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from bids import facts
from foundation.unit_of_work import reading
from tests.bids.faults import clocks, rig, syncs
from tests.bids.faults.beacons import Mood
from tests.bids.faults.full_disks import small_disk
from tests.bids.faults.shim import Shim
from tests.databases import Server, running_server

BIDS = int(os.environ.get("MUHR_SOAK_BIDS", "200"))
ROUNDS = int(os.environ.get("MUHR_SOAK_ROUNDS", "3"))
SECONDS = int(os.environ.get("MUHR_SOAK_SECONDS", "180"))
LIES = 40
SMALL_DISK_BYTES = 24 << 20
Judged = tuple[list[str], list[str]]


@dataclass(frozen=True)
class Place:
    """Where one round runs: a folder of its own, an empty database, its server if it has one."""

    folder: Path
    url: str
    server: Server | None

    @property
    def crash(self) -> Callable[[], None] | None:
        """What ends the database's server at once and starts it again."""
        return self._crash if self.server is not None else None

    def _crash(self) -> None:
        assert self.server is not None
        self.server.stop(at_once=True)
        self.server.start()


def opening(place: Place, number: int) -> Judged:
    """Kill workers, their process pools and the database's server throughout an opening."""
    with rig.prepared(place.folder / "data", BIDS, place.url) as run:
        pool = number % 2 == 1
        rig.kill_until_opened(
            run, workers=2, seconds=SECONDS, pool=pool, crash_database=place.crash
        )
        return _told(run, rig.check(run))


def clock_skew(place: Place, number: int) -> Judged:
    """Let clocks be an hour off: of each machine on PostgreSQL, of the only one on SQLite."""
    before = timedelta(hours=1)
    with rig.prepared(place.folder / "data", BIDS, place.url, before=before) as run:
        if place.server is None:
            watch, wrong = clocks.jumping_machine(run, place.folder)
        else:
            watch, wrong = clocks.skewed_machines(
                run, place.folder, seconds=SECONDS, crash_database=place.crash
            ), []  # fmt: skip
        passed, failed = clocks.check(run, watch)
        return _told(run, (passed, failed + wrong))


def failing_syncs(place: Place, number: int) -> Judged:
    """Let syncs of bytes, names and commits fail at random, and be slow, throughout."""
    shim = Shim(place.server.folder if place.server else place.folder)
    patterns = [syncs.BYTES, syncs.FOLDER, syncs.COMMIT, syncs.CHECKPOINT]
    if place.server is not None:
        # A PostgreSQL that cannot sync its log ends and recovers: the way it never pretends.
        patterns = [syncs.BYTES, syncs.FOLDER, "*/pg_wal/*"]
        place.server.environment = shim.environment
        place._crash()
    wrong: list[str] = []
    failures = 0

    def disturb() -> None:
        nonlocal failures
        shim.slow_syncs(secrets.randbelow(20) / 1000)
        shim.fail_syncs(secrets.choice(patterns), after=secrets.randbelow(3), count=1)
        time.sleep(1)
        failures += shim.get("failed")
        shim.calm()

    with rig.prepared(place.folder / "data", BIDS, place.url) as run:
        with rig.meanwhile(disturb, pause=1):
            found = syncs.received(run, shim, vendors=BIDS, threads=8)
        # Before submitters are killed: what they leave half way would be there, too.
        syncs.check_reception(run, found, lambda what, holds: holds or wrong.append(what))
        machines = [shim.environment]
        rig.kill_until_opened(
            run, workers=2, seconds=SECONDS, pool=False, machines=machines, disturb=disturb
        )
        click.echo(f"{failures} syncs failed; answers beside the receipts: {found.refusals}")
        passed, failed = rig.check(run)
        return _told(run, (passed + ["syncs failed"] * (failures > 0), failed + wrong))


def full_disk(place: Place, number: int) -> Judged:
    """Fill the disk to the brim again and again while bids come in and are opened."""
    with small_disk(place.folder / "disk", SMALL_DISK_BYTES) as disk:
        data = disk.folder / "data"
        data.mkdir()
        url = place.url if place.server else f"sqlite:///{data / 'muhr.sqlite3'}"
        times = 0

        def disturb() -> None:
            nonlocal times
            disk.fill(leave=secrets.randbelow(60) * 4096)
            time.sleep(secrets.randbelow(2000) / 1000)
            disk.make_room()
            times += 1

        with rig.prepared(data, min(BIDS, 60), url) as run:
            rig.kill_until_opened(run, workers=2, seconds=SECONDS, pool=False, disturb=disturb)
            click.echo(f"the disk was full {times} times")
            return _told(run, rig.check(run))


def lying_beacon(place: Place, number: int) -> Judged:
    """Let the beacon be late, lie in every way and be gone before it tells the truth."""
    with rig.prepared(place.folder / "data", BIDS, place.url) as run:
        lies = [mood for mood in Mood if mood is not Mood.HONEST]
        early: list[str] = []
        honest_at = time.monotonic() + SECONDS / 2
        run.beacon.mood = Mood.LATE

        def disturb() -> None:
            with reading(run.context.sessions) as session:
                opened = len(facts.opened_bids(session, run.opening.id))
            is_time = run.beacon.asked >= LIES or time.monotonic() >= honest_at
            if opened and not is_time:
                early.append(f"{opened} opened without a key")
            if is_time:
                run.beacon.mood = Mood.HONEST
            elif secrets.randbelow(4) == 0:
                run.beacon.go_away()
                time.sleep(1)
                run.beacon.come_back()
            else:
                run.beacon.mood = secrets.choice(lies)

        rig.kill_until_opened(
            run, workers=2, seconds=SECONDS, pool=False,
            crash_database=place.crash, disturb=disturb,
        )  # fmt: skip
        passed, failed = rig.check(run)
        return _told(run, ([*passed, "nothing opened by a lie"], failed + early))


RUNS = {
    "opening": opening,
    "clocks": clock_skew,
    "syncs": failing_syncs,
    "disk": full_disk,
    "beacon": lying_beacon,
}


@click.command()
@click.argument("name", type=click.Choice(list(RUNS)))
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
def main(name: str, database: str) -> None:
    """Run every round; the last line says how many checks held."""
    passed_count, failed_count = 0, 0
    for number in range(1, ROUNDS + 1):
        with tempfile.TemporaryDirectory() as folder, _place(database, Path(folder)) as place:
            passed, failed = RUNS[name](place, number)
            click.echo(f"round {number}: {len(passed)} held, broken: {failed}")
        passed_count += len(passed)
        failed_count += len(failed)
    click.echo(f"{passed_count} passed, {failed_count} failed")
    sys.exit(1 if failed_count else 0)


def _told(run: rig.Run, judged: Judged) -> Judged:
    click.echo(f"{run.kills} kills, {run.crashes} crashes of the database")
    return judged


@contextlib.contextmanager
def _place(kind: str, folder: Path) -> Iterator[Place]:
    """Give a folder and an empty database."""
    if kind == "sqlite":
        (folder / "data").mkdir()
        yield Place(folder, f"sqlite:///{folder / 'data' / 'muhr.sqlite3'}", None)
        return
    with running_server(durable=True) as server:
        server.execute("CREATE DATABASE soak")
        yield Place(folder, server.url("soak"), server)


if __name__ == "__main__":
    main()
