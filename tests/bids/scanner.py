"""A real clamd on a socket of its own, with one signature of ours in place of its publisher's."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

CLAMD = "/usr/sbin/clamd"
VIRUS = b"MUHR-TEST-VIRUS-THAT-HARMS-NOBODY"
NAME = "Muhr.Test.UNOFFICIAL"
LARGEST = 2 << 20
START_SECONDS = 60


@contextlib.contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """Run a clamd in ``folder``; yield its address as MUHR_CLAMD takes it."""
    (folder / "db").mkdir()
    (folder / "db" / "muhr.ndb").write_text(f"Muhr.Test:0:*:{VIRUS.hex()}\n")
    path = folder / "clamd.ctl"
    (folder / "clamd.conf").write_text(
        f"LocalSocket {path}\nForeground yes\nDatabaseDirectory {folder / 'db'}\n"
        f"TemporaryDirectory {folder}\nStreamMaxLength {LARGEST}\n"
    )
    with (folder / "clamd.log").open("wb") as log:
        process = subprocess.Popen(
            [CLAMD, "-c", str(folder / "clamd.conf")], stdout=log, stderr=log, cwd=folder,
            env={"PATH": os.defpath},
        )  # fmt: skip
        try:
            _wait(path, process)
            yield f"unix:{path}"
        finally:
            process.terminate()
            process.wait(30)


def _wait(path: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 10):
        with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
            line.connect(str(path))
            return
        assert process.poll() is None, (path.parent / "clamd.log").read_text()
        time.sleep(0.1)
    raise AssertionError("clamd did not start")
