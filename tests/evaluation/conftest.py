"""What tests of evaluation are given: a beacon that signs, opened tenders."""

from collections.abc import Callable

import pytest

from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from tests.bids.conftest import TestBeacon, beacon  # noqa: F401
from tests.evaluation.line import Line, line
from tests.evaluation.two_envelopes import TwoEnvelopes, two_envelope_line


@pytest.fixture
def make_line(
    job_context: JobContext,
    clock: FrozenClock,
    beacon: TestBeacon,  # noqa: F811
) -> Callable[..., Line]:
    return lambda **options: line(job_context, clock, **options)


@pytest.fixture
def make_two(
    job_context: JobContext,
    clock: FrozenClock,
    beacon: TestBeacon,  # noqa: F811
) -> Callable[..., TwoEnvelopes]:
    return lambda **options: two_envelope_line(job_context, clock, **options)


@pytest.fixture
def opened(make_line: Callable[..., Line]) -> Line:
    return make_line()
