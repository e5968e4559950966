"""What a run found, said while it goes and counted at its end."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click


@dataclass
class Checks:
    """How many held and how many failed so far."""

    passed: int = 0
    failed: int = 0

    def held(self, name: str, ok: bool, detail: object = "") -> bool:
        """Record one check and print it; the detail is printed when it failed."""
        self.passed += ok
        self.failed += not ok
        click.echo(f"{'held  ' if ok else 'BROKEN'}  {name}{'' if ok else f': {detail}'}")
        return ok

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step; a command in it that fails or hangs is a failed check, no more."""
        started = time.monotonic()
        click.echo(f"== {name}")
        try:
            yield
        except (subprocess.SubprocessError, OSError, RuntimeError) as error:
            said = getattr(error, "output", "") or "", getattr(error, "stderr", "") or ""
            self.held(name, False, "\n".join((str(error), *map(str, said))))
        click.echo(f"   {time.monotonic() - started:.0f} s")

    def end(self) -> None:
        """Print the counts as the last line and leave with 1 if anything failed."""
        click.echo(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)
