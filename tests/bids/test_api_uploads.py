"""Bytes as the API takes them: slices, the last of them, and what they are held against."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from bids import jobs, queries
from bids.intake import Intake
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from sealing.signatures import verify_note
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.browser import Browser


def test_the_last_slice_may_ask_for_the_receipt(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    pieces = ((0, sealed.data[:500]), (500, sealed.data[500:]))
    answers = []
    for offset, piece in pieces:
        headers = {"Upload-Offset": str(offset), "X-Slice-SHA256": sha256(piece).hexdigest()}
        headers["Upload-Complete"] = "?1"
        answers.append(indus.call("PATCH", upload, data=piece, headers=headers))
    assert [answer.status_code for answer in answers] == [204, 200]
    again = indus.call("POST", f"{upload}/complete", json={})
    assert again.get_json() == answers[1].get_json()
    assert made.note_document(answers[1].get_json()["ack"])["sha256"] == sealed.sha256


def test_a_last_slice_that_is_refused_leaves_its_trace(
    indus: Browser, tender: Tender, job_context: JobContext
) -> None:
    sealed, other = made.seal(tender, indus.actor), made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    headers = {"Upload-Offset": "0", "X-Slice-SHA256": other.sha256, "Upload-Complete": "?1"}
    answer = indus.call("PATCH", upload, data=other.data, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "hash-mismatch")
    verify_note(answer.get_json()["attempt"].encode(), [made.key(job_context).verifier()])


def test_bytes_go_on_where_they_were_cut(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    indus.send(upload, sealed.data[:1000], 0)
    again = indus.announce(tender, sealed).get_json()
    assert (again["upload"], again["offset"]) == (upload, 1000)
    early = indus.call("POST", f"{upload}/complete", json={})
    assert (early.status_code, early.get_json()["code"]) == (409, "incomplete")
    assert early.headers["Upload-Offset"] == "1000"
    indus.send(upload, sealed.data, 1000)
    assert indus.call("POST", f"{upload}/complete", json={}).status_code == 200


def test_a_wrong_offset_is_answered_with_the_right_one(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    indus.send(upload, sealed.data[:500], 0)
    for offset in (0, 400, 600):
        piece = sealed.data[offset : offset + 100]
        headers = {"Upload-Offset": str(offset), "X-Slice-SHA256": sha256(piece).hexdigest()}
        answer = indus.call("PATCH", upload, data=piece, headers=headers)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "500")


def test_a_damaged_slice_is_not_taken(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    headers = {"Upload-Offset": "0", "X-Slice-SHA256": "0" * 64}
    answer = indus.call("PATCH", upload, data=b"abc", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-slice")
    assert indus.call("HEAD", upload).headers["Upload-Offset"] == "0"


@pytest.mark.sqlite
@pytest.mark.parametrize("offset", ["", "-1", "1.0", "٣", "9" * 30, "abc"])
def test_an_offset_that_is_no_number_is_refused(
    indus: Browser, tender: Tender, offset: str
) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    headers = {"Upload-Offset": offset.encode().decode("latin-1")}
    headers["X-Slice-SHA256"] = sha256(b"x").hexdigest()
    answer = indus.call("PATCH", upload, data=b"x", headers=headers)
    assert answer.get_json()["code"] == "bad-request-body"


@pytest.mark.parametrize("fronted", [False, True])
def test_a_file_of_the_front_is_read_only_where_one_stands(
    indus: Browser, tender: Tender, app: Flask, tmp_path: Path, *, fronted: bool
) -> None:
    kept = tmp_path / "0000000001"
    if fronted:
        context = app.extensions["muhr"]
        settings = dataclasses.replace(context.settings, body_folder=tmp_path)
        app.extensions["muhr"] = dataclasses.replace(context, settings=settings)
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    kept.write_bytes(sealed.data)
    headers = {"Upload-Offset": "0", "X-Slice-SHA256": sealed.sha256, "X-Body-File": str(kept)}
    answer = indus.call("PATCH", upload, headers=headers)
    assert answer.status_code == (204 if fronted else 422)
    gone = headers | {"X-Body-File": str(tmp_path / "0000000002")}
    assert indus.call("PATCH", upload, headers=gone).get_json()["code"] == "bad-slice"
    head = indus.call("HEAD", upload)
    assert head.headers["Upload-Offset"] == (str(len(sealed.data)) if fronted else "0")


def test_more_bytes_than_announced_are_refused(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    indus.send(upload, sealed.data, 0)
    headers = {"Upload-Offset": str(len(sealed.data)), "X-Slice-SHA256": sha256(b"x").hexdigest()}
    answer = indus.call("PATCH", upload, data=b"x", headers=headers)
    assert answer.get_json()["code"] == "too-large"


def test_a_slice_beyond_the_limit_is_refused(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    data = bytes(2 << 20)
    headers = {"Upload-Offset": "0", "X-Slice-SHA256": sha256(data).hexdigest()}
    assert indus.call("PATCH", upload, data=data, headers=headers).status_code == 413
    assert indus.call("HEAD", upload).headers["Upload-Offset"] == "0"


def test_other_bytes_than_the_fingerprint_are_refused_with_a_trace(
    indus: Browser, tender: Tender, job_context: JobContext
) -> None:
    sealed, other = made.seal(tender, indus.actor), made.seal(tender, indus.actor)
    assert len(sealed.data) == len(other.data)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    indus.send(upload, other.data, 0)
    refused = indus.call("POST", f"{upload}/complete", json={})
    assert refused.get_json()["code"] == "hash-mismatch"
    note = refused.get_json()["attempt"]
    verify_note(note.encode(), [made.key(job_context).verifier()])
    assert made.note_document(note)["outcome"] == "hash-mismatch"
    assert indus.call("HEAD", upload).headers["Upload-Offset"] == "0"
    indus.send(upload, sealed.data, 0)
    assert indus.call("POST", f"{upload}/complete", json={}).status_code == 200


def test_late_bytes_are_refused_with_a_trace(
    indus: Browser, tender: Tender, clock: FrozenClock
) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    indus.send(upload, sealed.data[:500], 0)
    clock.move_to(tender.schedule.deadline_at)
    slice_answer = indus.send(upload, sealed.data, 500)
    assert (slice_answer.status_code, slice_answer.get_json()["code"]) == (410, "late")
    late = indus.call("POST", f"{upload}/complete", json={})
    assert (late.status_code, late.get_json()["code"]) == (409, "late")
    assert late.get_json()["attempt"] == slice_answer.get_json()["attempt"]
    assert made.note_document(late.get_json()["attempt"])["outcome"] == "late"


def test_a_file_that_is_no_envelope_is_refused_for_good(
    indus: Browser, tender: Tender, job_context: JobContext
) -> None:
    junk = made.Sealed(b"PK\x03\x04" + bytes(400), made.seal(tender, indus.actor).receipt)
    refused = indus.submit(tender, junk)
    assert refused.get_json()["code"] == "bad-age-header"
    assert refused.get_json()["attempt"]
    assert list(Path(job_context.settings.data_dir, "uploads").iterdir()) == []
    assert list(job_context.blobs.list("sealed/")) == []


def test_other_bytes_sent_beside_the_last_request_leave_a_counted_bid_whole(
    indus: Browser, tender: Tender, job_context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that looked before the bid was counted goes on after it."""
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    with reading(job_context.sessions) as session:
        before = queries.own_upload(session, upload.split("/")[-1], indus.actor.organisation_id)
    indus.send(upload, sealed.data, 0)
    assert indus.call("POST", f"{upload}/complete", json={}).status_code == 200
    with reading(job_context.sessions) as session:
        counted = queries.own_upload(session, before.id, indus.actor.organisation_id)
    assert counted.blob_key is not None
    monkeypatch.setattr(queries, "own_upload", lambda *_: before)
    other = bytes(len(sealed.data))
    stated = {"Upload-Offset": "0", "X-Slice-SHA256": sha256(other).hexdigest()}
    late = indus.call("PATCH", upload, data=other, headers=stated | {"Upload-Complete": "?1"})
    assert late.status_code >= 400
    assert job_context.blobs.stat(counted.blob_key).sha256 == sealed.sha256


