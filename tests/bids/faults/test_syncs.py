"""A failed fsync gives no receipt, a slow one is only slow; what failed is written again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bids.faults import rig, syncs
from tests.bids.faults.shim import Shim

# PostgreSQL ends itself when a sync fails, and files are the same beside it: that is for the soak.
pytestmark = pytest.mark.sqlite
VENDORS = 3


@pytest.fixture
def run(tmp_path: Path, database: str) -> Iterator[rig.Run]:
    with rig.prepared(tmp_path / "data", bids=3, database_url=database) as prepared:
        yield prepared


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        pytest.param(syncs.BYTES, (503, "no-room"), id="bytes"),
        pytest.param(syncs.FOLDER, (503, "no-room"), id="folder"),
        pytest.param(syncs.COMMIT, (503, "no-database"), id="commit"),
    ],
)
def test_no_receipt_rests_on_a_sync_that_failed(
    run: rig.Run, tmp_path: Path, pattern: str, answer: tuple[int, str]
) -> None:
    shim = Shim(tmp_path)
    shim.fail_syncs(pattern, after=1, count=2)
    found = syncs.received(run, shim, vendors=VENDORS)
    failed: list[str] = []
    syncs.check_reception(run, found, lambda what, holds: holds or failed.append(what))
    assert failed == []
    assert shim.get("failed") == 2
    assert found.refusals == {answer}
    assert syncs.rests_on_syncs(found)


def test_slow_syncs_only_slow_down(run: rig.Run, tmp_path: Path) -> None:
    shim = Shim(tmp_path)
    shim.slow_syncs(0.1)
    found = syncs.received(run, shim, vendors=6, threads=3)
    failed: list[str] = []
    syncs.check_reception(run, found, lambda what, holds: holds or failed.append(what))
    assert failed == []
    assert found.refusals == set()
    assert shim.get("syncs") >= 6


@pytest.mark.parametrize(
    "pattern",
    [syncs.OPENED, syncs.COMMIT],
    ids=["bytes", "commit"],
)
def test_an_opening_survives_failed_syncs(run: rig.Run, tmp_path: Path, pattern: str) -> None:
    shim = Shim(tmp_path)
    shim.fail_syncs(pattern, after=1, count=3)
    rig.submit_some(run)
    syncs.opened(run, shim)
    passed, failed = rig.check(run)
    syncs.check_database(run, lambda what, holds: holds or failed.append(what))
    assert failed == []
    assert passed
    assert run.opened_by_workers
    assert shim.get("failed") == 3
