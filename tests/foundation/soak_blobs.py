"""The long run over a real S3 store: killed while it is written, raced, filled with long bids."""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import click

from foundation.blobs.s3 import S3Blobs
from foundation.blobs.store import BlobExists
from tests.foundation.killed_store import broken, write_until_killed
from tests.seaweed import Seaweed, running_seaweed

ROUNDS = int(os.environ.get("MUHR_SOAK_ROUNDS", "8"))
LONGEST = 200 << 20
PIECE = 1 << 20
RACERS = 8
MOST_MEMORY = 48 << 20


@click.command()
def main() -> None:
    """Run every round; the last line says how many checks held."""
    results: list[bool] = []

    def check(name: str, *, held: bool) -> None:
        results.append(held)
        click.echo(f"{'held' if held else 'BROKEN'}: {name}")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "store").mkdir()
        with running_seaweed(folder / "store") as seaweed:
            for number in range(1, ROUNDS + 1):
                found = _killed(seaweed, folder, number)
                check(f"round {number}: nothing lost, nothing torn {found}", held=not found)
                check(f"round {number}: one of {RACERS} writers wins", held=_race(seaweed, folder))
            grown = _memory_of_the_longest(seaweed, folder)
            check(
                f"200 MiB are stored and read within {grown >> 20} MiB of memory",
                held=grown < MOST_MEMORY,
            )
    click.echo(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    sys.exit(0 if all(results) else 1)


def _killed(seaweed: Seaweed, folder: Path, number: int) -> list[str]:
    blobs = S3Blobs(seaweed.place(), folder)
    after = 20 + secrets.randbelow(200)
    written = write_until_killed(seaweed, blobs, after=after, writers=6, largest=1 << 20)
    seaweed.start()
    click.echo(f"round {number}: killed after {len(written.acknowledged)} acknowledged")
    return broken(blobs, written)


def _race(seaweed: Seaweed, folder: Path) -> bool:
    place, won, start = seaweed.place(), [], threading.Barrier(RACERS)

    def write(data: bytes) -> None:
        own = S3Blobs(place, folder)
        start.wait()
        try:
            won.append(own.put_new("sealed/one", [data]).sha256)
        except BlobExists:
            return

    data = [secrets.token_bytes(1 + secrets.randbelow(8 << 20)) for _ in range(RACERS)]
    threads = [threading.Thread(target=write, args=(each,)) for each in data]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won == [S3Blobs(place, folder).stat("sealed/one").sha256]


def _memory_of_the_longest(seaweed: Seaweed, folder: Path) -> int:
    """Return by how many bytes this process's own memory grew while the longest bid passed."""
    blobs, digest = S3Blobs(seaweed.place(), folder), hashlib.sha256()
    blobs.health()
    before, most, done = _own_memory(), [0], threading.Event()

    def watch() -> None:
        while not done.is_set():
            most[0] = max(most[0], _own_memory())
            time.sleep(0.01)

    def pieces() -> Iterator[bytes]:
        for _ in range(LONGEST // PIECE):
            piece = secrets.token_bytes(PIECE)
            digest.update(piece)
            yield piece

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        blobs.put_new("sealed/longest", pieces())
        if blobs.stat("sealed/longest").sha256 != digest.hexdigest():
            return LONGEST
    finally:
        done.set()
        watcher.join()
    return most[0] - before


def _own_memory() -> int:
    """Return the memory that belongs to this process alone, in bytes; page cache left out."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) << 10


if __name__ == "__main__":
    main()
