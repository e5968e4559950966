"""Coming in through the pages: registration, invitations, the first run, recovery."""

import base64
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts import first_run
from accounts.acts import inviting
from accounts.domain import second_factor
from foundation.database import Sessions
from foundation.settings import Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tests.accounts.acting import newest_mail
from tests.accounts.conftest import PASSWORD, World
from tests.accounts.views.test_signing_in import post, sign_in, token_in

FIRM = {
    "organisation_en": "Indus Road Works", "organisation_ur": "", "tax_number": "1234567-8",
    "city": "Hyderabad", "address": "", "organisation_phone": "", "name_en": "Asma Noor",
    "name_ur": "", "email": "asma@indus.example", "phone": "", "language": "ur",
    "password": PASSWORD, "again": PASSWORD,
}  # fmt: skip


def post_code(client: FlaskClient, path: str, code: str, page: str = ""):
    token = token_in(client.get(page or path).text)
    return client.post(path, data={"csrf_token": token, "code": code})


def test_a_vendor_registers_and_is_in_after_the_code(world: World, client: FlaskClient) -> None:
    answer = client.post("/en/account/register", data=FIRM)
    assert answer.location.endswith("/en/account/confirm-email")
    assert client.get("/en/account/").status_code == 302
    code = newest_mail(world).params["code"]
    assert post_code(client, "/en/account/confirm-email", "1").status_code == 200
    assert post_code(client, "/en/account/confirm-email", code).status_code == 303
    assert "Indus Road Works" in client.get("/en/account/").text


