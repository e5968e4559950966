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

from beacon.client import BeaconUnreachable, fetch_chain, fetch_signature
from beacon.domain.chain import ChainInfo, last_round
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
    process = subprocess.Popen(
        [muhr, "beacon", "serve"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(10)


def first_answer(base: str) -> ChainInfo:
    """Wait for the process, which starts slowly on a busy machine."""
    end = time.monotonic() + 60
    while True:
        try:
            return fetch_chain(base, wait=lambda _: time.sleep(0.2))
        except BeaconUnreachable:
            assert time.monotonic() < end


@pytest.mark.slow
def test_killed_and_started_again(tmp_path: Path) -> None:
    port = free_port()
    chains = []
    for _ in range(2):
        with running(tmp_path, port) as base:
            chain = first_answer(base)
            newest = last_round(chain, clock.now())
            assert fetch_signature(chain, base, newest)
            chains.append(chain)
    assert chains[0] == chains[1]
    assert (tmp_path / "beacon" / "key.json").stat().st_mode & 0o777 == 0o600
