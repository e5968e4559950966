"""What somebody hostile sends to the upload API, and what one bad envelope does to the others."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256

import pytest

from bids import jobs, opening_jobs, opening_pool
from bids.acts import opening
from bids.facts import opened_bids
from bids.queries import own_attempts
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.canonical import canonical
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.browser import Browser, path_of
from tests.bids.conftest import TestBeacon


@pytest.mark.sqlite
@pytest.mark.parametrize("stated", ["\xe9" * 64, "", "0" * 64, "\xff", "0" * 5000])
def test_a_slice_with_a_strange_hash_is_refused(
    indus: Browser, tender: Tender, stated: str
) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    answer = indus.call(
        "PATCH", upload, data=sealed.data, headers={"Upload-Offset": "0", "X-Slice-SHA256": stated}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-slice")


@pytest.mark.sqlite
@pytest.mark.parametrize("offset", ["-1", "\xb2", "", "1e3", "9" * 4000, "0x10", " 0"])
def test_a_strange_offset_is_refused(indus: Browser, tender: Tender, offset: str) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    headers = {"Upload-Offset": offset, "X-Slice-SHA256": sha256(sealed.data).hexdigest()}
    answer = indus.call("PATCH", upload, data=sealed.data, headers=headers)
    assert answer.status_code in {409, 422} or offset == " 0"
    assert indus.call("HEAD", upload).headers["Upload-Offset"] in {"0", str(len(sealed.data))}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 15_000, b'{"size":' * 1800, b"\xff", b"null", b"[]", b'{"size": 1e400}', b"{" * 5,
        b'{"sha256": "\\ud800", "notice": [], "size": 5}', b'{"size": ' + b"9" * 9000 + b"}",
    ],
)  # fmt: skip
def test_a_strange_fingerprint_is_refused(indus: Browser, tender: Tender, body: bytes) -> None:
    for door in ("fingerprints", "withdrawal"):
        answer = indus.call("POST", f"{path_of(tender)}/{door}", data=body)
        assert answer.status_code in {409, 422}
        assert answer.get_json()["message"]


def test_another_vendor_finds_nothing_of_an_upload(
    indus: Browser, mehran: Browser, tender: Tender
) -> None:
    sealed = made.seal(tender, indus.actor)
    told = indus.announce(tender, sealed).get_json()
    upload = told["upload"]
    number = indus.call("GET", path_of(tender)).get_json()["number"]
    nowhere = "/api/uploads/" + "a" * 26
    headers = {"Upload-Offset": "0", "X-Slice-SHA256": sha256(sealed.data).hexdigest()}
    for method, tail in (("HEAD", ""), ("PATCH", ""), ("POST", "/complete")):
        theirs = mehran.call(method, upload + tail, data=sealed.data, headers=headers)
        nothing = mehran.call(method, nowhere + tail, data=sealed.data, headers=headers)
        assert (theirs.status_code, theirs.data) == (404, nothing.data)
        assert dict(theirs.headers) == dict(nothing.headers)
    for tail in ("", ".pdf", "/attempt.txt", "/acknowledgement.txt", "/box.json"):
        prefix = "/bids" if tail == ".pdf" else "/en/bids"
        theirs = mehran.call("GET", f"{prefix}/receipts/{number}{tail}")
        nothing = mehran.call("GET", f"{prefix}/receipts/AAAAAAAA{tail}")
        assert theirs.status_code == nothing.status_code == 404
        assert _said(theirs.text.replace(number, "AAAAAAAA")) == _said(nothing.text)
    assert mehran.call("GET", path_of(tender)).get_json() == {"state": "empty"}


def _said(page: str) -> str:
    return re.sub(r'(name="csrf[^"]*"[^>]*(?:value|content)=")[^"]*', r"\1", page)


def test_late_attempts_leave_only_so_many_traces(
    indus: Browser, tender: Tender, clock: FrozenClock, job_context: JobContext
) -> None:
    clock.move_to(tender.schedule.deadline_at)
    sealed = made.seal(tender, indus.actor)
    codes = [
        indus.announce(tender, sealed, sha256=f"{n:064x}").get_json()["code"] for n in range(40)
    ]
    assert codes[:30] == ["late"] * 30
    assert set(codes[30:]) == {"too-many-attempts"}
    with reading(job_context.sessions) as session:
        assert len(own_attempts(session, indus.actor.organisation_id)) == 30


def test_an_opening_that_fails_keeps_no_other_from_its_turn(
    job_context: JobContext,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, other = made.tender(job_context), made.tender(job_context, short_name="SMC")
    firm = made.vendor(job_context)
    for each in (broken, other):
        made.submit(job_context, each, firm)
    clock.move_to(made.unsealing_at(other) + timedelta(seconds=5))
    whole = opening_jobs.open_tender

    def fail_for_one(context: JobContext, tender_id: str, *rest: object) -> None:
        if tender_id == broken.id:
            raise RuntimeError
        whole(context, tender_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(opening_jobs, "open_tender", fail_for_one)
    with pytest.raises(RuntimeError):
        jobs.sweep(job_context, opening_pool.in_this_process)
    with reading(job_context.sessions) as session:
        assert [bid.state for bid in opened_bids(session, other.id)] == ["opened"]
        assert opened_bids(session, broken.id) == ()


def test_nothing_is_claimed_while_an_opening_is_paused(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    made.submit(job_context, tender, made.vendor(job_context, "Mehran Works"))
    clock.move_to(made.unsealing_at(tender))
    system = Actor.system("opening")
    jobs._close_boxes(job_context)
    jobs._begin_openings(job_context)
    with unit_of_work(job_context.sessions, system) as uow:
        first, _ = opening.claim_envelopes(uow, tender.id, "one", 2)
    with unit_of_work(job_context.sessions, system) as uow:
        opening.pause_opening(uow, first, "stored-bytes-changed")
    clock.advance(minutes=5)
    with unit_of_work(job_context.sessions, system) as uow:
        assert opening.claim_envelopes(uow, tender.id, "two", 8) == ()


def test_hostile_files_of_an_envelope_hold_no_opening_up(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    names = ("\u202exslx.pdf", "<img src=x onerror=alert(1)>.html", "=cmd|'calc'!A0", "x" * 255,
             "ٹینڈر.pdf", "con", " ", "a\u0085b", "\U000e0001", "..;x")  # fmt: skip
    firm = made.vendor(job_context)
    hostile = canonical({"\u0000": "\u0000", "v": 2**53 - 1})
    types = ["a" * 20_000, "text/html\u0000", "\r\nX: y", ""]
    sealed = made.seal(tender, firm, files=[(name, hostile) for name in names], media_types=types)
    committed = made.commit(job_context, tender, firm, sealed)
    made.complete(job_context, tender, firm, committed.upload_id, sealed.data)  # type: ignore[union-attr]
    clock.move_to(made.unsealing_at(tender) + timedelta(seconds=5))
    jobs.sweep(job_context, opening_pool.in_this_process)
    with reading(job_context.sessions) as session:
        (bid,) = opened_bids(session, tender.id)
    assert bid.state == "opened"
    assert tuple(file.name for file in bid.files) == names
    assert {file.media_type for file in bid.files} == {
        "application/octet-stream",
        "application/pdf",
    }
