"""Two workers killed at random during an opening, submitters going on: short here, long in soak."""

from pathlib import Path

from tests.bids.faults import rig


def test_killed_workers_open_each_envelope_once(tmp_path: Path, new_database: str) -> None:
    with rig.prepared(tmp_path / "data", bids=25, database_url=new_database) as run:
        rig.kill_until_opened(run, workers=2, seconds=25, pool=False)
        passed, failed = rig.check(run)
    assert failed == []
    assert passed
