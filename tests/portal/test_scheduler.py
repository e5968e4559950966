"""The worker goes on whatever a job does, and ends when it is told to."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from foundation.jobs import JobContext
from foundation.log_lines import JsonLines
from portal.scheduler import Worker


def test_a_failing_job_stops_neither_its_group_nor_the_others(job_context: JobContext) -> None:
    ran = {"good": threading.Event(), "other": threading.Event()}

    def bad(_context: JobContext) -> None:
        raise RuntimeError("a price of 1,095,000")

    worker = Worker(
        job_context,
        {
            "first": [bad, lambda _context: ran["good"].set()],
            "second": [lambda _context: ran["other"].set()],
        },
        lambda _context: [],
    )
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert ran["good"].wait(60)
        assert ran["other"].wait(60)
    finally:
        worker.stop()
        thread.join(60)
    assert not thread.is_alive()


def test_the_log_of_a_failing_job_carries_no_text_of_the_fault(
    job_context: JobContext, caplog: pytest.LogCaptureFixture
) -> None:
    def bad(_context: JobContext) -> None:
        raise RuntimeError("a price of 1,095,000")

    Worker(job_context, {"first": [bad]}, lambda _context: [])._run(bad)

    line = json.loads(JsonLines().format(caplog.records[0]))
    assert (line["event"], line["job"], line["fault"]) == ("job-failed", "bad", "RuntimeError")
    assert line["place"].startswith("portal/test_scheduler.py:")
    assert "1,095,000" not in caplog.text + json.dumps(line)


def test_a_due_instant_wakes_every_group(job_context: JobContext) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.3)  # noqa: TID251  the scheduler's own clock
    worker = Worker(job_context, {"first": []}, lambda _context: [soon])
    worker.scheduler.start()
    try:
        worker._plan_wakes()
        assert worker.wakes["first"].wait(60)
    finally:
        worker.end_wakes()
