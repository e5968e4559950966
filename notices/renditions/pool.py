"""Renditions in other processes: a recycled spawn pool for jobs, one process for a page."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from foundation.values.refusal import Refusal

WORKERS = 2
RENDITIONS_PER_WORKER = 250  # a rendition leaves about 0.23 MB behind
LONGEST_SECONDS = 120
PAGES_AT_ONCE = 2
PAGE_WAIT_SECONDS = 20
PAGE_SECONDS = 60
ROOT = Path(__file__).parents[2]
_page_turns = threading.BoundedSemaphore(PAGES_AT_ONCE)


class RenditionPool:
    """Renders in processes of their own; one that hangs or dies is replaced."""

    def __init__(self, workers: int = WORKERS) -> None:
        """Start nothing yet: the processes come with the first rendition."""
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def render(self, facts: bytes) -> bytes:
        """Return the PDF of the facts in their canonical bytes.

        Raises:
            Refusal: ``no-rendition`` when the process died over it; the next call starts anew.
        """
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._workers,
                mp_context=get_context("spawn"),
                max_tasks_per_child=RENDITIONS_PER_WORKER,
                initializer=leave_interrupts,
            )
        try:
            return self._executor.submit(render_alone, facts).result()
        except BrokenProcessPool as error:
            self.close()
            raise Refusal("no-rendition") from error

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None


def leave_interrupts() -> None:
    """Let the parent alone end a worker: a key press in the terminal reaches both."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def render_alone(facts: bytes) -> bytes:
    """Render in this process, which the alarm ends when it takes too long."""
    from notices.domain import fact_documents
    from notices.renditions.pdf import render

    signal.alarm(LONGEST_SECONDS)
    try:
        return render(fact_documents.from_bytes(facts)).data
    finally:
        signal.alarm(0)


def render_for_page(facts: bytes, *, preview: bool = False) -> bytes:
    """Return the PDF for a request, made by a process that lives for it alone.

    The web process keeps neither a pool nor the renderer (decision 19).

    Raises:
        Refusal: ``busy`` when too many are being made, ``no-rendition`` when it failed.
    """
    if not _page_turns.acquire(timeout=PAGE_WAIT_SECONDS):
        raise Refusal("busy")
    command = [sys.executable, "-m", "notices.renditions", *(["--preview"] if preview else [])]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter, facts on standard input
            command, input=facts, capture_output=True, timeout=PAGE_SECONDS, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refusal("no-rendition") from error
    finally:
        _page_turns.release()
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise Refusal("no-rendition")
    return done.stdout
