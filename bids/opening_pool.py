"""The processes in which envelopes are opened; one that dies takes no other envelope with it."""

from __future__ import annotations

import io
import multiprocessing
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager

from bids.domain.opening import OPENING_CRASHED, Contents
from bids.unsealing import Task, prepare_process, unseal
from foundation.log_lines import Event, Log
from foundation.values.refusal import Refusal
from sealing.envelope import RoundKey, open_envelope, open_with_file_key
from sealing.package import Context, FileEntry
from sealing.seal import SealedFile, seal_envelope

POOL_PROCESSES = max(1, min(4, os.cpu_count() or 1))
TASKS_PER_PROCESS = 250
log = Log("muhr.bids")

Unseal = Callable[[Iterable[Task]], Iterator[tuple[Task, Contents]]]
Opener = Callable[[], AbstractContextManager[Unseal]]


@contextmanager
def process_pool() -> Iterator[Unseal]:
    """Open envelopes in processes of their own.

    When a process ends over its work, each envelope without a result gets a process that serves
    it alone; only one that ends that process too comes back with the code `opening-crashed`.
    """
    with _executor(POOL_PROCESSES) as pool:

        def unseal_all(tasks: Iterable[Task]) -> Iterator[tuple[Task, Contents]]:
            waiting, left = {}, []
            for task in tasks:
                try:
                    waiting[pool.submit(unseal, task)] = task
                except BrokenProcessPool:
                    left.append(task)
            for done in as_completed(waiting):
                try:
                    yield waiting[done], done.result()
                except BrokenProcessPool:
                    left.append(waiting[done])
            for task in left:
                yield task, _alone(task)

        yield unseal_all


@contextmanager
def in_this_process() -> Iterator[Unseal]:
    """Open envelopes one after the other in this process, for tests and small tools."""
    yield lambda tasks: ((task, unseal(task)) for task in tasks)


def can_open(task: Task) -> bool:
    """Tell whether a process of this machine opens another envelope as the task's is opened.

    Seals a dummy for the same round and opens it, by the round's key or by its own receipt, so
    that no bid is called unreadable where it is the machine that cannot open.
    """
    with _executor(1) as pool:
        try:
            return pool.submit(_open_dummy, task).result()
        except (BrokenProcessPool, Refusal):
            return False


def _alone(task: Task) -> Contents:
    with _executor(1) as pool:
        try:
            return pool.submit(unseal, task).result()
        except BrokenProcessPool:
            log.error(Event.OPENER_ENDED)
            return Contents(code=OPENING_CRASHED)


def _open_dummy(task: Task) -> bool:
    claim, data = task.claim, secrets.token_bytes(1024)
    context = Context(
        claim.tender_id, claim.lot_id, claim.kind, "dummy", claim.chain, claim.round, claim.notice
    )
    sealed, found = io.BytesIO(), io.BytesIO()
    entry = FileEntry("dummy", len(data), "application/octet-stream")
    receipt = seal_envelope(
        sealed,
        public_key=task.public_key,
        context=context,
        files=[SealedFile(entry, io.BytesIO(data))],
        random=secrets.token_bytes,
    )
    sealed.seek(0)

    def sink_for(_position: int, _entry: FileEntry) -> _Kept:
        return _Kept(found)

    if task.revealed is not None:
        opened = open_with_file_key(sealed, receipt.file_key, context, sink_for)
    else:
        key = RoundKey(claim.chain, task.public_key, claim.round, task.signature)
        opened = open_envelope(sealed, key, context, sink_for)
    return found.getvalue() == data and len(opened.files) == 1


class _Kept:
    """A sink whose bytes outlive its closing."""

    def __init__(self, kept: io.BytesIO) -> None:
        self._kept = kept

    def write(self, data: bytes) -> None:
        self._kept.write(data)

    def close(self) -> None:
        return


def _executor(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=prepare_process,
        max_tasks_per_child=TASKS_PER_PROCESS,
    )
