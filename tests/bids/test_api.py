"""The upload API as a vendor's browser uses it, and as somebody hostile would."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts import access
from bids import queries
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from sealing.signatures import verify_note
from tendering.domain.tender import Tender
from tests.bids import made


class Browser:
    """One vendor's session."""

    def __init__(self, app: Flask, actor: Actor, who: dict[str, Actor]) -> None:
        self.client: FlaskClient = app.test_client()
        self.actor = actor
        self._who = who

    def call(self, method: str, path: str, **options: Any) -> Any:
        self._who["now"] = self.actor
        return self.client.open(path, method=method, **options)

    def announce(self, tender: Tender, sealed: made.Sealed, **changes: object) -> Any:
        body = {
            "sha256": sealed.sha256,
            "size": len(sealed.data),
            "notice": tender.notice,
            "token_sha256": sealed.receipt.token_sha256,
        } | changes
        return self.call("POST", f"{path_of(tender)}/fingerprints", json=body)

    def send(self, upload: str, data: bytes, offset: int, *, slice_size: int = 700) -> Any:
        response = None
        while offset < len(data):
            piece = data[offset : offset + slice_size]
            headers = {"Upload-Offset": str(offset), "X-Slice-SHA256": sha256(piece).hexdigest()}
            response = self.call("PATCH", upload, data=piece, headers=headers)
            if response.status_code != 204:
                return response
            offset = int(response.headers["Upload-Offset"])
        return response

    def submit(self, tender: Tender, sealed: made.Sealed) -> Any:
        upload = self.announce(tender, sealed).get_json()["upload"]
        self.send(upload, sealed.data, 0)
        return self.call("POST", f"{upload}/complete", json={})


def path_of(tender: Tender, lot: str = "1", kind: str = "single") -> str:
    return f"/api/tenders/{tender.id}/lots/{lot}/envelopes/{kind}"


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Actor]]:
    current = {"now": Actor.anonymous()}
    monkeypatch.setattr(access, "actor", lambda: current["now"])
    monkeypatch.setattr(access, "actor_page", lambda: access.ActorPage(True, "Ayesha", frozenset()))
    return current  # type: ignore[return-value]


@pytest.fixture
def indus(app: Flask, job_context: JobContext, tender: Tender, who: dict[str, Actor]) -> Browser:
    app.config["WTF_CSRF_ENABLED"] = False
    return Browser(app, made.vendor(job_context), who)


@pytest.fixture
def mehran(app: Flask, job_context: JobContext, who: dict[str, Actor], indus: Browser) -> Browser:
    return Browser(app, made.vendor(job_context, "Mehran Works"), who)


def test_a_bid_goes_from_fingerprint_to_signed_receipt(
    indus: Browser, tender: Tender, job_context: JobContext
) -> None:
    sealed = made.seal(tender, indus.actor)
    announced = indus.announce(tender, sealed)
    assert announced.status_code == 201
    told = announced.get_json()
    assert told["offset"] == 0
    indus.send(told["upload"], sealed.data, 0)
    head = indus.call("HEAD", told["upload"])
    assert head.headers["Upload-Offset"] == head.headers["Upload-Length"] == str(len(sealed.data))
    done = indus.call("POST", f"{told['upload']}/complete", json={})
    assert done.status_code == 200
    body = done.get_json()
    verifier = made.key(job_context).verifier()
    verify_note(body["ack"].encode(), [verifier])
    verify_note(told["attempt"].encode(), [verifier])
    document = made.note_document(body["ack"])
    assert set(document) == set(
        "v type outcome sha256 size tender lot kind vendor notice chain round committed_at "
        "completed_at C salt".split()
    )
    assert document["type"] == "bid"
    assert document["sha256"] == sealed.sha256
    assert indus.call("GET", body["page"]).status_code == 200
    state = indus.call("GET", path_of(tender)).get_json()
    assert (state["state"], state["number"]) == ("sealed", body["number"])
    ciphertext = indus.call("GET", f"{path_of(tender)}/ciphertext")
    assert ciphertext.data == sealed.data


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


