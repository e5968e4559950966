"""A whole installation for the walks: beacon, worker and web as real processes, with the demo."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

START_SECONDS = 300


@dataclass(frozen=True)
class Installation:
    """Where it answers, where its data lies, and what it printed."""

    address: str
    data: Path
    log: Path

    def sign_in(self, client: httpx.Client, name: str, language: str = "en") -> None:
        """Sign in with one press to the practice account of ``name`` (English name)."""
        page = client.get(f"{self.address}/en/practice").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        account = re.search(
            r'name="account_id" value="([^"]+)"[^>]*>\s*<button[^>]*>[^<]*<span[^>]*>[^<]*'
            + re.escape(name),
            page,
        )
        assert token and account, f"no practice account of {name}"
        answer = client.post(
            f"{self.address}/{language}/practice/sign-in",
            data={"csrf_token": token[1], "account_id": account[1]},
            headers={"Origin": self.address},
        )
        assert answer.status_code in {200, 302, 303}, answer.text[:500]


def free_ports() -> int:
    """Return a port that is free together with the next one."""
    for _ in range(50):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with socket.socket() as two, contextlib.suppress(OSError):
                two.bind(("127.0.0.1", port + 1))
                return int(port)
    raise AssertionError("no free ports")


@contextlib.contextmanager
def installation(folder: Path, *arguments: str, **environment: str) -> Iterator[Installation]:
    """Run ``muhr server`` in ``folder`` until the block ends."""
    port = free_ports()
    log = folder / "server.log"
    env = {
        **os.environ,
        "MUHR_DATA": str(folder / "data"),
        "PORT": str(port),
        "NO_PROXY": "localhost,127.0.0.1",
        **environment,
    }
    muhr = Path(sys.executable).with_name("muhr")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [muhr, "server", *arguments], env=env, stdout=output, stderr=subprocess.STDOUT
        )
    address = f"http://localhost:{port}"
    try:
        _wait(process, address, log)
        yield Installation(address, folder / "data", log)
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        process.kill()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"the server ended: {log.read_text()[-3000:]}")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/health", timeout=2).status_code == 200:
                return
        time.sleep(0.3)
    raise AssertionError(f"the server did not answer: {log.read_text()[-3000:]}")
