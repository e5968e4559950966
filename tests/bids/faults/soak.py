"""The long fault run: openings of 200 bids, workers with their process pools killed throughout."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from tests.bids.faults import rig

BIDS = 200
ROUNDS = int(os.environ.get("MUHR_SOAK_ROUNDS", "3"))
SECONDS = 180


def main() -> int:
    """Run every round; the last line says how many checks held."""
    passed_count, failed_count = 0, 0
    for number in range(1, ROUNDS + 1):
        with (
            tempfile.TemporaryDirectory() as folder,
            rig.prepared(Path(folder) / "data", BIDS) as run,
        ):
            rig.kill_until_opened(run, workers=2, seconds=SECONDS, pool=number % 2 == 1)
            passed, failed = rig.check(run)
            click.echo(f"round {number}: {run.kills} kills, {len(passed)} held, broken: {failed}")
        passed_count += len(passed)
        failed_count += len(failed)
    click.echo(f"{passed_count} passed, {failed_count} failed")
    return 1 if failed_count else 0


if __name__ == "__main__":
    sys.exit(main())
