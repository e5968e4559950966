"""The press by which a bid stands after the dates moved: an ordinary form, told what it means."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts import queries as people
from accounts.domain.roles import Role
from bids import queries
from bids.domain.reception import SubmissionState
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.actor import Actor, ActorKind
from tendering.domain.tender import Tender
from tests.bids import committee_made, made, two_envelopes
from tests.bids.conftest import TestBeacon
from tests.house.test_matrix import _people
from tests.tendering import made as offices

FORM = re.compile(
    r'action="([^"]+/confirmation)"[^>]*><input[^>]* value="([^"]+)">(.*?)</form>', re.S
)
NOTICE = re.compile(r'name="notice" value="([0-9a-f]{64})"')


def signed_in(
    context: JobContext, app: Flask, sitting: committee_made.Sitting
) -> tuple[FlaskClient, Actor]:
    """Return a bidder's browser, and the bidder."""
    account_id = _people(context.sessions, context.settings, sitting.who.organisation_id)[
        Role.VENDOR
    ]
    client = app.test_client()
    client.post("/en/practice/sign-in", data={"account_id": account_id})
    with reading(context.sessions) as session:
        firm = people.person(session, account_id).organisation_id
    return client, Actor(ActorKind.PERSON, account_id, firm, frozenset({Role.VENDOR}), fresh=True)


@pytest.fixture
def moved(job_context: JobContext, app: Flask) -> tuple[Tender, FlaskClient, Actor]:
    """A tender whose dates moved, and its bidder, signed in."""
    sitting = committee_made.published(job_context)
    client, who = signed_in(job_context, app, sitting)
    made.submit(job_context, sitting.tender, who)
    later = timedelta(minutes=10)
    return (
        offices.dates_moved(job_context.sessions, sitting.who, sitting.tender, later),
        client,
        who,
    )


def press(client: FlaskClient, page: str, notice: str = "") -> str:
    """Press the button of a page; return the text of the page that follows."""
    found = FORM.search(client.get(page).text)
    assert found is not None
    action, token, rest = found.groups()
    shown = NOTICE.search(rest)
    assert shown is not None
    data = {"csrf_token": token, "notice": notice or shown[1]}
    answer = client.post(action, data=data, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303
    return client.get(answer.location).text


def state(context: JobContext, who: Actor) -> queries.Submission:
    with reading(context.sessions) as session:
        (own,) = queries.own_submissions(session, who.organisation_id)
    return own


def test_the_list_asks_tells_what_it_means_and_one_press_does_it(
    job_context: JobContext, moved: tuple[Tender, FlaskClient, Actor]
) -> None:
    tender, client, who = moved
    listed = client.get("/en/bids/").text
    assert "Awaits your confirmation" in listed
    assert "only the committee does, until the new opening" in listed

    said = press(client, "/en/bids/")

    assert "Confirmed. Your bid stands for the new dates." in said
    own = state(job_context, who)
    assert own.state is SubmissionState.SEALED
    note = client.get(f"/en/bids/receipts/{own.number}/confirmation.txt").text
    assert made.note_document(note)["confirms"] == tender.notice
    assert "/confirmation" not in client.get("/en/bids/").text


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "The tender has changed"), ("ur", "ٹینڈر بدل گیا ہے")],
)
def test_a_page_of_an_older_version_confirms_nothing(
    job_context: JobContext, moved: tuple[Tender, FlaskClient, Actor], lang: str, words: str
) -> None:
    _, client, who = moved
    own = state(job_context, who)

    said = press(client, f"/{lang}/bids/receipts/{own.number}", notice=own.notice)

    assert words in said
    assert state(job_context, who).state is SubmissionState.UNCONFIRMED


def test_after_the_deadline_there_is_no_button_and_the_receipt_says_what_became_of_it(
    job_context: JobContext, moved: tuple[Tender, FlaskClient, Actor], clock: FrozenClock
) -> None:
    tender, client, who = moved
    clock.move_to(tender.schedule.deadline_at)
    page = client.get(f"/en/bids/receipts/{state(job_context, who).number}").text
    assert "Confirm this bid" not in page
    assert "It is never opened." in page
    assert "Not confirmed after the dates moved, unopened" in client.get("/en/bids/").text


def test_two_envelopes_are_asked_for_once_and_confirmed_by_one_press(
    job_context: JobContext, app: Flask
) -> None:
    sitting = two_envelopes.published(job_context)
    client, who = signed_in(job_context, app, sitting)
    for kind in ("technical", "financial"):
        made.submit(job_context, sitting.tender, who, kind=kind)
    offices.dates_moved(job_context.sessions, sitting.who, sitting.tender, timedelta(minutes=10))
    for lang, words in (("en", "One press confirms all"), ("ur", "ایک ہی بار دبانے سے")):
        listed = client.get(f"/{lang}/bids/").text
        assert words in listed
        assert listed.count("/confirmation") == 1
        assert listed.count("#/withdraw") == 2

    assert "Envelopes confirmed: 2." in press(client, "/en/bids/")

    with reading(job_context.sessions) as session:
        own = queries.own_submissions(session, who.organisation_id)
    assert {each.state for each in own} == {SubmissionState.SEALED}


def test_the_record_of_the_opening_marks_the_bid_that_was_confirmed_after_the_move(
    job_context: JobContext, app: Flask, beacon: TestBeacon, clock: FrozenClock
) -> None:
    sitting = committee_made.published(job_context)
    client, who = signed_in(job_context, app, sitting)
    made.submit(job_context, sitting.tender, who)
    tender = offices.dates_moved(
        job_context.sessions, sitting.who, sitting.tender, timedelta(minutes=10)
    )
    press(client, "/en/bids/")
    made.submit(job_context, tender, made.vendor(job_context, "Newcomer"))
    two_envelopes.to_the_shares(job_context, replace(sitting, tender=tender), clock)
    for lang, words in (("en", "Confirmed after the dates moved:"), ("ur", "تصدیق ہوئی:")):
        page = app.test_client().get(f"/{lang}/tenders/{tender.id}/opening").text
        assert page.count(words) == 1
    told = app.test_client().get(f"/tenders/{tender.id}/opening.json").get_json()["envelopes"]
    assert sorted(bool(line["confirmed_at"]) for line in told) == [False, True]
