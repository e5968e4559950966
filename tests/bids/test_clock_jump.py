"""After a jump of the wall clock nothing opens until the operator confirms, on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from bids import jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from portal.commands import muhr
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon


@pytest.fixture
def due(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
) -> Tender:
    """Return a tender whose bids are due to be opened by a clock that has jumped."""
    settings = job_context.settings
    monkeypatch.setenv("MUHR_DATA", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setattr("foundation.clock.share", lambda _path: None)
    made.submit(job_context, tender, made.vendor(job_context))
    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=3))
    clock.jumped_by = timedelta(hours=1)
    return tender


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


def test_openings_pause_until_the_operator_confirms(job_context: JobContext, due: Tender) -> None:
    sweep(job_context)
    assert stage(job_context, due) is Stage.CLOSED
    said = CliRunner().invoke(muhr, ["clock", "show"])
    assert "jumped by +3600 s" in said.output
    done = CliRunner().invoke(muhr, ["clock", "confirm", "--reason", "Battery changed"])
    assert done.exit_code == 0, done.output
    sweep(job_context)
    assert stage(job_context, due) is Stage.OPENED
    with reading(job_context.sessions) as session:
        (doc,) = session.scalars(text("SELECT doc FROM act WHERE kind = 'clock.confirm'"))
    assert "Battery changed" in str(doc)
    assert "3600" in str(doc)


def test_a_confirmation_needs_a_reason_and_a_jump(
    job_context: JobContext, due: Tender, clock: FrozenClock
) -> None:
    refused = CliRunner().invoke(muhr, ["clock", "confirm", "--reason", " \u202e "])
    assert (refused.exit_code, refused.stdout.splitlines()[-1]) == (1, "no-reason")
    assert clock.jumped()
    clock.confirm()
    refused = CliRunner().invoke(muhr, ["clock", "confirm", "--reason", "No jump here"])
    assert (refused.exit_code, refused.stdout.splitlines()[-1]) == (1, "no-jump")


@pytest.mark.parametrize(("language", "words"), [("en", "clock jumped"), ("ur", "گھڑی")])
def test_the_page_says_what_it_waits_for(
    app: Flask, due: Tender, language: str, words: str
) -> None:
    page = app.test_client().get(f"/{language}/tenders/{due.id}/opening").get_data(as_text=True)
    assert words in page
