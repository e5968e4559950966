"""The long fault run: openings of 200 bids, workers with their process pools killed throughout.

``--database postgresql`` runs it there, and crash-restarts the server every few seconds.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.bids.faults import rig
from tests.databases import running_server

BIDS = int(os.environ.get("MUHR_SOAK_BIDS", "200"))
ROUNDS = int(os.environ.get("MUHR_SOAK_ROUNDS", "3"))
SECONDS = 180


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
def main(database: str) -> None:
    """Run every round; the last line says how many checks held."""
    passed_count, failed_count = 0, 0
    for number in range(1, ROUNDS + 1):
        with (
            tempfile.TemporaryDirectory() as folder,
            _database(database, Path(folder)) as (url, crash),
            rig.prepared(Path(folder) / "data", BIDS, url) as run,
        ):
            rig.kill_until_opened(
                run, workers=2, seconds=SECONDS, pool=number % 2 == 1, crash_database=crash
            )
            passed, failed = rig.check(run)
            count = f"{run.kills} kills, {run.crashes} crashes of the database"
            click.echo(f"round {number}: {count}, {len(passed)} held, broken: {failed}")
        passed_count += len(passed)
        failed_count += len(failed)
    click.echo(f"{passed_count} passed, {failed_count} failed")
    sys.exit(1 if failed_count else 0)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[tuple[str, Callable[[], None] | None]]:
    """Give an empty database's address, and what crashes its server and starts it again."""
    if kind == "sqlite":
        (folder / "data").mkdir()
        yield f"sqlite:///{folder / 'data' / 'muhr.sqlite3'}", None
        return
    with running_server(durable=True) as server:
        server.execute("CREATE DATABASE soak")

        def crash() -> None:
            server.stop(at_once=True)
            server.start()

        yield server.url("soak"), crash


if __name__ == "__main__":
    main()
