"""Fingerprints a second: the act of registration from many threads, on both databases.

Aims: at least 3,000/s, 99 of 100 answered within 50 ms. Each is held against the same act with a
transaction and a durable commit of its own, by turns in the same run.
"""

from __future__ import annotations

import itertools
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.databases import context_on, running_postgresql, scratch, sqlite_url
from bench.report import figure
from bids.acts import registering
from bids.acts.places import Place
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.domain.receipts import NoteSigner
from bids.domain.reception import Fingerprint
from bids.intake import intake_of
from foundation.jobs import JobContext
from foundation.unit_of_work import UnitOfWork, unit_of_work
from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import made

THREADS = 40
A_VENDOR = 25  # thirty an hour are taken
LEAST_A_SECOND, MOST_MS = 3_000, 50

Register = Callable[[Actor, Callable[[UnitOfWork], Committed | Refused]], Committed | Refused]


def main(*, quick: bool) -> None:
    """Print the figures of both databases."""
    number, rounds = (500, 1) if quick else (1_000, 3)
    with scratch() as folder, running_postgresql("bench") as urls:
        for kind, url in (("sqlite", sqlite_url(folder / "sqlite")), ("postgresql", urls["bench"])):
            with context_on(url, folder / kind) as context:
                _measure(kind, context, number, rounds)


def _measure(kind: str, context: JobContext, number: int, rounds: int) -> None:
    tender = made.tender_of_days(context)
    ways: dict[str, Register] = {
        "together": intake_of(context.sessions).run,
        "alone": lambda who, act: _alone(context, who, act),
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    waits: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(rounds):
        for name, register in ways.items():
            vendors = [made.vendor(context, f"Firm {n}") for n in range(-(-number // A_VENDOR))]
            pressing = list(itertools.islice(itertools.cycle(vendors), number))
            start, used = time.perf_counter(), time.process_time()
            waits[name] += _press(context, tender, register, pressing)
            speeds[name].append(number / (time.perf_counter() - start))
            cpu[name].append(number / (time.process_time() - used))
    together, alone = statistics.median(speeds["together"]), statistics.median(speeds["alone"])
    figure(f"fingerprints.{kind}", together, "1/s", "one commit each", alone)
    figure(f"fingerprints.{kind}", together, "1/s", "aim", LEAST_A_SECOND)
    busy = statistics.median(cpu["together"]), statistics.median(cpu["alone"])
    figure(f"fingerprints.{kind}", busy[0], "1/CPU s", "one commit each", busy[1])
    slow, slower = _p99(waits["together"]), _p99(waits["alone"])
    figure(f"fingerprints.{kind}.p99", slow * 1000, "ms", "one commit each", slower * 1000)
    figure(f"fingerprints.{kind}.p99", slow * 1000, "ms", "aim", MOST_MS)


def _alone(
    context: JobContext, who: Actor, act: Callable[[UnitOfWork], Committed | Refused]
) -> Committed | Refused:
    with unit_of_work(context.sessions, who) as uow:
        return act(uow)


def announce(register: Register, tender: Tender, who: Actor, signer: NoteSigner) -> bool:
    """Register a fingerprint that nobody had before; return whether it was taken."""
    place = Place(tender.id, "1", "single")
    given = Fingerprint(secrets.token_hex(32), 2_000, tender.notice or "", "ab" * 32)
    answer = register(who, lambda uow: registering.commit_fingerprint(uow, place, given, signer))
    return isinstance(answer, Committed)


def _press(
    context: JobContext, tender: Tender, register: Register, vendors: list[Actor]
) -> list[float]:
    """Register fingerprints from many threads; return how many seconds each one waited."""
    signer = made.key(context)

    def one(who: Actor) -> float:
        start = time.perf_counter()
        if not announce(register, tender, who, signer):
            raise RuntimeError("a fingerprint was refused")
        return time.perf_counter() - start

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, vendors))


def _p99(waits: list[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.99)]


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
