"""Writing into an S3 store until it is killed: what it acknowledged, and what was meant."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field

from foundation.blobs.s3 import S3Blobs
from foundation.blobs.store import BlobsAway
from tests.seaweed import Seaweed

WAIT_SECONDS = 120
PIECE = 1 << 20


@dataclass
class Written:
    """SHA-256 by key: of every blob that was begun, and of those that were acknowledged."""

    meant: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)


def write_until_killed(
    seaweed: Seaweed, blobs: S3Blobs, *, after: int, writers: int = 4, largest: int = 50_000
) -> Written:
    """Write from some threads, kill the store after so many acknowledgements, stop writing."""
    written, enough = Written(), threading.Event()

    def write(who: int) -> None:
        for number in range(100_000):
            key, data = f"sealed/{who}-{number}", secrets.token_bytes(secrets.randbelow(largest))
            written.meant[key] = hashlib.sha256(data).hexdigest()
            try:
                stored = blobs.put_new(key, [data])
            except BlobsAway:
                return
            written.acknowledged[key] = stored.sha256
            if len(written.acknowledged) >= after:
                enough.set()

    threads = [threading.Thread(target=write, args=(who,)) for who in range(writers)]
    for thread in threads:
        thread.start()
    took_enough = enough.wait(WAIT_SECONDS)
    seaweed.kill()
    for thread in threads:
        thread.join()
    if not took_enough:
        raise TimeoutError("the store took too little")
    return written


def broken(blobs: S3Blobs, written: Written) -> list[str]:
    """Return what a store that is back holds otherwise than it should: lost, torn or strange."""
    held = {key: blobs.stat(key).sha256 for key in blobs.list("sealed/")}
    lost = [f"lost {key}" for key in written.acknowledged if key not in held]
    torn = [f"torn {key}" for key, sha256 in held.items() if written.meant.get(key) != sha256]
    return lost + torn