def test_registering_a_known_address_looks_the_same(
    world: World, app: Flask, client: FlaskClient
) -> None:
    world.person("asma@indus.example", "evaluator")
    known = client.post("/en/account/register", data=FIRM)
    other = app.test_client()
    unknown = other.post("/en/account/register", data={**FIRM, "email": "new@indus.example"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    pages = [each.get("/en/account/confirm-email").text for each in (client, other)]
    assert pages[0].replace(token_in(pages[0]), "").count("<") == pages[1].count("<")
    answers = [post_code(each, "/en/account/confirm-email", "00000000") for each in (client, other)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("The code is wrong" in answer.text for answer in answers)


@pytest.mark.parametrize("known", [False, True])
def test_a_wrong_address_is_put_right_before_confirmation(
    world: World, client: FlaskClient, known: bool
) -> None:
    if known:
        world.person("asma@indus.example", "evaluator")
    client.post("/en/account/register", data=FIRM)
    page = client.get("/en/account/confirm-email").text
    assert "asma@indus.example" in page
    wrong = client.post(
        "/en/account/confirm-email/address",
        data={"csrf_token": token_in(page), "email": "not an address"},
    )
    assert "Write an e-mail address" in wrong.text
    answer = client.post(
        "/en/account/confirm-email/address",
        data={"csrf_token": token_in(page), "email": "noor@indus.example"},
    )
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "noor@indus.example" in page
    assert "The address is put right" in page
    code = newest_mail(world).params["code"]
    assert post_code(client, "/en/account/confirm-email", code).status_code == 303
    assert "noor@indus.example" in client.get("/en/account/").text


def test_putting_an_address_right_tells_nothing_of_a_known_one(
    world: World, app: Flask, client: FlaskClient
) -> None:
    world.person("known@indus.example", "evaluator")
    answers = []
    other = app.test_client()
    for each, right in ((client, "known@indus.example"), (other, "fresh@indus.example")):
        each.post("/en/account/register", data={**FIRM, "email": f"first.{right}"})
        first = newest_mail(world).params["code"]
        token = token_in(each.get("/en/account/confirm-email").text)
        each.post("/en/account/confirm-email/address", data={"csrf_token": token, "email": right})
        page = each.get("/en/account/confirm-email").text
        tried = post_code(each, "/en/account/confirm-email", first)
        answers.append((page.replace(right, "").count("<"), "code is wrong" in tried.text))
    assert answers[0] == answers[1]


def test_only_a_session_that_waits_for_its_code_corrects_an_address(client: FlaskClient) -> None:
    answer = client.post("/en/account/confirm-email/address", data={"email": "x@y.example"})
    assert answer.status_code == 401


def test_all_mistakes_are_shown_at_once(world: World, client: FlaskClient) -> None:
    page = client.post("/en/account/register", data={"email": "x", "password": "short"}).text
    for text in (
        "Write the organisation&#39;s name", "tax number, for example", "Write the city",
        "Write your name", "Write an e-mail address", "The two passwords are not the same",
    ):  # fmt: skip
        assert page.count(text) >= 2, text
    assert "<title>Error: " in page


def test_what_was_typed_stays_after_a_mistake(world: World, client: FlaskClient) -> None:
    page = client.post("/ur/account/register", data={**FIRM, "city": ""}).text
    assert 'value="Indus Road Works"' in page
    assert PASSWORD not in page


def issued_to(world: World, *roles: str) -> inviting.Issued:
    with unit_of_work(world.sessions, Actor.system("test")) as uow:
        return inviting.invite(uow, world.council.id, "new@ktc.example", roles, name="Nadia")


ACCEPTED = {"name_en": "Nadia", "language": "en", "password": PASSWORD, "again": PASSWORD}


def test_an_invited_officer_sets_password_and_authenticator(
    world: World, client: FlaskClient
) -> None:
    path = f"/en/account/invitation/{issued_to(world, 'officer').token}"
    assert "new@ktc.example" in client.get(path).text
    answer = client.post(path, data=ACCEPTED)
    assert answer.location.endswith("/account/authenticator")
    page = client.get("/en/account/authenticator").text
    secret = re.search(r'translate="no">([A-Z2-7 ]+)</code>', page)
    assert secret
    raw = base64.b32decode(secret.group(1).replace(" ", ""))
    code = second_factor.code_of(raw, second_factor.counter_at(world.clock.now()))
    assert post_code(client, "/en/account/authenticator", "000000").status_code == 200
    answer = post_code(client, "/en/account/authenticator", code)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert len(re.findall(r"<code translate=.no.>\w{5}-\w{5}</code>", page)) == 10
    assert client.get("/en/account/recovery-codes").status_code == 302


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_dead_invitation_says_why(world: World, client: FlaskClient, end: str) -> None:
    issued = issued_to(world, "evaluator")
    if end == "revoked":
        with unit_of_work(world.sessions, Actor.system("test")) as uow:
            inviting.revoke_invitation(uow, issued.invitation.id)
    else:
        world.clock.advance(days=8)
    path = f"/en/account/invitation/{issued.token}"
    assert "taken back" in client.get(path).text or "out of date" in client.get(path).text
    assert client.post(path, data=ACCEPTED).status_code == 200
    assert isinstance(sign_in(client, "new@ktc.example").status_code, int)
    assert client.get("/en/account/").status_code == 302


def test_a_made_up_invitation_is_not_found(world: World, client: FlaskClient) -> None:
    assert client.get("/en/account/invitation/made-up").status_code == 404


def test_recovery_sets_a_new_password(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    page = client.post("/en/account/recover", data={"email": "eva@ktc.example"})
    unknown = client.post("/en/account/recover", data={"email": "nobody@ktc.example"})
    assert page.status_code == unknown.status_code == 200
    fresh = {"email": "eva@ktc.example", "password": PASSWORD * 2, "again": PASSWORD * 2}
    assert client.post("/en/account/recover/code", data={**fresh, "code": "1"}).status_code == 200
    code = newest_mail(world).params["code"]
    assert client.post("/en/account/recover/code", data={**fresh, "code": code}).status_code == 303
    assert sign_in(client, "eva@ktc.example").status_code == 200
    assert sign_in(client, "eva@ktc.example", PASSWORD * 2).status_code == 303


SET_UP = {
    "organisation_en": "Korangi Town Council", "short_name": "ktc", "city": "Karachi",
    "name_en": "Adil Shah", "email": "adil@ktc.example", "language": "en",
    "password": PASSWORD, "again": PASSWORD,
}  # fmt: skip


def test_the_first_run_needs_the_code_from_the_console(
    sessions: Sessions, settings: Settings, client: FlaskClient
) -> None:
    code = first_run.setup_code(settings)
    assert first_run.code_file(settings).stat().st_mode & 0o777 == 0o600
    wrong = client.post("/en/first-run", data={**SET_UP, "setup_code": "AAAA-BBBB-CCCC"})
    assert wrong.status_code == 200
    assert "set-up code is wrong" in wrong.text
    right = client.post("/en/first-run", data={**SET_UP, "setup_code": code.lower()})
    assert right.location.endswith("/account/authenticator")
    assert not first_run.code_file(settings).exists()
    stranger = client.application.test_client()
    again = stranger.post("/en/first-run", data={**SET_UP, "setup_code": code})
    assert "/account/sign-in" in again.location


def test_the_first_administrator_learns_who_is_missing(world: World, client: FlaskClient) -> None:
    adil = world.person("adil@ktc.example", "administrator")
    sign_in(client, adil.email)
    answer = post_code(client, "/en/account/sign-in/code", world.code_for(adil))
    assert answer.location.endswith("/en/first-steps")
    page = client.get("/en/first-steps").text
    assert page.count("0 of 1") == 2
    assert "0 of 2" in page


def test_mistakes_stand_in_the_order_of_the_fields(world: World, client: FlaskClient) -> None:
    page = client.post("/en/account/register", data={"email": "x"}).text
    links = re.findall(r'<li><a href="#(\w+)">', page)
    assert links == ["organisation_en", "tax_number", "city", "name_en", "email", "password"]


def test_without_accounts_nobody_signs_in(sessions: Sessions, client: FlaskClient) -> None:
    assert sign_in(client, "adil@ktc.example").status_code == 200


def test_keys_are_readable_by_their_owner_only(world: World, settings: Settings) -> None:
    files = [path for path in Path(settings.data_dir, "keys").iterdir() if path.is_file()]
    assert files
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_practice_mails_are_on_one_page_in_practice_only(world: World, client: FlaskClient) -> None:
    client.post("/en/account/register", data=FIRM)
    code = newest_mail(world).params["code"]
    with reading(world.sessions):
        assert code in client.get("/en/practice").text


def test_an_inbox_shows_its_own_messages(world: World, app: Flask, client: FlaskClient) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    sign_in(client, eva.email)
    changed = post(
        client, "/en/account/password", current=PASSWORD, password=PASSWORD * 2, again=PASSWORD * 2
    )
    assert changed.status_code == 303
    assert "Your password was changed" in client.get("/en/account/inbox").text
    world.person("other@ktc.example", "evaluator")
    other = app.test_client()
    sign_in(other, "other@ktc.example")
    assert "Your password was changed" not in other.get("/en/account/inbox").text
