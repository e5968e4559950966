"""What people and operators are told of the place where blobs are kept, and what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from foundation.blobs.chosen import chosen_blobs
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.s3_place import S3Place
from foundation.settings import Settings
from foundation.unit_of_work import reading
from notices import jobs, queries
from notices.renditions.pool import RenditionPool
from portal.doctor.findings import Part, State
from portal.doctor.looking import look_at
from portal.doctor.texts import TEXTS
from tendering.domain.tender import Tender
from tests.bids.conftest import tender
from tests.foundation.test_s3_faults import replacing_store
from tests.meddling import Line, Meddling
from tests.seaweed import Seaweed

__all__ = ["tender"]


@pytest.fixture
def settings(settings: Settings, seaweed: Seaweed, between: Line) -> Settings:
    return replace(settings, s3=replace(seaweed.place(), endpoint=between.address))


def storage(context: JobContext, place: S3Place | None) -> tuple[State, str]:
    settings = replace(context.settings, s3=place)
    found = look_at(replace(context, settings=settings, blobs=chosen_blobs(settings)), Part.STORAGE)
    text, advice = TEXTS[found.code]
    assert (text % found.params, bool(advice)) == (text % found.params, found.state is State.BAD)
    return found.state, found.code


def test_the_doctor_says_what_is_wrong_with_the_store(
    job_context: JobContext, seaweed: Seaweed, between: Line
) -> None:
    place = job_context.settings.s3
    assert place is not None
    assert storage(job_context, None) == (State.WELL, "storage-files")
    assert storage(job_context, place) == (State.WELL, "storage-bucket")
    for changed, code in (
        (replace(place, secret="wrong"), "storage-refused"),
        (replace(place, bucket="other"), "storage-no-bucket"),
    ):
        assert storage(job_context, changed) == (State.BAD, code)
    between.how = Meddling.CLOSE
    assert storage(job_context, place) == (State.BAD, "storage-unreachable")
    with replacing_store() as address:
        careless = replace(place, endpoint=address)
        assert storage(job_context, careless) == (State.BAD, "storage-replaces")


def test_the_doctor_says_when_files_cannot_be_written(
    job_context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("foundation.blobs.filesystem.create_private", full)
    assert storage(job_context, None) == (State.BAD, "storage-unwritable")


def test_health_says_that_the_store_is_away_and_what_to_do(
    client: FlaskClient, between: Line
) -> None:
    assert client.get("/health").status_code == 200
    between.how = Meddling.CLOSE
    for language, word in (("en", "muhr doctor"), ("ur", "muhr doctor")):
        answer = client.get("/health", headers={"Accept-Language": language})
        assert answer.status_code == 503
        assert answer.get_json()["code"] == "store-away"
        assert word in answer.get_json()["message"]
        assert "muhr-blobs" not in answer.text
    between.how = Meddling.NOTHING
    assert client.get("/health").status_code == 200


def test_a_paper_waits_for_the_store_and_says_that_it_cannot_be_reached(
    client: FlaskClient,
    job_context: JobContext,
    tender: Tender,
    between: Line,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered: list[bytes] = []

    def render(_pool: RenditionPool, facts: bytes) -> bytes:
        rendered.append(facts)
        return b"%PDF-1.7 of a test"

    monkeypatch.setattr(RenditionPool, "render", render)
    jobs.issue_due_notices(job_context)
    between.how = Meddling.CLOSE
    jobs.render_due_pdfs(job_context)
    jobs.render_due_pdfs(job_context)
    assert len(rendered) == 1, "it is rendered again and again while the store is away"
    between.how = Meddling.NOTHING
    clock.advance(seconds=jobs.TRY_AGAIN_AFTER.total_seconds())
    jobs.render_due_pdfs(job_context)
    with reading(job_context.sessions) as session:
        number = queries.published(session).lines[0].number
    paper = client.get(f"/notices/{number}.pdf")
    assert (paper.status_code, paper.data[:5]) == (200, b"%PDF-")

    between.how = Meddling.CLOSE
    answer = client.get(f"/notices/{number}.pdf")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "cannot be reached just now" in answer.text
    between.how = Meddling.NOTHING
    assert client.get(f"/notices/{number}.pdf").data == paper.data
