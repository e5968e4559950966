"""The pages of an incident: declared by two who are signed in, read by all, answered by bidders."""

import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from lxml import html

from accounts import queries as accounts
from accounts.acts.visiting import actor_for
from accounts.domain.roles import Role
from bids.queries import incidents
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from tendering.domain.tender import Tender
from tests.bids import incident_made, made
from tests.bids.conftest import TestBeacon
from tests.bids.incident_made import REASON
from tests.bids.made import Sealed
from tests.bids.test_decision_page import post, sign_in
from tests.house.test_matrix import _people


@pytest.fixture
def people(job_context: JobContext, tender: Tender) -> dict[str, str]:
    return _people(job_context.sessions, job_context.settings, tender.organisation_id)


@pytest.fixture
def waiting(
    job_context: JobContext,
    tender: Tender,
    people: dict[str, str],
    clock: FrozenClock,
    beacon: TestBeacon,
    vendor_actor: Actor,
) -> Sealed:
    """The bid of the vendor who signs in, in a tender whose beacon is silent."""
    beacon.late = True
    found = made.submit(job_context, tender, vendor_actor)
    made.submit(job_context, tender, made.vendor(job_context, "Bano"))
    incident_made.to_the_trouble(job_context, tender, clock)
    return found


@pytest.fixture
def sealed(waiting: Sealed, clock: FrozenClock) -> Sealed:
    """The same when the beacon has been silent for long enough."""
    clock.advance(seconds=60)
    return waiting


@pytest.fixture
def vendor_actor(job_context: JobContext, people: dict[str, str]) -> Actor:
    with reading(job_context.sessions) as session:
        return actor_for(accounts.person(session, people[Role.VENDOR]), fresh=True)


def typed(clock: FrozenClock, minutes: int) -> str:
    at = clock.at + timedelta(minutes=minutes)
    return at.astimezone(ZoneInfo("Asia/Karachi")).strftime("%Y-%m-%d %H:%M")


def declare(app: Flask, tender: Tender, people: dict[str, str], clock: FrozenClock) -> None:
    page = f"/en/tenders/{tender.id}/opening/incident"
    officer, approver = (sign_in(app, people[role]) for role in (Role.OFFICER, Role.APPROVER))
    fields = {"trouble": "beacon-gone", "reason": REASON, "until": typed(clock, 4)}
    assert post(officer, page, page, **fields).status_code == 303
    assert post(approver, page, f"{page}/declaration").status_code == 303


@pytest.mark.usefixtures("waiting")
def test_the_office_is_led_there_when_it_has_lasted_long_enough(
    app: Flask, tender: Tender, people: dict[str, str], clock: FrozenClock
) -> None:
    page, words = f"/en/tenders/{tender.id}", "The opening cannot go on"
    officer, public = sign_in(app, people[Role.OFFICER]), app.test_client()
    assert words not in officer.get(page).text
    assert "An incident may be declared when" in officer.get(f"{page}/opening/incident").text
    clock.advance(seconds=60)
    assert words in officer.get(page).text
    assert words not in public.get(page).text


