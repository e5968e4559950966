"""Short forms of `script/soak rush` and `script/soak slow`, on real processes."""

from __future__ import annotations

from pathlib import Path

from tests.front import rush, slow
from tests.front.stack import stack


def test_a_rush_from_one_address_gives_each_a_receipt(tmp_path: Path, new_database: str) -> None:
    with stack(tmp_path, new_database) as site:
        web = site.start_web(front=False)
        outcome = rush.run(site, web.address, vendors=20, seconds=120)
        assert outcome.faults() == []
        slowly = slow.run(site, web.address, uploaders=30, pages=6)
        assert slowly.faults() == []


def test_the_front_stands_rush_and_slowness(tmp_path: Path, new_database: str) -> None:
    with stack(tmp_path, new_database) as site:
        nginx = site.start_nginx([site.start_web("--workers", "2")])
        outcome = rush.run(site, nginx.address, vendors=20, seconds=120)
        assert outcome.faults() == []
        slowly = slow.run(site, nginx.address, uploaders=30, pages=6)
        assert slowly.faults() == []
