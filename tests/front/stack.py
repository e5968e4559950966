"""An installation of several processes: web nodes, workers, nginx with our configuration."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from foundation.blobs.filesystem import FilesystemBlobs
from foundation.database import DatabaseKind, make_engine, make_sessions, mark_database
from foundation.jobs import JobContext
from foundation.settings import from_environment
from portal import schema
from tests.bids.faults.beacons import OutsideBeacon
from tests.walks.serving import free_ports

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "deploy/nginx.conf"
START_SECONDS = 60


@dataclass
class Node:
    """One process of ours with the address at which it answers."""

    process: subprocess.Popen[bytes]
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> None:
        """Ask it to end, and wait for that."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=30)
        self.kill()

    def kill(self) -> None:
        """End it and all that it started, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Stack:
    """The folder, the database and the processes of one run."""

    folder: Path
    context: JobContext
    environment: Mapping[str, str]
    processes: list[Node] = field(default_factory=list)

    @property
    def bodies(self) -> Path:
        """Where nginx keeps bodies."""
        return self.folder / "bodies"

    def start_web(self, *arguments: str, front: bool = True) -> Node:
        """Start ``muhr web`` and wait until it answers; ``front``: it trusts a front's files."""
        port = free_ports()
        extra = {"PORT": str(port)}
        if front:
            extra |= {"MUHR_BODY_FOLDER": str(self.bodies), "MUHR_TRUSTED_PROXIES": "1"}
        node = self._start("web", ["web", *arguments], extra)
        node.port = port
        self._wait_for(node)
        return node

    def start_worker(self) -> Node:
        """Start ``muhr work``."""
        return self._start("work", ["work"], {})

    def start_nginx(self, nodes: Sequence[Node]) -> Node:
        """Start nginx before these nodes with the configuration that operators get."""
        run = self.folder / "nginx"
        run.mkdir()
        port = free_ports()
        file = run / "nginx.conf"
        file.write_text(configuration(run, self.bodies, port, [node.port for node in nodes]))
        command = ["nginx", "-p", str(run), "-c", str(file), "-e", str(run / "error.log")]
        node = self._spawn("nginx", [*command, "-g", "daemon off;"], {})
        node.port = port
        self._wait_for(node)
        return node

    def end(self) -> None:
        """End every process that is still there."""
        for node in reversed(self.processes):
            node.end()

    def log(self, name: str) -> str:
        """Return the last that the processes of a name wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-4000:]

    def _start(self, name: str, arguments: list[str], extra: Mapping[str, str]) -> Node:
        muhr = Path(sys.executable).with_name("muhr")
        return self._spawn(name, [str(muhr), *arguments], extra)

    def _spawn(self, name: str, command: list[str], extra: Mapping[str, str]) -> Node:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command],
                env={**os.environ, **self.environment, **extra},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(Node(process))
        return self.processes[-1]

    def _wait_for(self, node: Node) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and node.process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{node.address}/health", timeout=5).status_code == 200:
                    return
            time.sleep(0.1)
        logs = "\n".join(self.log(file.stem) for file in self.folder.glob("*.log"))
        raise AssertionError(f"no answer at {node.address}: {logs}")


def configuration(run: Path, bodies: Path, port: int, nodes: Sequence[int]) -> str:
    """Return the project's nginx configuration, filled in as docs/front.md says."""
    given = {
        "USER": getpass.getuser(),
        "RUN": str(run),
        "TEMP": str(run),
        "BODIES": str(bodies),
        "NODES": " ".join(f"server 127.0.0.1:{node};" for node in nodes),
        "LISTEN": f"listen 127.0.0.1:{port} backlog=1024;",
    }
    text = CONFIGURATION.read_text()
    for name, value in given.items():
        text = text.replace(f"@{name}@", value)
    return text


@contextlib.contextmanager
def stack(folder: Path, database_url: str, **more: str) -> Iterator[Stack]:
    """Make a practice installation on an empty database; end all its processes at the end."""
    assert shutil.which("nginx", path=_path()), "nginx is not installed: script/setup --test"
    beacon = OutsideBeacon()
    environment = {
        "MUHR_DATA": str(folder / "data"),
        "DATABASE_URL": database_url,
        "MUHR_PRACTICE": "1",
        "MUHR_BEACON_URL": beacon.url,
        "MUHR_PUBLIC_URL": "http://localhost:8000",
        "NO_PROXY": "localhost,127.0.0.1",
        "PATH": _path(),
        **more,
    }
    settings = from_environment(environment)
    settings.folder("keys")
    engine = make_engine(database_url)
    schema.upgrade(engine)
    sessions = make_sessions(engine)
    with sessions() as session:
        mark_database(session, DatabaseKind.PRACTICE)
        session.commit()
    context = JobContext(settings, sessions, FilesystemBlobs(settings.folder("blobs")))
    made = Stack(folder, context, environment)
    try:
        yield made
    finally:
        made.end()
        engine.dispose()
        beacon.go_away()


def _path() -> str:
    """Return where programs are looked for; Debian keeps servers apart from users' programs."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin"
