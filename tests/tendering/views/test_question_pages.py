"""The pages of questions: asked, answered and read by everybody, and nobody sees a name."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from accounts.acts import organising, practising
from accounts.credentials import keyring, new_password
from accounts.domain.organisations import OrganisationForm, PersonForm
from accounts.domain.roles import OrganisationKind
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.settings import Settings
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tendering.acts import drafting
from tendering.domain.tender import Tender
from tests.tendering import made
from tests.tendering.views.browser import Browser
from tests.tendering.views.conftest import Office

FIRM = "Ravi Hydraulics"


@pytest.fixture
def tender(office: Office, sessions: Sessions, clock: FrozenClock) -> Tender:
    draft = made.complete_draft(sessions, office.council)
    with unit_of_work(sessions, office.council.officer) as uow:
        draft = drafting.edit_dates(
            uow, draft.id, draft.revision,
            clock.at + timedelta(days=20), None, clock.at + timedelta(minutes=10),
        )  # fmt: skip
    return made.published(sessions, office.council, draft)


@pytest.fixture
def vendor(app: Flask, office: Office, sessions: Sessions, settings: Settings) -> Browser:
    form = OrganisationForm(Text(FIRM), city="Lahore", tax_number="1234567-8", phone="042-35550100")
    with unit_of_work(sessions, Actor.system("demo")) as uow:
        firm = organising.write_organisation(uow, OrganisationKind.VENDOR, form)
        person = practising.create_practice_account(
            uow, keyring(settings), firm.id,
            PersonForm(Text("Zubair Khan"), "zubair@ravi.example"), ("vendor",),
            new_password("correct horse battery"),
        )  # fmt: skip
    return Browser(app.test_client()).sign_in(person.id)


def ask(vendor: Browser, tender: Tender, text: str, status: int = 200) -> None:
    vendor.get(f"/en/tenders/{tender.id}/questions")
    vendor.post(f"/en/tenders/{tender.id}/questions", status, text=text, key=vendor.hidden("key"))


def first_question(office: Office, tender: Tender) -> str:
    page = office.officer.get(f"/en/drafts/{tender.id}/questions")
    found = re.search(rf"/en/drafts/{tender.id}/questions/([a-z0-9]+)", page)
    assert found
    return found[0]


def test_asked_answered_and_read_without_a_name(
    office: Office, vendor: Browser, tender: Tender
) -> None:
    page = f"/en/tenders/{tender.id}"
    office.reader.get(page)
    office.reader.shows("Questions are taken until", "Ask a question", "Questions close")
    ask(vendor, tender, "Is <b>PVC</b> \u202epipe allowed?")
    vendor.shows("Your question is with the buyer.", "Waits for an answer", "<b>PVC</b> pipe")

    office.officer.get("/en/drafts/")
    office.officer.shows("Answer questions: 1")
    address = first_question(office, tender)
    seen = office.officer.text + office.officer.get(address)
    assert "&lt;b&gt;PVC" in seen and "<b>PVC" not in seen
    for secret in (FIRM, "Zubair", "zubair@"):
        assert secret not in seen
    assert "Zubair" not in office.reader.get(page) and "PVC" not in office.reader.text
    office.officer.get(address)
    office.officer.post(
        address, question_en="Is PVC pipe allowed?", answer_en="Yes, of class D.",
        question_ur="کیا پی وی سی پائپ چلے گا؟", answer_ur="جی ہاں، درجہ ڈی کا۔",
    )  # fmt: skip
    office.officer.shows("Published as question 1. All followers are told alike.")

    office.reader.get(page)
    office.reader.shows(
        "Question 1", "Is PVC pipe allowed?", "Yes, of class D.",
        "An answer explains the tender and never changes it.",
    )  # fmt: skip
    urdu = office.reader.get(f"/ur/tenders/{tender.id}")
    assert "جی ہاں، درجہ ڈی کا۔" in urdu
    assert '<div lang="en" dir="ltr"><p class="prewrap">Is PVC pipe allowed?' in urdu
    vendor.get("/en/questions")
    vendor.shows("Answered", "Read the answer: question 1")
    office.officer.get("/en/drafts/")
    assert "Answer questions" not in office.officer.text


def test_bad_input_is_kept_and_told(office: Office, vendor: Browser, tender: Tender) -> None:
    ask(vendor, tender, " \u202e ", 422)
    vendor.shows("Write your question.")
    ask(vendor, tender, "x" * 2_001, 422)
    vendor.shows("Keep a question under 2000 letters.")
    assert "x" * 2_001 in vendor.text
    ask(vendor, tender, "Why?")
    address = first_question(office, tender)
    office.officer.get(address)
    office.officer.post(address, 422, question_en="Why?", answer_ur="یوں")
    office.officer.shows("Write the question and the answer in the same language")
    assert "یوں" in office.officer.text
    office.officer.post(f"{address}/set-aside", 422)
    office.officer.shows("Choose why this question is not published.")


def test_a_question_set_aside_shows_its_reason_alone(
    office: Office, vendor: Browser, tender: Tender
) -> None:
    ask(vendor, tender, "You are all thieves!")
    address = first_question(office, tender)
    office.officer.get(address)
    office.officer.post(f"{address}/set-aside", reason="abuse")
    office.officer.shows("The question stays unpublished.", "Insults or threats")
    office.officer.get(address)
    office.officer.shows("Somebody has answered this question or set it aside meanwhile.")

    page = office.reader.get(f"/en/tenders/{tender.id}")
    office.reader.shows("Questions not published, and why: Insults or threats")
    assert "thieves" not in page
    vendor.get(f"/en/tenders/{tender.id}/questions")
    vendor.shows("Not published", "Reason: Insults or threats", "thieves")


def test_after_the_cut_off_the_page_says_so_with_the_instant(
    office: Office, vendor: Browser, tender: Tender, clock: FrozenClock
) -> None:
    vendor.get(f"/en/tenders/{tender.id}/questions")
    key = vendor.hidden("key")
    close_at = tender.schedule.questions_close_at
    assert close_at is not None
    clock.move_to(close_at)

    vendor.post(f"/en/tenders/{tender.id}/questions", 422, text="Too late?", key=key)
    vendor.shows("Questions were taken until", "2 March 2026", "None can be asked any more.")
    office.reader.get(f"/en/tenders/{tender.id}")
    office.reader.shows("Questions were taken until", "No question was answered.")
    assert "Ask a question" not in office.reader.text


def test_strangers_are_sent_to_sign_in_and_other_offices_find_nothing(
    office: Office, vendor: Browser, tender: Tender
) -> None:
    office.reader.get(f"/en/tenders/{tender.id}/questions")
    office.reader.shows("Sign in")
    vendor.get(f"/en/drafts/{tender.id}/questions", 403)
    office.officer.get(f"/en/tenders/{tender.id}/questions", 403)
    office.approver.get(f"/en/drafts/{tender.id}/questions")
    assert "Answer a question" not in office.approver.text


def test_the_dates_page_takes_a_cut_off_in_urdu_digits(
    office: Office, sessions: Sessions, clock: FrozenClock
) -> None:
    draft = made.complete_draft(sessions, office.council)
    path = f"/en/drafts/{draft.id}/dates"
    office.officer.get(path)
    office.officer.post(
        path, mode="fixed", deadline="۲۰۲۶-۰۳-۲۵ ۱۱:۰۰", opening="", questions="۲۰۲۶-۰۳-۱۸ ۱۱:۰۰"
    )
    office.officer.get(path)
    assert 'value="2026-03-18 11:00"' in office.officer.text
    office.officer.post(
        path, 422, mode="fixed", deadline="2026-03-25T11:00", questions="2026-03-26T11:00"
    )
    office.officer.shows("Questions close after the publication and before the deadline.")
