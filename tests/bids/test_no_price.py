"""The price of a sealed bid is nowhere on the server: searched for in all it keeps and says."""

from __future__ import annotations

import base64
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from accounts import access
from bids import facts, jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.browser import Browser
from tests.bids.conftest import TestBeacon
from tests.databases import everything_in

PRICE = "98765432.10"
FORMS = (PRICE, "9,87,65,432.10", "98,765,432.10", "nine crore eighty-seven")


def needles() -> list[bytes]:
    found = []
    for form in FORMS:
        raw = form.encode()
        found += [raw, form.encode("utf-16-le"), raw.hex().encode(), base64.b64encode(raw)[:-3]]
    return found


def places(folder: Path) -> list[str]:
    """Return every file below a folder that holds the price in any form."""
    marks = needles()
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(mark in path.read_bytes() for mark in marks)
    ]


def stored(context: JobContext) -> bytes:
    """Return every row of the database."""
    with reading(context.sessions) as session:
        return everything_in(session).encode()


def test_before_the_opening_the_price_is_nowhere(
    app: Flask,
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    # Given back at the end, or every later test would write down each of its statements.
    caplog.set_level(logging.DEBUG, logger="sqlalchemy.engine")
    app.config["WTF_CSRF_ENABLED"] = False
    who = {"now": Actor.anonymous()}
    monkeypatch.setattr(access, "actor", lambda: who["now"])
    monkeypatch.setattr(access, "actor_page", lambda: access.ActorPage(True, "A", frozenset()))
    said: list[bytes] = []
    vendor = Browser(app, made.vendor(job_context), who)
    standing = made.seal(tender, vendor.actor, total=PRICE)
    for sealed in (made.seal(tender, vendor.actor, total=PRICE), standing):
        done = vendor.submit(tender, sealed)
        said.append(done.data)
        said.append(vendor.call("GET", done.get_json()["page"]).data)
    said.append(vendor.call("GET", f"/tenders/{tender.id}/opening.json").data)
    jobs.destroy_doomed(job_context)
    clock.move_to(tender.schedule.deadline_at)
    jobs.sweep(job_context, opening_pool.in_this_process)
    said.append(vendor.call("GET", f"/en/tenders/{tender.id}/opening").data)
    marks = needles()
    assert places(job_context.settings.data_dir) == []
    assert not any(mark in stored(job_context) for mark in marks)
    assert not any(mark in body for body in said for mark in marks)
    assert not any(mark in caplog.text.encode() for mark in marks)

    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    jobs.sweep(job_context, opening_pool.in_this_process)
    with reading(job_context.sessions) as session:
        (bid,) = facts.opened_bids(session, tender.id)
    assert bid.sha256 == standing.sha256
    found = places(job_context.settings.data_dir)
    assert found != [], "the search itself must find an opened price"
    assert any(mark in stored(job_context) for mark in marks)
    assert not any(place.startswith(("unsealed/", "uploads/")) for place in found)


def test_what_a_failed_opening_wrote_is_swept(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    left = job_context.settings.folder("unsealed") / "left-by-a-kill"
    left.mkdir()
    (left / ".lock").write_bytes(b"")
    (left / "0").write_bytes(PRICE.encode())
    made.submit(job_context, tender, made.vendor(job_context))
    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    jobs.sweep(job_context, opening_pool.in_this_process)
    folder = job_context.settings.data_dir / "unsealed"
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o777 == 0o700
