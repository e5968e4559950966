"""The restore drill in its short form; `script/soak drill` does it with 100,000 tenders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.bids.faults.beacons import OutsideBeacon
from tests.databases import Databases
from tests.portal.backup import drill


def test_every_receipt_comes_back(tmp_path: Path, new_database: str, databases: Databases) -> None:
    beacon = OutsideBeacon()
    data, back = tmp_path / "data", tmp_path / "back"
    data.mkdir()
    context = drill.made_context(data, beacon.url, new_database)
    empty = databases.empty(back)
    restored = replace(context.settings, data_dir=back, database_url=empty)
    filled = drill.fill(context, tenders=200, bids=16)
    failed: list[str] = []
    try:
        drill.drill(filled, tmp_path, restored, lambda what, holds: holds or failed.append(what))
    finally:
        context.sessions.kw["bind"].dispose()
        databases.drop(empty)
        beacon.go_away()
    assert failed == []
