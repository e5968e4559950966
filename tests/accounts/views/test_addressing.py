"""Changing one's address through the pages."""

from flask.testing import FlaskClient

from accounts.domain.organisations import Person
from tests.accounts.acting import newest_mail
from tests.accounts.conftest import PASSWORD, World
from tests.accounts.views.test_administering import adil, enter
from tests.accounts.views.test_signing_in import post, sign_in, token_in

__all__ = ["adil"]


def test_an_evaluator_changes_the_address(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    sign_in(client, "eva@ktc.example")
    answer = post(client, "/en/account/email", email="eva@home.example")
    assert answer.location.endswith("/account/email/code")
    page = client.get(answer.location).text
    assert "eva@home.example" in page
    code = newest_mail(world).params["code"]
    assert "The code is wrong" in post(client, "/en/account/email/code", code="0").text
    assert post(client, "/en/account/email/code", code=code).status_code == 303
    assert "eva@home.example" in client.get("/en/account/").text
    client.get("/en/account/email/code")
    assert sign_in(client.application.test_client(), "eva@home.example").status_code == 303


def test_the_page_asks_for_the_second_factor_and_not_for_the_password(
    world: World, adil: Person, client: FlaskClient
) -> None:
    world.clock.advance(minutes=20)
    asked = client.get("/en/account/email")
    assert asked.location.endswith("confirm-it-is-you?factor=1&next=%2Fen%2Faccount%2Femail")
    page = client.get(asked.location).text
    assert 'name="password"' not in page
    refused = client.post(
        asked.location,
        data={"csrf_token": token_in(page), "password": PASSWORD, "confirm": "typed"},
    )
    assert "The code is wrong" in refused.text
    passed = client.post(
        asked.location,
        data={
            "csrf_token": token_in(page), "code": world.code_for(adil), "confirm": "typed",
        },
    )  # fmt: skip
    assert passed.location.endswith("/en/account/email")
    assert client.get(passed.location).status_code == 200


def test_a_form_posted_too_late_is_carried_over_the_second_factor(
    world: World, adil: Person, client: FlaskClient
) -> None:
    token = token_in(client.get("/en/account/email").text)
    world.clock.advance(minutes=20)
    asked = client.post("/en/account/email", data={"csrf_token": token, "email": "a@b.example"})
    assert asked.status_code == 401
    assert 'name="code"' in asked.text
    assert 'name="password"' not in asked.text


def test_without_a_pending_change_there_is_no_code_to_type(
    world: World, client: FlaskClient
) -> None:
    enter(world, client, world.person("omar@ktc.example", "officer"))
    assert client.get("/en/account/email/code").location.endswith("/account/email")
