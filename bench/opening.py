"""Opening sealed bids: CPU beside its floor, two processes beside one, and memory.

Aims: a bid of 1 MB takes at most 1.3 times the CPU of a pairing, the decryption, one SHA-256 and
one reading of its bytes; two processes open at least 1.8 times as many as one; at most 200 MB.

What the envelope's format and a power cut ask for besides is measured too: the check that U is the
point it must be, a SHA-256 of the plaintext, its durable writing; and how much two processes of
this machine do of a pairing and a SHA-256 alone, of which no opening can do more.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import secrets
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from py_arkworks_bls12381 import G2Point, Scalar

from bench.databases import context_on, scratch, sqlite_url
from bench.report import figure
from bench.timing import by_turns
from bids.domain.bid_content import Expected
from bids.domain.opening import Claim
from bids.unsealing import Task, prepare_process, unseal
from foundation.durable_files import create_private
from foundation.jobs import JobContext
from sealing import bls
from sealing.age_stream import CHUNK, TAG
from tendering.domain.tender import Tender
from tests.bids import made

MEGABYTE = 1_000_000
BIDS, THOUSAND = 16, 1000
ROUNDS = 9
LARGE = 150 * MEGABYTE
MOST_MEMORY = 200
MOST_CPU, LEAST_SPEEDUP = 1.3, 1.8


def main(*, quick: bool, bids: int = BIDS) -> None:
    """Print the figures."""
    with scratch() as folder, context_on(sqlite_url(folder), folder) as context:
        tender = made.tender(context, opening_after=timedelta())
        tasks = [_task(context, tender, MEGABYTE) for _ in range(4 if quick else bids)]
        _cpu(tasks[:BIDS], 3 if quick else ROUNDS)
        _processes(tasks, 1 if quick else 3)
        for name, size in (("1 MB", MEGABYTE), ("150 MB", LARGE)):
            peak = _in_processes(1, [_task(context, tender, size)], _peak)[0]
            figure(f"opening.memory of a bid of {name}", peak, "MB", "aim", MOST_MEMORY)


def _task(context: JobContext, tender: Tender, size: int) -> Task:
    """Seal a bid with one file of that many bytes and store it; return what opening it needs."""
    vendor = made.vendor(context, f"Firm {secrets.token_hex(4)}")
    sealed = made.seal(tender, vendor, files=(("offer.pdf", secrets.token_bytes(size)),))
    blob_key = f"sealed/{secrets.token_hex(8)}"
    context.blobs.put_new(blob_key, [sealed.data])
    chain, round_number = tender.chain, tender.round
    if chain is None or round_number is None:
        raise RuntimeError("the tender is not published")
    claim = Claim(
        submission_id="",
        tender_id=tender.id,
        lot_id="1",
        kind="single",
        vendor_id=vendor.organisation_id,
        sha256=sealed.sha256,
        size=len(sealed.data),
        blob_key=blob_key,
        chain=chain.hash,
        round=round_number,
        notice=tender.notice or "",
    )
    folder = context.settings.folder("unsealed")
    return Task(
        claim,
        chain.public_key,
        made.sign_round(round_number),
        Expected(kind="single", lot="1", items=frozenset({"1"}), currency="PKR"),
        context.blobs,
        folder,
    )


def _cpu(tasks: list[Task], rounds: int) -> None:
    """Open bids one after the other in this process, beside what nobody can leave out."""
    turn = iter(tasks * (rounds + 1))
    floor, asked_besides = _floor(tasks[0]), _asked_besides(tasks[0])
    taken = by_turns(
        {"open": lambda: _checked(next(turn)), **floor, **asked_besides},
        rounds,
    )
    least = sum(taken[name] for name in floor)
    asked = least + sum(taken[name] for name in asked_besides)
    opened = taken["open"] * 1000
    for against, value in (("+".join(floor), least), ("all that is asked", asked)):
        figure("opening.CPU of a bid of 1 MB", opened, "CPU ms", against, value * 1000)
    for name in (*floor, *asked_besides):
        figure(f"opening.floor.{name}", taken[name] * 1000, "CPU ms", "the floor", least * 1000)


def _floor(task: Task) -> dict[str, Callable[[], object]]:
    path = Path(task.blobs.root) / task.claim.blob_key  # type: ignore[attr-defined]
    data = path.read_bytes()
    cipher = ChaCha20Poly1305(secrets.token_bytes(32))
    nonce = bytes(12)
    chunks = [
        cipher.encrypt(nonce, data[at : at + CHUNK], None) for at in range(0, len(data), CHUNK)
    ]
    if len(chunks[0]) != CHUNK + TAG:
        raise RuntimeError("chunks are not those of an age file")
    return {
        "pairing": lambda: _pair(task),
        "decryption": lambda: [cipher.decrypt(nonce, chunk, None) for chunk in chunks],
        "SHA-256": lambda: hashlib.sha256(data).digest(),
        "reading": path.read_bytes,
    }


def _pair(task: Task) -> None:
    bls.pairing_bytes(bls.decode_g1(task.signature), bls.decode_g2(task.public_key))


def _asked_besides(task: Task) -> dict[str, Callable[[], object]]:
    plaintext = secrets.token_bytes(MEGABYTE)

    def check_u() -> None:
        if G2Point() * Scalar(secrets.randbits(250)) == G2Point():
            raise RuntimeError("a scalar of one was drawn")

    def write() -> None:
        path = task.folder / secrets.token_hex(8)
        with create_private(path) as file:
            file.write(plaintext)
            file.flush()
            os.fdatasync(file.fileno())
        path.unlink()

    return {
        "the check of U": check_u,
        "SHA-256 of the plaintext": lambda: hashlib.sha256(plaintext).digest(),
        "durable writing": write,
    }


def _processes(tasks: list[Task], rounds: int) -> None:
    """Open the same bids in one process and in two, by turns."""
    speed, bare = {1: 0.0, 2: 0.0}, {1: 0.0, 2: 0.0}
    for _round in range(rounds):
        for of, work in ((speed, _checked), (bare, _bare)):
            for processes in of:
                took = _in_processes(processes, tasks, partial(_timed, work))[0]
                of[processes] += len(tasks) / took / rounds
    for name, of in (("bids of 1 MB", speed), ("pairings and SHA-256 alone", bare)):
        figure(f"opening.{name} in two processes", of[2], "1/s", "in one process", of[1])


def _in_processes(
    processes: int,
    tasks: list[Task],
    measure: Callable[[ProcessPoolExecutor, list[Task]], float],
) -> list[float]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=prepare_process) as pool:
        list(pool.map(_checked, tasks[:processes] * 2))  # both have started and loaded all
        return [measure(pool, tasks)]


def _timed(work: Callable[[Task], None], pool: ProcessPoolExecutor, tasks: list[Task]) -> float:
    start = time.perf_counter()
    list(pool.map(work, tasks * 2))
    return (time.perf_counter() - start) / 2


def _bare(task: Task) -> None:
    for _ in range(3):
        _pair(task)
        hashlib.sha256(bytes(MEGABYTE)).digest()


def _peak(pool: ProcessPoolExecutor, tasks: list[Task]) -> float:
    list(pool.map(_checked, tasks))
    return pool.submit(_own_peak).result()


def _own_peak() -> float:
    """Return this process's own peak; what getrusage tells began with its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / MEGABYTE


def _checked(task: Task) -> None:
    contents = unseal(task)
    if contents.code is not None:
        raise RuntimeError(f"a bid did not open: {contents.code}")


if __name__ == "__main__":
    main(quick="--quick" in sys.argv, bids=THOUSAND if "--thousand" in sys.argv else BIDS)
