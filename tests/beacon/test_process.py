"""The beacon as its own process: it answers, stops, and comes back with the same chain."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from beacon.client import fetch_chain, fetch_signature
from beacon.domain.chain import last_round
from foundation import clock


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(data: Path, port: int) -> Iterator[str]:
    muhr = Path(sys.executable).with_name("muhr")
    environment = os.environ | {"MUHR_DATA": str(data), "MUHR_BEACON_PORT": str(port)}
    process = subprocess.Popen(  # noqa: S603
        [muhr, "beacon", "serve"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(10)


@pytest.mark.slow
def test_killed_and_started_again(tmp_path: Path) -> None:
    port = free_port()
    chains = []
    for _ in range(2):
        with running(tmp_path, port) as base:
            chain = fetch_chain(base, wait=lambda _: time.sleep(2))
            newest = last_round(chain, clock.now())
            assert fetch_signature(chain, base, newest)
            chains.append(chain)
    assert chains[0] == chains[1]
    assert (tmp_path / "beacon" / "key.json").stat().st_mode & 0o777 == 0o600
