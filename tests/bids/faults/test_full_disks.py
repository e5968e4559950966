"""A disk that is full: a clear answer, nothing lost, and all goes on once there is room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from accounts import access
from bids import facts, jobs, opening_pool, partial_uploads, queries
from bids.domain.opening import LEASE_SECONDS
from foundation.blobs.filesystem import FilesystemBlobs
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from portal.factory import create_app
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.browser import Browser
from tests.bids.conftest import TestBeacon
from tests.bids.faults.full_disks import SmallDisk, small_disk
from tests.bids.steps import faults

# The files of bids are the same beside either database; `test_full_database` is about those.
pytestmark = pytest.mark.sqlite
PAGES = b"%PDF-1.4" + bytes(700_000)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    try:
        with small_disk(tmp_path / "disk") as found:
            yield found
    except PermissionError as error:
        pytest.skip(f"no small disk can be mounted here: {error}")


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> dict[str, Actor]:
    current = {"now": Actor.anonymous()}
    monkeypatch.setattr(access, "actor", lambda: current["now"])
    return current


@dataclass
class Place:
    """An installation whose files, or database, lie on the small disk."""

    disk: SmallDisk
    context: JobContext
    app: Flask
    tender: Tender
    who: dict[str, Actor]

    def browser(self, name: str = "Indus Traders") -> Browser:
        return Browser(self.app, made.vendor(self.context, name), self.who)

    def sealed(self, browser: Browser) -> made.Sealed:
        return made.seal(self.tender, browser.actor, files=[("cv.pdf", PAGES)])

    def standing(self, browser: Browser) -> list[str]:
        with reading(self.context.sessions) as session:
            found = queries.own_submissions(session, browser.actor.organisation_id)
        return [one.sha256 for one in found if one.state == "sealed"]

    def files(self) -> list[Path]:
        """Return every file of bids, whole or not."""
        folders = [self.context.settings.folder(name) for name in ("blobs", "uploads", "unsealed")]
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def place(
    disk: SmallDisk, settings: Settings, job_context: JobContext, tender: Tender,
    who: dict[str, Actor], monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:  # fmt: skip
    """Files on the small disk, the database on another; nothing is refused before it is full."""
    monkeypatch.setattr(partial_uploads, "HEADROOM_BYTES", -(1 << 30))
    made.key(job_context)
    for name in ("blobs", "uploads", "unsealed"):
        (disk.folder / name).mkdir()
        settings.folder(name).rmdir()
        (settings.data_dir / name).symlink_to(disk.folder / name)
    context = replace(job_context, blobs=FilesystemBlobs(settings.folder("blobs")))
    app = create_app(settings, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    yield Place(disk, context, app, tender, who)
    with app.app_context():
        access.database.engine.dispose()


def answer_of(response: Any) -> tuple[int, str]:
    return response.status_code, (response.get_json() or {}).get("code", "")


def complete(browser: Browser, upload: str) -> Any:
    return browser.call("POST", f"{upload}/complete", json={})


def test_bytes_are_refused_before_the_disk_is_full(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partial_uploads, "HEADROOM_BYTES", 5 << 20)
    browser = place.browser()
    sealed = place.sealed(browser)
    upload = browser.announce(place.tender, sealed).get_json()["upload"]

    response = browser.send(upload, sealed.data, 0, slice_size=200_000)

    assert answer_of(response) == (503, "no-room")
    assert response.headers["Retry-After"] == "20"
    assert place.files() == []


def test_a_slice_that_meets_a_full_disk_is_sent_again(place: Place) -> None:
    browser = place.browser()
    sealed = place.sealed(browser)
    upload = browser.announce(place.tender, sealed).get_json()["upload"]
    place.disk.fill(leave=300_000)

    response = browser.send(upload, sealed.data, 0, slice_size=200_000)

    assert answer_of(response) == (503, "no-room")
    reached = int(browser.call("HEAD", upload).headers["Upload-Offset"])
    assert reached == 200_000, "half a slice was kept"
    place.disk.make_room()
    browser.send(upload, sealed.data, reached, slice_size=200_000)
    assert complete(browser, upload).status_code == 200
    assert place.standing(browser) == [sealed.sha256]


def test_the_last_byte_on_a_full_disk_gives_no_receipt_and_no_half_blob(place: Place) -> None:
    browser = place.browser()
    sealed = place.sealed(browser)
    upload = browser.announce(place.tender, sealed).get_json()["upload"]
    browser.send(upload, sealed.data, 0, slice_size=200_000)
    place.disk.fill(leave=100_000)

    response = complete(browser, upload)

    assert answer_of(response) == (503, "no-room")
    assert place.standing(browser) == []
    assert [path.suffix for path in place.files()] == [".part"]
    assert complete(browser, upload).status_code == 503
    place.disk.make_room()
    assert complete(browser, upload).status_code == 200
    assert place.standing(browser) == [sealed.sha256]
    (stored,) = place.context.blobs.list("sealed/")
    assert place.context.blobs.stat(stored).sha256 == sealed.sha256


def test_an_opening_on_a_full_disk_loses_nothing_and_goes_on(
    place: Place, clock: FrozenClock, beacon: TestBeacon
) -> None:
    browsers = [place.browser(name) for name in ("Indus Traders", "Mehran Works")]
    bids = {b.actor.organisation_id: place.sealed(b) for b in browsers}
    for browser in browsers:
        sealed = bids[browser.actor.organisation_id]
        assert browser.submit(place.tender, sealed).status_code == 200
    clock.move_to(made.unsealing_at(place.tender) + timedelta(seconds=3))
    place.disk.fill(leave=100_000)

    for opener in (opening_pool.in_this_process, opening_pool.process_pool):
        with pytest.raises(OSError, match="No space left"):
            jobs.sweep(place.context, opener)
        assert stage_of(place) is Stage.OPENING
        assert opened(place) == []
        clock.advance(seconds=LEASE_SECONDS)

    assert faults(place.context, place.tender.id) == []
    assert not any("unsealed" in path.parts for path in place.files()), "plaintext is left"
    place.disk.make_room()
    jobs.sweep(place.context, opening_pool.in_this_process)
    assert stage_of(place) is Stage.OPENED
    assert sorted(opened(place)) == sorted(sealed.sha256 for sealed in bids.values())
    assert faults(place.context, place.tender.id) == []


def stage_of(place: Place) -> Stage:
    with reading(place.context.sessions) as session:
        return tenders.tender(session, place.tender.id).stage


def opened(place: Place) -> list[str]:
    with reading(place.context.sessions) as session:
        return [bid.sha256 for bid in facts.opened_bids(session, place.tender.id)]
