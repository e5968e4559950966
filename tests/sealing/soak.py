"""The long run over what reads hostile bytes: libFuzzer, led by coverage, in bounded memory."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from sealing.envelope import unwrap_envelope
from tests.sealing.made import KEY, committee, sealed

MINUTES = float(os.environ.get("MUHR_SOAK_MINUTES", "10"))
TARGETS = ("header", "envelope", "package", "documents")
MOST_MEMORY = 384  # MiB, the interpreter and what it has instrumented among them
LONGEST_INPUT = 80_000
LONGEST_SECONDS = 10  # that one input may take
VECTORS = Path(__file__).parents[1] / "vectors/sealing"
ROOT = Path(__file__).parents[2]


@click.command()
def main() -> None:
    """Fuzz every target for its share of the minutes; the last line says how many held."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        for target in TARGETS:
            folder = Path(name) / target
            folder.mkdir()
            _plant(target, folder)
            failed += not _held(target, folder)
    click.echo(f"{len(TARGETS) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _plant(target: str, folder: Path) -> None:
    """Give the fuzzer examples to begin from."""
    seeds = [file.read_bytes() for file in VECTORS.iterdir() if file.suffix in {".age", ".json"}]
    envelopes = [sealed()[0], sealed(members=committee())[0]]
    seeds += envelopes
    if target == "package":
        seeds = [_unwrapped(envelope) for envelope in envelopes]
    for number, data in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(data[:LONGEST_INPUT])


def _unwrapped(envelope: bytes) -> bytes:
    out = io.BytesIO()
    unwrap_envelope(io.BytesIO(envelope), KEY, out)
    return out.getvalue()


def _held(target: str, folder: Path) -> bool:
    seconds = max(int(MINUTES * 60 / len(TARGETS)), 1)
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.sealing.fuzzing", target, str(folder),
            f"-max_total_time={seconds}", f"-rss_limit_mb={MOST_MEMORY}",
            f"-timeout={LONGEST_SECONDS}", f"-max_len={LONGEST_INPUT}",
            f"-artifact_prefix={folder}/", "-print_final_stats=1",
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    figures = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stderr))
    runs, memory = figures.get("number_of_executed_units"), figures.get("peak_rss_mb")
    held = done.returncode == 0
    click.echo(f"{'held' if held else 'BROKEN'}: {target}: {runs} inputs, {memory} MiB at most")
    if not held:
        click.echo(done.stderr[-4000:])
        for file in folder.glob("[clto]*-*"):
            if not file.name.startswith("seed"):
                click.echo(f"{file.name}: {file.read_bytes()[:2000].hex()}")
    return held


if __name__ == "__main__":
    main()
