"""Fingerprints as the API takes them: their form, their limits, their instant."""

from __future__ import annotations

from hashlib import sha256

import pytest
from flask import Flask

from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.browser import Browser, path_of


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


def test_a_fingerprint_needs_a_fresh_sign_in(
    app: Flask, job_context: JobContext, tender: Tender, who: dict[str, Actor]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    stale = made.vendor(job_context)
    stale = Actor(stale.kind, stale.account_id, stale.organisation_id, stale.roles, fresh=False)
    browser = Browser(app, stale, who)
    answer = browser.announce(tender, made.seal(tender, stale))
    assert (answer.status_code, answer.get_json()["code"]) == (401, "fresh-sign-in")


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


def test_two_tabs_end_with_one_live_commitment(indus: Browser, tender: Tender) -> None:
    first, second = made.seal(tender, indus.actor), made.seal(tender, indus.actor)
    one = indus.announce(tender, first).get_json()["upload"]
    indus.send(one, first.data[:300], 0)
    two = indus.announce(tender, second).get_json()["upload"]
    ended = indus.send(one, first.data, 300)
    assert (ended.status_code, ended.get_json()["code"]) == (410, "upload-ended")
    indus.send(two, second.data, 0)
    assert indus.call("POST", f"{two}/complete", json={}).status_code == 200


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