def send_whole(browser: Browser, upload: str, data: bytes) -> Any:
    headers = {"Upload-Offset": "0", "X-Slice-SHA256": sha256(data).hexdigest()}
    return browser.call("PATCH", upload, data=data, headers=headers | {"Upload-Complete": "?1"})


def partials(context: JobContext) -> list[Path]:
    return list(context.settings.folder("uploads").iterdir())


@pytest.mark.parametrize("cut", [0, 1, 300])
def test_however_the_bytes_come_they_are_stored_and_nothing_is_left(
    indus: Browser, tender: Tender, job_context: JobContext, cut: int
) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    if cut:
        indus.send(upload, sealed.data[:cut], 0)
        indus.send(upload, sealed.data, cut)
        done = indus.call("POST", f"{upload}/complete", json={})
    else:
        done = send_whole(indus, upload, sealed.data)
    assert done.status_code == 200
    (key,) = job_context.blobs.list("sealed/")
    assert job_context.blobs.stat(key).sha256 == sealed.sha256
    assert partials(job_context) == []


def test_a_whole_bid_does_not_pass_over_bytes_that_are_here(
    indus: Browser, tender: Tender, job_context: JobContext
) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    indus.send(upload, sealed.data[:500], 0)
    answer = send_whole(indus, upload, sealed.data)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "500")
    assert list(job_context.blobs.list("sealed/")) == []


def lost_before_it_was_counted(
    indus: Browser, tender: Tender, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, made.Sealed]:
    """Send a whole bid to a process that ends between its bytes and its row."""
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]

    def end(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as ended:
        ended.setattr(Intake, "run", end)
        with pytest.raises(SystemExit):
            send_whole(indus, upload, sealed.data)
    return upload, sealed


def test_a_whole_bid_that_was_stored_but_not_counted_is_counted_when_it_comes_again(
    indus: Browser, tender: Tender, job_context: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, sealed = lost_before_it_was_counted(indus, tender, monkeypatch)
    assert len(list(job_context.blobs.list("sealed/"))) == 1
    assert indus.call("HEAD", upload).headers["Upload-Offset"] == "0"
    jobs.collect_partials(job_context)
    assert send_whole(indus, upload, sealed.data).status_code == 200
    assert partials(job_context) == []


def test_a_whole_bid_that_was_never_counted_is_collected(
    indus: Browser,
    tender: Tender,
    job_context: JobContext,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost_before_it_was_counted(indus, tender, monkeypatch)
    clock.move_to(tender.schedule.deadline_at + timedelta(days=2))
    jobs.collect_partials(job_context)
    assert list(job_context.blobs.list("sealed/")) == []
    assert partials(job_context) == []


def test_a_whole_bid_of_other_bytes_is_not_stored(
    indus: Browser, tender: Tender, job_context: JobContext
) -> None:
    sealed, other = made.seal(tender, indus.actor), made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    assert send_whole(indus, upload, other.data).get_json()["code"] == "hash-mismatch"
    assert list(job_context.blobs.list("sealed/")) == []
    assert partials(job_context) == []
