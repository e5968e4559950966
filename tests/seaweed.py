"""A SeaweedFS of the tests' own on loopback: a real S3 store that can be killed and come back."""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from foundation.blobs.s3 import S3Blobs
from foundation.blobs.store import BlobsAway
from foundation.s3_place import S3Place

BUCKET = "muhr"
KEY_ID, SECRET = "tests", "only-for-tests"
START_SECONDS = 120
_PR_SET_PDEATHSIG = 1
# One volume at a time: the first write need not wait for seven.
QUICK = {"WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"}


class Seaweed:
    """One server below ``folder`` with the bucket ``muhr``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ports = _free_ports(8)
        self._s3, self._filer = ports[0], ports[1]
        config = folder / "s3.json"
        identity = {
            "name": "muhr",
            "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
            "actions": ["Read", "Write", "List", "Tagging"],
        }
        config.write_text(json.dumps({"identities": [identity]}))
        names = "s3 filer s3.port.grpc filer.port.grpc master master.port.grpc volume".split()
        given = zip([*names, "volume.port.grpc"], ports, strict=True)
        self._arguments = [
            f"-{name}={port}" if name.endswith("grpc") else f"-{name}.port={port}"
            for name, port in given
        ]
        self._arguments += [
            *("-filer", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}"),
            *(f"-s3.config={config}", "-s3.iam=false", "-s3.autoCreateBucket=false"),
            *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.localSocket={folder}/s3.sock"),
            *(f"-filer.localSocket={folder}/filer.sock", "-master.telemetry=false"),
            *("-master.electionTimeout=1s", "-master.heartbeatInterval=100ms"),
            *("-master.volumeSizeLimitMB=256", "-volume.max=40"),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Return the address of its S3 door."""
        return f"http://127.0.0.1:{self._s3}"

    @property
    def port(self) -> int:
        """Return the port of its S3 door."""
        return self._s3

    def place(self, prefix: str = "", **changes: str) -> S3Place:
        """Return a place of one's own in the bucket."""
        prefix = prefix or secrets.token_hex(8)
        given = {"bucket": BUCKET, "endpoint": self.endpoint, "key_id": KEY_ID, "secret": SECRET}
        return S3Place(prefix=prefix, region="us-east-1", **{**given, **changes})

    def start(self) -> None:
        """Start it again or for the first time; return once it stores."""
        weed = Path(sys.executable).with_name("weed")
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [weed, "server", *self._arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env={**os.environ, **QUICK},
                preexec_fn=_end_with_the_tests,
            )
        end = time.monotonic() + START_SECONDS
        while not self._stores():
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError("SeaweedFS does not start: " + self._said())
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def _stores(self) -> bool:
        try:
            httpx.post(
                f"http://127.0.0.1:{self._filer}/buckets/{BUCKET}/", trust_env=False, timeout=5
            )
            S3Blobs(self.place("start"), self._folder).health()
        except (httpx.HTTPError, BlobsAway):
            return False
        return True

    def _said(self) -> str:
        return (self._folder / "log").read_text(errors="replace")[-2000:]


@contextmanager
def running_seaweed(folder: Path) -> Iterator[Seaweed]:
    """Give a server that runs, and end it."""
    seaweed = Seaweed(folder)
    try:
        seaweed.start()
        yield seaweed
    finally:
        seaweed.kill()


def environment_of(place: S3Place) -> Mapping[str, str]:
    """Return a place as an operator would write it."""
    return {
        "MUHR_BLOBS": f"s3://{place.bucket}/{place.prefix}",
        "MUHR_S3_ENDPOINT": place.endpoint,
        "AWS_ACCESS_KEY_ID": place.key_id,
        "AWS_SECRET_ACCESS_KEY": place.secret,
    }


def _end_with_the_tests() -> None:
    """However the tests end, no server is left behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _free_ports(count: int) -> list[int]:
    doors = [socket.socket() for _ in range(count)]
    try:
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [int(door.getsockname()[1]) for door in doors]
    finally:
        for door in doors:
            door.close()
