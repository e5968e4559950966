"""What tests of evaluation are given: quick hashing, a beacon that signs, opened tenders."""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from accounts import credentials
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from tests.bids.conftest import TestBeacon, beacon  # noqa: F401
from tests.evaluation.line import Line, line


@pytest.fixture
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        credentials, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


@pytest.fixture
def make_line(
    job_context: JobContext,
    clock: FrozenClock,
    beacon: TestBeacon,  # noqa: F811
    quick_hashing: None,
) -> Callable[..., Line]:
    return lambda **options: line(job_context, clock, **options)


@pytest.fixture
def opened(make_line: Callable[..., Line]) -> Line:
    return make_line()
