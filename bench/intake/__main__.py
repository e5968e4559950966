"""Measures intake: every system started afresh in every round, one round after the other."""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click

from bench.intake import load, muhr, peers
from bench.intake.peers import Started
from bench.report import figure

WORKERS = os.cpu_count() or 2
THREADS = 8
Start = Callable[[Path], AbstractContextManager[Started]]
AGAINST = ("nginx_dav", "tus", "django")


@click.command()
@click.option("--quick", is_flag=True, help="One round of few files: whether it works at all.")
@click.option("--rounds", type=click.IntRange(min=1), default=3)
@click.option(
    "--files", type=click.IntRange(min=2), default=7, help="Of each client, one to warm up."
)
@click.option("--only", multiple=True, help="Measure this system; may be given again.")
def main(*, quick: bool, rounds: int, files: int, only: tuple[str, ...]) -> None:
    """Print one figure for every way to run Muhr and every peer."""
    if quick:
        rounds, files = 1, 2
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="muhr-bench-")))
        ready = stack.enter_context(muhr.prepared(folder / "prepared", files))
        systems = {
            name: start for name, start in _systems(ready).items() if not only or name in only
        }
        speeds: dict[str, list[float]] = {name: [] for name in systems}
        for number in range(rounds):
            for name, start in systems.items():
                place = folder / f"{name}-{number}"
                place.mkdir()
                speeds[name].append(_measure(start, place, files))
                sys.stderr.write(f"round {number + 1}: {name} {speeds[name][-1]:.0f}/s\n")
    middle = {name: statistics.median(found) for name, found in speeds.items()}
    for own in systems.keys() - set(AGAINST):
        for peer in systems.keys() & set(AGAINST):
            figure(f"intake.{own}", middle[own], "1/s", peer, middle[peer])


def _systems(ready: dict[str, muhr.Prepared]) -> dict[str, Start]:
    return {
        "nginx_dav": peers.nginx_dav,
        "front_sqlite": lambda place: muhr.front(ready["sqlite"], place, WORKERS),
        "tus": peers.tus,
        "front_postgresql": lambda place: muhr.front(ready["postgresql"], place, WORKERS),
        "django": lambda place: peers.django(place, WORKERS, THREADS),
        "waitress_sqlite": lambda place: muhr.waitress(ready["sqlite"], place),
    }


def _measure(start: Start, place: Path, files: int) -> float:
    """Return the intakes a second of one system started afresh, its first ones left out."""
    try:
        with start(place) as started:
            load.run(started.address, started.intake, range(1))
            return load.run(started.address, started.intake, range(1, files))
    except Exception:
        for log in place.glob("*log"):
            lines = [line for line in log.read_text().splitlines() if "queue depth" not in line]
            sys.stderr.write("\n".join([f"{log.name}:", *lines[-60:], ""]))
        raise


if __name__ == "__main__":
    main()
