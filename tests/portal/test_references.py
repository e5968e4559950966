"""Every page has a telephone number and a reference that can be read out."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from accounts.acts.organising import create_organisation
from accounts.domain.organisations import OrganisationForm
from accounts.domain.roles import OrganisationKind
from foundation.database import Sessions
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from portal.references import page_reference
from tests.tendering import made

REFERENCE = re.compile(r'class="page-reference"[^>]*>([^<]+)<')
PHONE = "0243-5550100"


def with_phone(sessions: Sessions, name: str, short_name: str) -> None:
    with unit_of_work(sessions, Actor.system("setup")) as uow:
        form = OrganisationForm(Text(name), short_name=short_name, city="Noorpur", phone=PHONE)
        create_organisation(uow, OrganisationKind.PROCURING_ENTITY, form)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("path", "reference"),
    [("/en/", "home"), ("/ur/tenders/", "tenders"), ("/en/seal", "seal"), ("/ur/verify", "verify"),
     ("/en/account/sign-in", "account/sign-in"), ("/en/nothing-here", "nothing-here")],
)  # fmt: skip
def test_pages_without_a_tender_name_their_place(
    client: FlaskClient, sessions: Sessions, path: str, reference: str
) -> None:
    with_phone(sessions, "Noorpur Council", "NTC")
    page = client.get(path).text

    found = REFERENCE.search(page)
    assert found and unescape(found[1]) == reference
    assert PHONE in page or "0243" in page


def test_pages_of_a_tender_begin_with_its_number(client: FlaskClient, sessions: Sessions) -> None:
    tender = made.published(sessions, made.council(sessions))
    for path, place in (("", "tenders"), ("/opening", "tenders/opening")):
        page = client.get(f"/en/tenders/{tender.id}{path}").text
        found = REFERENCE.search(page)
        assert found and found[1] == f"{tender.number} {place}"


def test_the_number_of_a_draft_is_not_told(client: FlaskClient, sessions: Sessions) -> None:
    draft = made.complete_draft(sessions, made.council(sessions))
    page = client.get(f"/en/tenders/{draft.id}").text

    found = REFERENCE.search(page)
    assert found and found[1] == "tenders"


def test_two_buyers_share_no_telephone(client: FlaskClient, sessions: Sessions) -> None:
    with_phone(sessions, "Noorpur Council", "NTC")
    with_phone(sessions, "Khairpur Council", "KTC")

    assert "tel:" not in client.get("/en/").text


def test_no_secret_of_an_address_is_read_out() -> None:
    token = "a" * 30
    assert page_reference(f"/en/account/recover/{token}/x", "") == "account/recover/x"
    assert page_reference("/en/v/" + "0" * 64, "") == "v"
