"""The bidding API from fingerprint to receipt, and what no other vendor gets of it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask

from bids import queries
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from sealing.signatures import verify_note
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.browser import Browser, path_of


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


def test_the_same_bytes_again_get_the_same_receipt(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    first = indus.submit(tender, sealed).get_json()
    again = indus.announce(tender, sealed)
    assert again.status_code == 200
    assert again.get_json() == first
    upload = f"/api/uploads/{_upload_id(indus, first['number'])}"
    assert indus.call("POST", f"{upload}/complete", json={}).get_json() == first


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


def test_another_sites_page_cannot_send(indus: Browser, tender: Tender) -> None:
    sealed = made.seal(tender, indus.actor)
    upload = indus.announce(tender, sealed).get_json()["upload"]
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = indus.call("POST", f"{upload}/complete", json={}, headers=headers)
    assert answer.get_json()["code"] == "forged-request"


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


def _upload_id(browser: Browser, number: str) -> str:
    context = browser.client.application.extensions["muhr"]
    with reading(context.sessions) as session:
        return queries.own_receipt(session, number, browser.actor.organisation_id).id
