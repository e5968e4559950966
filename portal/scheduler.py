"""The worker's loops: APScheduler only wakes, a monotonic half-second loop guarantees."""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler

from foundation.jobs import JobContext
from foundation.log_lines import Event, Log, fault_fields

Job = Callable[[JobContext], None]
LOOP_SECONDS = 0.5
WAKE_REFRESH_SECONDS = 5.0
log = Log("muhr.work")


class Worker:
    """Runs every group of jobs in a thread of its own, again and again.

    A job is idempotent and leased where that matters, so running it too often is harmless and
    a missed wake-up costs half a second at most. The clock plays no part in the loop: a clock
    stepped back cannot stop it.
    """

    def __init__(
        self,
        context: JobContext,
        groups: Mapping[str, Iterable[Job]],
        due_instants: Callable[[JobContext], Iterable[datetime]],
    ) -> None:
        self.context = context
        self.groups = {name: list(jobs) for name, jobs in groups.items()}
        self.due_instants = due_instants
        self.stopping = threading.Event()
        self.wakes = {name: threading.Event() for name in self.groups}
        self.scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def run(self) -> None:
        """Work until ``stop`` is called."""
        threads = [
            threading.Thread(target=self._loop, args=(name,), name=f"jobs-{name}", daemon=True)
            for name in self.groups
        ]
        self.scheduler.start()
        for thread in threads:
            thread.start()
        while not self.stopping.wait(WAKE_REFRESH_SECONDS):
            self._plan_wakes()
        for wake in self.wakes.values():
            wake.set()
        for thread in threads:
            thread.join(timeout=30)
        self.end_wakes()

    def end_wakes(self) -> None:
        """Stop the scheduler, but not in the midst of a wake-up, which would fail loudly."""
        self.scheduler.pause()
        self.scheduler.remove_all_jobs()
        self.scheduler.shutdown(wait=False)

    def stop(self) -> None:
        """Ask every loop to end after its present job."""
        self.stopping.set()

    def _loop(self, name: str) -> None:
        wake = self.wakes[name]
        while not self.stopping.is_set():
            wake.clear()
            for job in self.groups[name]:
                self._run(job)
                if self.stopping.is_set():
                    return
            wake.wait(LOOP_SECONDS)

    def _run(self, job: Job) -> None:
        try:
            job(self.context)
        except Exception as error:  # noqa: BLE001  one failing job must not stop the others
            log.error(Event.JOB_FAILED, job=job.__name__, **fault_fields(error))

    def _plan_wakes(self) -> None:
        try:
            instants = list(self.due_instants(self.context))
        except Exception as error:  # noqa: BLE001  the loop goes on without wake-ups
            log.error(Event.WAKES_NOT_PLANNED, **fault_fields(error))
            return
        for at in instants:
            self.scheduler.add_job(
                self._wake_all, "date", run_date=at, id=at.isoformat(), replace_existing=True
            )

    def _wake_all(self) -> None:
        for wake in self.wakes.values():
            wake.set()