def test_the_same_bytes_again_get_the_same_receipt(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    first = indus.submit(tender, sealed).get_json()
    again = indus.announce(tender, sealed)
    assert again.status_code == 200
    assert again.get_json() == first
    upload = f"/api/uploads/{_upload_id(indus, first['number'])}"
    assert indus.call("POST", f"{upload}/complete", json={}).get_json() == first


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


def test_a_late_fingerprint_is_refused_with_one_trace(
    indus: Browser, tender: Tender, clock: FrozenClock
) -> None:
    clock.move_to(tender.schedule.deadline_at)
    sealed = made.seal(tender, indus.actor)
    answers = [indus.announce(tender, sealed).get_json() for _ in range(3)]
    assert {answer["code"] for answer in answers} == {"late"}
    assert len({answer["attempt"] for answer in answers}) == 1
    listed = indus.call("GET", "/en/bids/")
    assert listed.data.count(b"/en/bids/attempts/") == 1


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "POST"])
def test_another_vendors_upload_is_not_found(
    indus: Browser, mehran: Browser, tender: Tender, method: str
) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    target = f"{upload}/complete" if method == "POST" else upload
    theirs = mehran.call(method, target, json={} if method == "POST" else None)
    nobody = mehran.call(method, target.replace(upload[-4:], "aaaa"), json={})
    assert theirs.status_code == nobody.status_code == 404
    assert theirs.data == nobody.data


def test_another_vendors_receipt_is_not_found(
    indus: Browser, mehran: Browser, tender: Tender
) -> None:
    done = indus.submit(tender, made.seal(tender, indus.actor)).get_json()
    assert mehran.call("GET", done["page"]).status_code == 404
    assert mehran.call("GET", f"{done['page']}/acknowledgement.txt").status_code == 404
    assert mehran.call("GET", path_of(tender)).get_json() == {"state": "empty"}


def test_another_vendors_bytes_are_a_duplicate(
    indus: Browser, mehran: Browser, tender: Tender
) -> None:
    sealed = made.seal(tender, indus.actor)
    assert mehran.announce(tender, sealed).status_code == 201
    assert indus.submit(tender, sealed).status_code == 200
    stolen = mehran.submit(tender, sealed)
    assert (stolen.status_code, stolen.get_json()["code"]) == (409, "duplicate")
    assert indus.actor.organisation_id not in stolen.get_data(as_text=True)


def test_a_fingerprint_needs_a_fresh_sign_in(
    app: Flask, job_context: JobContext, tender: Tender, who: dict[str, Actor]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    stale = made.vendor(job_context)
    stale = Actor(stale.kind, stale.account_id, stale.organisation_id, stale.roles, fresh=False)
    browser = Browser(app, stale, who)
    answer = browser.announce(tender, made.seal(tender, stale))
    assert (answer.status_code, answer.get_json()["code"]) == (401, "fresh-sign-in")


def test_another_sites_page_cannot_send(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = indus.call("POST", f"{upload}/complete", json={}, headers=headers)
    assert answer.get_json()["code"] == "forged-request"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "AB" * 32},
        {"sha256": 5},
        {"sha256": "ab" * 31},
        {"size": "12"},
        {"size": -1},
        {"size": True},
        {"size": None},
        {"size": 1.5},
        {"token_sha256": "zz"},
        {"token_sha256": ["a"]},
        {"notice": {}},
    ],
)
def test_a_fingerprint_of_the_wrong_form_is_refused(
    indus: Browser, tender: Tender, changes: dict[str, object]
) -> None:
    answer = indus.announce(tender, made.seal(tender, indus.actor), **changes)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-fingerprint")


@pytest.mark.sqlite
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'"x"', b"null"])
def test_a_body_that_is_no_object_is_refused(indus: Browser, tender: Tender, body: bytes) -> None:
    answer = indus.call("POST", f"{path_of(tender)}/fingerprints", data=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-request-body")


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("size", "code"), [(1, "too-small"), (2**40, "too-large"), (202 << 20, "too-large")]
)
def test_a_size_outside_the_limits_is_refused(
    indus: Browser, tender: Tender, size: int, code: str
) -> None:
    answer = indus.announce(tender, made.seal(tender, indus.actor), size=size)
    assert answer.get_json()["code"] == code


def test_another_notice_is_refused(indus: Browser, tender: Tender) -> None:
    answer = indus.announce(tender, made.seal(tender, indus.actor), notice="0" * 64)
    assert answer.get_json()["code"] == "wrong-notice"


