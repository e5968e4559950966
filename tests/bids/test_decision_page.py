"""The page says that an opening waits, and two persons decide on it."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.domain.roles import Role
from bids import jobs
from foundation import heartbeats
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon
from tests.house.test_matrix import _people

TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@pytest.fixture
def held(job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon) -> Tender:
    made.submit(job_context, tender, made.vendor(job_context))
    with unit_of_work(job_context.sessions, Actor.system("door")) as uow:
        heartbeats.keep_door(uow)
    clock.move_to(tender.schedule.opening_at + timedelta(hours=3))
    for job in (jobs.sweep, jobs.hold_openings):
        job(job_context)
    return tender


@pytest.fixture
def people(job_context: JobContext, held: Tender) -> dict[str, str]:
    return _people(job_context.sessions, job_context.settings, held.organisation_id)


def post(client: FlaskClient, page: str, action: str, **fields: str) -> TestResponse:
    """Send the form of a page with its token."""
    found = TOKEN.search(client.get(page).text)
    assert found is not None
    return client.post(action, data={"csrf_token": found[1], **fields})


def sign_in(app: Flask, account_id: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/en/practice/sign-in", data={"account_id": account_id})
    assert answer.status_code == 303
    return client


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_the_public_page_says_why_nothing_opens(app: Flask, held: Tender, lang: str) -> None:
    client = app.test_client()
    page = client.get(f"/{lang}/tenders/{held.id}/opening")
    document = client.get(f"/tenders/{held.id}/opening.json").get_json()

    assert page.status_code == 200
    if lang == "en":
        assert "nothing opens by itself" in page.text
        assert "gave no sign of life" in page.text
    assert document["waiting_for"] == "decision"
    assert document["hold"]["lost"][0]["cause"] == "outage"
    assert "decision" not in page.text.split("<main")[1]


def test_an_officer_proposes_and_an_approver_decides(
    app: Flask, job_context: JobContext, held: Tender, people: dict[str, str]
) -> None:
    address = f"/en/tenders/{held.id}/opening/decision"
    officer, approver = (sign_in(app, people[role]) for role in (Role.OFFICER, Role.APPROVER))

    assert "Decide about the opening" in officer.get(f"/en/tenders/{held.id}").text
    empty = post(officer, address, address, reason=" ")
    proposed = post(officer, address, address, reason="Nobody was kept from bidding.")
    own = officer.get(address)
    shown = approver.get(address)
    decided = post(approver, address, f"{address}/approval")
    after = approver.get(address)

    assert "Write the reason" in empty.text
    assert proposed.status_code == 303
    assert "Another person decides" in own.text
    assert "Nobody was kept from bidding." in shown.text
    assert decided.status_code == 303
    assert "Two persons have decided" in after.text
    public = app.test_client().get(f"/tenders/{held.id}/opening.json").get_json()
    assert public["hold"]["reason"] == "Nobody was kept from bidding."
    assert public["hold"]["released_at"]


def test_the_proposer_cannot_decide(app: Flask, held: Tender, people: dict[str, str]) -> None:
    address = f"/en/tenders/{held.id}/opening/decision"
    approver = sign_in(app, people[Role.APPROVER])
    post(approver, address, address, reason="I alone.")

    assert "You proposed this" in post(approver, address, f"{address}/approval").text


def test_there_is_no_decision_where_nothing_is_held(
    app: Flask, job_context: JobContext, tender: Tender
) -> None:
    people = _people(job_context.sessions, job_context.settings, tender.organisation_id)
    officer = sign_in(app, people[Role.OFFICER])

    assert officer.get(f"/en/tenders/{tender.id}/opening/decision").status_code == 404