@pytest.mark.usefixtures("sealed")
def test_what_is_wrong_is_said_at_its_field(
    app: Flask, tender: Tender, people: dict[str, str], clock: FrozenClock
) -> None:
    page = f"/en/tenders/{tender.id}/opening/incident"
    officer = sign_in(app, people[Role.OFFICER])
    good = {"trouble": "beacon-gone", "reason": REASON, "until": typed(clock, 4)}
    for changed, words in (
        ({"until": "soon"}, "Write the date and time like"),
        ({"until": typed(clock, 1)}, "The window ends too early"),
        ({"reason": " "}, "Write the reason"),
        ({"trouble": "quorum-lost"}, "It is no incident"),
    ):
        answer = post(officer, page, page, **(good | changed))
        assert answer.status_code == 422
        (summary,) = html.fromstring(answer.text).find_class("error-summary")
        assert words in summary.text_content()
        assert summary.xpath(".//a/@href")
    approver = sign_in(app, people[Role.APPROVER])
    answer = post(officer, page, page, **good)
    assert answer.status_code == 303
    assert post(officer, page, f"{page}/declaration").status_code == 403
    assert "Declare the incident" in approver.get(page).text
    assert "Declare the incident" not in officer.get(page).text


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("lang", ["en", "ur"])
def test_everybody_reads_what_happened_until_when_and_who_declared_it(
    app: Flask, tender: Tender, people: dict[str, str], clock: FrozenClock, lang: str
) -> None:
    public = app.test_client()
    before = public.get(f"/{lang}/tenders/{tender.id}/opening")
    declare(app, tender, people, clock)
    after = public.get(
        f"/{lang}/tenders/{tender.id}/opening", headers={"If-None-Match": before.headers["ETag"]}
    )
    assert after.status_code == 200
    for path in (f"/{lang}/tenders/{tender.id}", f"/{lang}/tenders/{tender.id}/opening"):
        shown = public.get(path).text
        assert REASON in shown
        assert {"en": "declared an incident", "ur": "ہنگامی صورت"}[lang] in shown
    document = public.get(f"/tenders/{tender.id}/opening.json").get_json()
    assert document["waiting_for"] == "incident"
    (told,) = document["incidents"]
    assert (told["trouble"], told["reason"], told["outcome"]) == ("beacon-gone", REASON, "")
    assert told["until_at"].startswith("2026-03-02T")
    assert told["proposed_by"]["en"]
    assert told["declared_by"]["en"]
    assert told["proposed_by"] != told["declared_by"]


def test_a_bidder_without_a_program_reveals_and_reads_what_and_when(
    app: Flask,
    job_context: JobContext,
    tender: Tender,
    people: dict[str, str],
    sealed: Sealed,
    clock: FrozenClock,
) -> None:
    page = f"/en/tenders/{tender.id}/reveal"
    vendor = sign_in(app, people[Role.VENDOR])
    assert vendor.get(page).status_code == 404
    declare(app, tender, people, clock)
    assert "Reveal your private receipt" in vendor.get(f"/en/tenders/{tender.id}").text
    token = html.fromstring(vendor.get(page).text).xpath("//input[@name='csrf_token']/@value")[0]
    other = made.seal(tender, made.vendor(job_context, "Chand"))
    for data, words in (
        (b"", "Choose the file"),
        (b"{}", "not valid"),
        (b" " * 20_000, "not valid"),
        (other.receipt.to_bytes(), "belongs to no envelope"),
    ):
        file = (io.BytesIO(data), "receipt.json" if data else "")
        answer = vendor.post(page, data={"csrf_token": token, "receipt": file})
        assert answer.status_code == 422
        assert words in answer.text
    forged = {"csrf_token": token, "sealed": "AAAA", "sha256": sealed.sha256}
    assert vendor.post(page, data=forged).status_code == 422
    good = (io.BytesIO(sealed.receipt.to_bytes()), "receipt.json")
    assert vendor.post(page, data={"csrf_token": token, "receipt": good}).status_code == 303
    shown = vendor.get(page).text
    assert "Revealed:" in shown
    number = html.fromstring(shown).xpath("//ul[@class='tasks']//a/@href")[0]
    assert "You revealed this envelope" in vendor.get(number).text
    with reading(job_context.sessions) as session:
        found = incidents.newest(session, tender.id)
        assert found is not None
        assert [each.sha256 for each in incidents.reveals(session, found.id)] == [sealed.sha256]
    incident_made.end_window(job_context, found, clock)
    assert vendor.get(page).status_code == 404
    lines = app.test_client().get(f"/tenders/{tender.id}/opening.json").get_json()["envelopes"]
    assert {(each["outcome"], each["code"], each["opened_by"]) for each in lines} == {
        ("opened", "", "bidder-receipt"),
        ("not-revealed", "not-revealed", ""),
    }