def test_a_file_that_is_no_envelope_is_refused_for_good(
    indus: Browser, tender: Tender, job_context: JobContext
) -> None:
    junk = made.Sealed(b"PK\x03\x04" + bytes(400), made.seal(tender, indus.actor).receipt)
    refused = indus.submit(tender, junk)
    assert refused.get_json()["code"] == "bad-age-header"
    assert refused.get_json()["attempt"]
    assert list(Path(job_context.settings.data_dir, "uploads").iterdir()) == []
    assert list(job_context.blobs.list("sealed/")) == []


def test_two_tabs_end_with_one_live_commitment(indus: Browser, tender: Tender) -> None:
    first, second = made.seal(tender, indus.actor), made.seal(tender, indus.actor)
    one = indus.announce(tender, first).get_json()["upload"]
    indus.send(one, first.data[:300], 0)
    two = indus.announce(tender, second).get_json()["upload"]
    ended = indus.send(one, first.data, 300)
    assert (ended.status_code, ended.get_json()["code"]) == (410, "upload-ended")
    indus.send(two, second.data, 0)
    assert indus.call("POST", f"{two}/complete", json={}).status_code == 200


def test_a_double_click_on_complete_gives_one_receipt(
    indus: Browser, tender: Tender, app: Flask
) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    indus.send(upload, sealed.data, 0)
    answers: list[Any] = []

    def press() -> None:
        answers.append(app.test_client().post(f"{upload}/complete", json={}))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    acks = {answer.get_json().get("ack") for answer in answers if answer.status_code == 200}
    assert len(acks) == 1
    assert {a.get_json()["code"] for a in answers if a.status_code != 200} <= {"incomplete"}


def test_a_withdrawal_is_acknowledged(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    indus.submit(tender, sealed)
    wrong = indus.call("POST", f"{path_of(tender)}/withdrawal", json={"token": "00" * 32})
    assert wrong.get_json()["code"] == "wrong-token"
    token = sealed.receipt.token.hex()
    done = indus.call("POST", f"{path_of(tender)}/withdrawal", json={"token": token})
    document = made.note_document(done.get_json()["ack"])
    assert (document["type"], document["outcome"]) == ("withdrawal", "withdrawn")
    assert indus.call("GET", path_of(tender)).get_json()["state"] == "withdrawn"
    assert indus.call("GET", f"{path_of(tender)}/ciphertext").status_code == 404
    again = indus.call("POST", f"{path_of(tender)}/withdrawal", json={"token": token})
    assert again.get_json()["code"] == "nothing-to-withdraw"


def test_messages_come_in_the_language_asked_for(indus: Browser, tender: Tender) -> None:
    body = {"sha256": "x", "size": 1, "notice": "", "token_sha256": ""}
    path = f"{path_of(tender)}/fingerprints"
    english = indus.call("POST", path, json=body, headers={"Accept-Language": "en"}).get_json()
    assert english["message"].startswith("The fingerprint")


@pytest.mark.parametrize("place", [("2", "single"), ("1", "financial"), ("1", "other")])
def test_an_envelope_the_tender_does_not_have_is_not_found(
    indus: Browser, tender: Tender, place: tuple[str, str]
) -> None:
    sealed = made.seal(tender, indus.actor)
    body = {
        "sha256": sealed.sha256,
        "size": len(sealed.data),
        "notice": tender.notice,
        "token_sha256": "",
    }
    answer = indus.call("POST", f"{path_of(tender, *place)}/fingerprints", json=body)
    assert answer.status_code == 404


def test_thirty_fingerprints_an_hour_are_enough(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    digests = [sha256(str(n).encode()).hexdigest() for n in range(31)]
    answers = [indus.announce(tender, sealed, sha256=digest) for digest in digests]
    assert [a.status_code for a in answers[:30]] == [201] * 30
    assert answers[30].get_json()["code"] == "too-many-attempts"


def test_others_than_vendors_may_not_send(
    app: Flask, tender: Tender, indus: Browser, who: dict[str, Actor]
) -> None:
    nobody = Browser(app, Actor.anonymous(), who)
    answer = nobody.announce(tender, made.seal(tender, indus.actor))
    assert (answer.status_code, answer.get_json()["code"]) == (401, "sign-in")


def _upload_id(browser: Browser, number: str) -> str:
    context = browser.client.application.extensions["muhr"]
    with reading(context.sessions) as session:
        return queries.own_receipt(session, number, browser.actor.organisation_id).id


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
