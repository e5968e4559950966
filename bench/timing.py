"""CPU time taken by turns: the machine may be busy with other things, and ratios still hold."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def cpu_seconds(work: Work) -> float:
    """Return the seconds of this thread's CPU that ``work`` took."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def by_turns(
    works: Mapping[str, Work], rounds: int, clock: Callable[[Work], float] = cpu_seconds
) -> dict[str, float]:
    """Run each work once a round, the first one moving on, and return the median of each."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    names = list(works)
    for work in works.values():
        work()
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(clock(works[name]))
    return {name: statistics.median(seconds) for name, seconds in taken.items()}
