"""The public opening: the same for 0 and N bids before T, then every bid as it is read out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from accounts import access
from bids import jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon

PATHS = (
    "/en/tenders/{id}/opening",
    "/ur/tenders/{id}/opening",
    "/en/tenders/{id}/opening?hall=1",
    "/tenders/{id}/opening.json",
    "/tenders/{id}/box.json",
    "/tenders/{id}/opening-list.txt",
    "/tenders/{id}/approved-prices.txt",
    "/en/tenders/{id}",
    "/en/tenders/{id}/before-you-start",
    "/en/tenders",
    "/en/",
)


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that the application sends."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = access.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def seen(app: Flask, tender: Tender) -> list[tuple[int, bytes, str | None, list[str]]]:
    """Return what an anonymous reader gets from every public page of a tender."""
    found = []
    for path in PATHS:
        with counted(app) as statements:
            answer = app.test_client().get(path.format(id=tender.id))
        found.append((answer.status_code, answer.data, answer.headers.get("ETag"), statements))
    return found


def test_before_the_opening_nobody_can_tell_how_many_bids_there_are(
    app: Flask, job_context: JobContext, tender: Tender, clock: FrozenClock
) -> None:
    vendors = [made.vendor(job_context, f"Firm {n}") for n in range(3)]
    empty = seen(app, tender)
    for vendor in vendors:
        made.submit(job_context, tender, vendor)
    made.submit(job_context, tender, vendors[0])
    made.withdraw(job_context, tender, vendors[1])
    jobs.destroy_doomed(job_context)
    full = seen(app, tender)
    for path, before, after in zip(PATHS, empty, full, strict=True):
        assert before == after, path


def test_a_closed_box_tells_no_number_either(
    app: Flask, job_context: JobContext, clock: FrozenClock
) -> None:
    """Between deadline and T two tenders, one without bids, differ in their roots alone."""
    of = made.tender(job_context, opening_after=timedelta(minutes=30))
    none = made.tender(job_context, short_name="XYZ", opening_after=timedelta(minutes=30))
    for n in range(3):
        made.submit(job_context, of, made.vendor(job_context, f"Firm {n}"))
    clock.move_to(of.schedule.deadline_at)
    sweep(job_context)
    told = [app.test_client().get(f"/tenders/{t.id}/opening.json").get_json() for t in (of, none)]
    for answer in told:
        for name in ("tender", "number", "box_root", "deadline_at", "opening_at"):
            answer.pop(name)
        answer.pop("decryptable_at")
        answer.pop("round")
    assert told[0] == told[1]
    assert told[0]["waiting_for"] == "opening"


def test_after_the_opening_every_bid_is_read_out(
    app: Flask,
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
) -> None:
    sealed = made.submit(job_context, tender, made.vendor(job_context), total="12345678.50")
    clock.move_to(tender.schedule.deadline_at)
    sweep(job_context)
    listed = app.test_client().get(f"/tenders/{tender.id}/opening.json").get_json()
    assert listed["waiting_for"] == "guard"
    assert [e["sha256"] for e in listed["envelopes"]] == [sealed.sha256]
    assert listed["envelopes"][0]["total"] == ""
    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    sweep(job_context)
    (line,) = app.test_client().get(f"/tenders/{tender.id}/opening.json").get_json()["envelopes"]
    assert (line["total"], line["outcome"], line["on_list"]) == ("12345678.50", "opened", True)
    for lang in ("en", "ur"):
        for hall in ("", "?hall=1"):
            page = app.test_client().get(f"/{lang}/tenders/{tender.id}/opening{hall}")
            assert page.status_code == 200
            assert "1,23,45,678.50" in page.text
            assert "Indus Traders" in page.text


def test_an_unchanged_page_is_answered_with_304(
    app: Flask, tender: Tender, job_context: JobContext, clock: FrozenClock
) -> None:
    client = app.test_client()
    path = f"/en/tenders/{tender.id}/opening"
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    clock.move_to(tender.schedule.deadline_at)
    sweep(job_context)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_no_bids_and_a_late_beacon_are_said(
    lang: str,
    app: Flask,
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
    moved: Callable[[Tender], None],
) -> None:
    other = made.tender(job_context, short_name="ABC")
    made.submit(job_context, tender, made.vendor(job_context))
    beacon.late = True
    moved(tender)
    states = [
        app.test_client().get(f"/tenders/{t.id}/opening.json").get_json()["waiting_for"]
        for t in (tender, other)
    ]
    assert states == ["beacon", "nothing"]
    for shown in (tender, other):
        assert app.test_client().get(f"/{lang}/tenders/{shown.id}/opening").status_code == 200


@pytest.fixture
def moved(job_context: JobContext, clock: FrozenClock) -> Callable[[Tender], None]:
    def move(tender: Tender) -> None:
        for at in (tender.schedule.deadline_at, made.unsealing_at(tender) + timedelta(seconds=3)):
            clock.move_to(at)
            sweep(job_context)

    return move


def test_a_draft_has_no_opening(app: Flask, job_context: JobContext) -> None:
    from tests.tendering import made as tendering_made

    who = tendering_made.council(job_context.sessions)
    draft = tendering_made.complete_draft(job_context.sessions, who, book="practice")
    for path in PATHS[:7]:
        assert app.test_client().get(path.format(id=draft.id)).status_code == 404
