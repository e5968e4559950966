"""The line from upload to opening with bids in a real S3 store, and while that store is away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bids import facts, jobs, opening_pool
from bids.domain.opening import LEASE_SECONDS
from bids.domain.reception import sealed_key
from bids.partial_uploads import PartialUploads
from bids.queries import openings
from foundation.blobs.s3 import S3Blobs
from foundation.blobs.store import BlobMissing, BlobsAway
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.settings import Settings
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.browser import Browser, path_of
from tests.bids.conftest import TestBeacon
from tests.meddling import Line, Meddling
from tests.seaweed import Seaweed


@pytest.fixture
def settings(settings: Settings, seaweed: Seaweed, between: Line) -> Settings:
    return replace(settings, s3=replace(seaweed.place(), endpoint=between.address))


def opened(context: JobContext, tender: Tender) -> dict[str, tuple[str, str | None]]:
    with reading(context.sessions) as session:
        assert tenders.tender(session, tender.id).stage in {Stage.OPENING, Stage.OPENED}
        return {bid.sha256: (bid.state, bid.code) for bid in facts.opened_bids(session, tender.id)}


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


def pause_of(context: JobContext, tender: Tender) -> str | None:
    with reading(context.sessions) as session:
        state = openings.opening_state(session, tender.id)
    assert state is not None
    assert state.concluded_at is None
    return state.pause_code


def to_the_opening(context: JobContext, tender: Tender, clock: FrozenClock) -> None:
    """Close the box, publish the list, and wait until the bids can be opened."""
    clock.move_to(tender.schedule.deadline_at)
    jobs.sweep(context, opening_pool.in_this_process)
    clock.move_to(made.unsealing_at(tender))
    clock.advance(seconds=3)


def test_a_bid_goes_from_the_browser_to_the_opening(
    indus: Browser, tender: Tender, job_context: JobContext, clock: FrozenClock, beacon: TestBeacon
) -> None:
    sealed = made.seal(tender, indus.actor)
    receipt = indus.submit(tender, sealed)
    assert receipt.status_code == 200
    assert indus.call("GET", f"{path_of(tender)}/ciphertext").data == sealed.data
    to_the_opening(job_context, tender, clock)

    jobs.sweep(job_context)  # in processes of their own

    assert opened(job_context, tender) == {sealed.sha256: ("opened", None)}
    assert stage(job_context, tender) is Stage.OPENED
    with reading(job_context.sessions) as session:
        (bid,) = facts.opened_bids(session, tender.id)
    assert job_context.blobs.stat(bid.files[0].blob_key).sha256 == bid.files[0].sha256
    data = job_context.settings.data_dir
    kept = [path for path in data.rglob("*") if path.is_file()]
    assert not [path for path in kept if sealed.data in path.read_bytes()]
    assert list(job_context.settings.folder("storing").iterdir()) == []


def test_a_store_that_is_away_at_completion_loses_nothing(
    indus: Browser, tender: Tender, job_context: JobContext, between: Line
) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    indus.send(upload, sealed.data, 0)

    between.how = Meddling.CLOSE
    answer = indus.call("POST", f"{upload}/complete", json={})
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "store-away"
    assert "attempt" not in answer.get_json(), "the platform's own fault is no attempt of theirs"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Upload-Offset"] == str(len(sealed.data))
    jobs.collect_partials(job_context)

    between.how = Meddling.NOTHING
    answer = indus.call("POST", f"{upload}/complete", json={})
    assert answer.status_code == 200
    assert made.note_document(answer.get_json()["ack"])["sha256"] == sealed.sha256
    assert len(list(job_context.blobs.list("sealed/"))) == 1


def test_a_lost_answer_at_completion_still_counts_the_bid(
    indus: Browser, tender: Tender, between: Line
) -> None:
    indus.call("GET", "/health")
    between.how = Meddling.LOSE_ANSWER

    answer = indus.submit(tender, made.seal(tender, indus.actor))

    assert (answer.status_code, between.lost) == (200, 1)


def test_bytes_of_a_refused_bid_go_once_the_store_is_back(
    indus: Browser,
    mehran: Browser,
    tender: Tender,
    job_context: JobContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealed = made.seal(tender, indus.actor)
    indus.submit(tender, sealed)

    def away(_blobs: S3Blobs, _key: str) -> None:
        raise BlobsAway

    with monkeypatch.context() as patch:
        patch.setattr(S3Blobs, "delete", away)
        answer = mehran.submit(tender, sealed)
        assert answer.get_json()["code"] == "duplicate", "it is refused all the same"
    assert len(list(job_context.blobs.list("sealed/"))) == 2

    jobs.collect_partials(job_context)
    jobs.collect_partials(job_context)

    (kept,) = job_context.blobs.list("sealed/")
    assert job_context.blobs.stat(kept).sha256 == sealed.sha256
    partials = PartialUploads(job_context.settings.folder("uploads"))
    assert list(partials.uploads()) == []
    assert indus.call("GET", f"{path_of(tender)}/ciphertext").data == sealed.data


def test_an_opening_waits_for_a_store_that_is_away(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
    between: Line,
) -> None:
    bids = [
        made.submit(job_context, tender, made.vendor(job_context, name), total=total)
        for name, total in (("Indus Traders", "10.00"), ("Mehran Works", "20.00"))
    ]
    to_the_opening(job_context, tender, clock)

    between.how = Meddling.CLOSE
    jobs.sweep(job_context)  # in processes of their own: their word crosses over
    clock.advance(seconds=LEASE_SECONDS)
    jobs.sweep(job_context, opening_pool.in_this_process)
    clock.advance(seconds=LEASE_SECONDS)
    assert opened(job_context, tender) == {}, "nothing is judged meanwhile"
    assert pause_of(job_context, tender) is None

    between.how = Meddling.NOTHING
    jobs.sweep(job_context, opening_pool.in_this_process)
    assert opened(job_context, tender) == {bid.sha256: ("opened", None) for bid in bids}
    assert stage(job_context, tender) is Stage.OPENED


def test_only_a_store_that_answers_can_say_that_bytes_are_gone(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
    between: Line,
) -> None:
    sealed = made.submit(job_context, tender, made.vendor(job_context))
    (key,) = job_context.blobs.list("sealed/")
    job_context.blobs.delete(key)
    to_the_opening(job_context, tender, clock)
    jobs.sweep(job_context, opening_pool.in_this_process)
    assert pause_of(job_context, tender) == "stored-bytes-changed"

    between.how = Meddling.CLOSE
    jobs.sweep(job_context, opening_pool.in_this_process)
    assert pause_of(job_context, tender) == "stored-bytes-changed"
    between.how = Meddling.NOTHING
    with pytest.raises(BlobMissing):
        job_context.blobs.stat(key)
    job_context.blobs.put_new(key, [sealed.data])
    jobs.sweep(job_context, opening_pool.in_this_process)  # sees that they are back
    jobs.sweep(job_context, opening_pool.in_this_process)

    assert opened(job_context, tender) == {sealed.sha256: ("opened", None)}


def test_a_destroyed_bid_is_destroyed_once_the_store_is_back(
    job_context: JobContext, tender: Tender, between: Line
) -> None:
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)
    made.withdraw(job_context, tender, vendor)

    between.how = Meddling.CLOSE
    with pytest.raises(BlobsAway):
        jobs.destroy_doomed(job_context)
    between.how = Meddling.NOTHING
    (key,) = job_context.blobs.list("sealed/")
    jobs.destroy_doomed(job_context)

    assert list(job_context.blobs.list("sealed/")) == []
    assert key.startswith(sealed_key(""))
