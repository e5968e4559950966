"""The long run of a shared key: three processes killed, replaced by liars and set hours ahead.

Run as `script/soak holders`; one holder at a time is wrong, so nothing may be early or lost.
"""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from tests.beacon.town import HOURS, Town, until
from tests.bids.faults.shim import Shim

ROUNDS = int(os.environ.get("MUHR_SOAK_ROUNDS", "3"))
SECONDS = int(os.environ.get("MUHR_SOAK_SECONDS", "180"))
HOLDERS = (1, 2, 3)


class Run:
    """One town under one kind of trouble after the other."""

    def __init__(self, folder: Path) -> None:
        self.town = Town(folder)
        self.shims = {index: Shim(folder, f"shim-{index}") for index in HOLDERS}
        self.served: dict[int, bytes] = {}
        self.wrong: list[str] = []
        for index in HOLDERS:
            self.start(index)

    def start(self, index: int) -> None:
        self.town.start(index, self.shims[index].environment)

    def look(self) -> None:
        """Ask a round that is due and rounds that are not; what was served never changes."""
        due = self.town.newest() - secrets.randbelow(20)
        ahead = self.town.newest() + secrets.choice((5, 30, 600, HOURS // 3 - 10))
        for index in HOLDERS:
            if self.town.signature(index, ahead) is not None:
                self.wrong.append(f"round {ahead} was early")
            signature = self.town.signature(index, due)
            if signature is not None and self.served.setdefault(due, signature) != signature:
                self.wrong.append(f"round {due} has two signatures")

    def trouble(self, index: int) -> None:
        """Make one holder wrong for a while, then right again."""
        kind = secrets.choice(("killed", "lying", "ahead"))
        if kind == "ahead":
            self.shims[index].skew(HOURS)
        else:
            self.town.kill(index)
        if kind == "lying":
            self.town.start_liar(index)
        self._meanwhile(index)
        if kind == "lying":
            self.town.kill(index)
        if kind == "ahead":
            self.shims[index].skew(0)
        else:
            self.start(index)
        self._until(lambda: all(self._sees_all(each) for each in HOLDERS), "all sign again")

    def _meanwhile(self, index: int) -> None:
        """The two others go on: a round that becomes due now is signed."""
        wanted = self.town.newest() + 1
        others = [each for each in HOLDERS if each != index]
        self._until(lambda: all(self.town.signature(each, wanted) for each in others), "two sign")
        for _ in range(5):
            self.look()

    def _sees_all(self, index: int) -> bool:
        return self.town.seen(index).get("signs") == list(HOLDERS)

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        try:
            until(holds, 120)
        except AssertionError:
            self.wrong.append(f"never: {what}")

    def check(self) -> tuple[int, list[str]]:
        """Every round that was ever served is served by all, the same."""
        for number, signature in self.served.items():
            for index in HOLDERS:
                if self.town.signature(index, number) != signature:
                    self.wrong.append(f"round {number} was lost at holder {index}")
        return len(self.served), self.wrong


def one_round(folder: Path) -> tuple[int, list[str]]:
    """Trouble for some minutes, then the check."""
    run = Run(folder)
    try:
        run._until(lambda: all(run._sees_all(index) for index in HOLDERS), "all sign")
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            run.trouble(secrets.choice(HOLDERS))
        return run.check()
    finally:
        for index in list(run.town.running):
            run.town.kill(index)


@click.command()
def main() -> None:
    """Run every round; the last line says how many checks held."""
    logging.disable(logging.WARNING)  # that holders lie is what is wanted here
    passed, failed = 0, 0
    for number in range(1, ROUNDS + 1):
        with tempfile.TemporaryDirectory() as folder:
            good, wrong = one_round(Path(folder))
        for line in wrong:
            click.echo(f"  FAILED {line}")
        click.echo(f"round {number}: {good} rounds of the chain were served and stayed the same")
        passed, failed = passed + good, failed + len(wrong)
    click.echo(f"{passed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
