"""Clocks an hour off, workers killed: opened once, nothing early, none late; long in soak."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.bids.faults import clocks, rig


@pytest.mark.postgresql
def test_machines_an_hour_ahead_and_behind_open_on_time(tmp_path: Path, new_database: str) -> None:
    folder, before = tmp_path / "data", timedelta(hours=1)
    with rig.prepared(folder, bids=8, database_url=new_database, before=before) as run:
        watch = clocks.skewed_machines(run, tmp_path, seconds=180, most_kills=4)
        passed, failed = clocks.check(run, watch)
    assert failed == []
    assert passed


@pytest.mark.sqlite
def test_a_machine_whose_clock_jumps_waits_and_then_opens(
    tmp_path: Path, new_database: str
) -> None:
    folder, before = tmp_path / "data", timedelta(hours=1)
    with rig.prepared(folder, bids=4, database_url=new_database, before=before) as run:
        watch, wrong = clocks.jumping_machine(run, tmp_path)
        passed, failed = clocks.check(run, watch)
    assert wrong == []
    assert failed == []
    assert passed
