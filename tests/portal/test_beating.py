"""Signs of life: only a door that answers gives one, and a worker beats every ten seconds."""

from datetime import timedelta

import pytest

from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.heartbeats import DOOR, WORKER, door_spans, last_beat
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.unit_of_work import reading
from portal.beating import Door, answers, beat_as_worker


def test_a_door_that_answers_gives_a_sign_of_life(
    settings: Settings, sessions: Sessions, clock: FrozenClock
) -> None:
    asked: list[str] = []

    def ask(address: str) -> bool:
        asked.append(address)
        return True

    assert Door(settings, sessions, ask).knock()
    with reading(sessions) as session:
        assert last_beat(session, DOOR) == clock.at
        assert len(door_spans(session, clock.at)) == 1
    assert asked == ["http://127.0.0.1:8000/health"]


def test_a_door_that_does_not_answer_gives_none(settings: Settings, sessions: Sessions) -> None:
    assert not Door(settings, sessions, lambda _address: False).knock()
    with reading(sessions) as session:
        assert last_beat(session, DOOR) is None


def test_nobody_answers_at_a_closed_port() -> None:
    assert not answers("http://127.0.0.1:9/health")


@pytest.mark.parametrize(("seconds", "moved"), [(3, False), (10, True)])
def test_the_worker_beats_every_ten_seconds(
    job_context: JobContext, clock: FrozenClock, seconds: int, *, moved: bool
) -> None:
    beat_as_worker(job_context)
    first = clock.at
    clock.advance(seconds=seconds)
    beat_as_worker(job_context)
    with reading(job_context.sessions) as session:
        expected = clock.at if moved else first
        assert last_beat(session, WORKER) == expected
    assert expected - first in {timedelta(0), timedelta(seconds=10)}
