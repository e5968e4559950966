"""Signing in through the pages: password, second factor, practice, cookies, sessions."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.conftest import PASSWORD, World


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str):
    return client.post("/en/account/sign-in", data={"email": email, "password": password, **more})


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found
    return found.group(1)


def post(client: FlaskClient, path: str, **data: object):
    token = token_in(client.get("/en/account/profile").text)
    return client.post(path, data={"csrf_token": token, **data})


def test_an_evaluator_signs_in_with_the_password_alone(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    assert sign_in(client, " EVA@ktc.example").status_code == 303
    assert "eva@ktc.example" in client.get("/en/account/").text


def test_an_officer_needs_the_code_too(world: World, client: FlaskClient) -> None:
    officer = world.person("omar@ktc.example", "officer")
    answer = sign_in(client, officer.email)
    assert answer.location.endswith("/account/sign-in/code")
    assert client.get("/en/account/").status_code == 302
    page = client.get("/en/account/sign-in/code").text
    answer = client.post(
        "/en/account/sign-in/code",
        data={"csrf_token": token_in(page), "code": world.code_for(officer)},
    )
    assert answer.status_code == 303
    assert client.get("/en/account/").status_code == 200


def test_an_officer_without_authenticator_must_set_one_up(
    world: World, client: FlaskClient
) -> None:
    world.person("omar@ktc.example", "officer", enrolled=False)
    assert sign_in(client, "omar@ktc.example").location.endswith("/account/authenticator")
    assert client.get("/en/account/").status_code == 302
    page = client.get("/en/account/authenticator").text
    assert "<svg" in page
    assert "style=" not in page


def test_known_and_unknown_addresses_get_the_same_answer(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    known = sign_in(client, "eva@ktc.example", "wrong password")
    unknown = sign_in(client, "nobody@ktc.example", "wrong password")
    assert known.status_code == unknown.status_code == 200
    texts = [
        answer.text.replace(token_in(answer.text), "").replace("eva@", "nobody@")
        for answer in (known, unknown)
    ]
    assert texts[0] == texts[1]


def test_after_eight_wrong_passwords_the_right_one_waits(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    for _ in range(8):
        sign_in(client, "eva@ktc.example", "wrong password")
    assert "Too many tries" in sign_in(client, "eva@ktc.example").text
    world.clock.advance(minutes=16)
    assert sign_in(client, "eva@ktc.example").status_code == 303


@pytest.mark.parametrize("path", ["/en/account/sign-in", "/ur/account/register", "/en/practice"])
def test_an_anonymous_page_sets_no_cookie(world: World, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_planted_cookie_is_never_taken_over(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    client.set_cookie("muhr_session", "planted-by-somebody")
    sign_in(client, "eva@ktc.example")
    cookie = client.get_cookie("muhr_session")
    assert cookie is not None
    assert cookie.value != "planted-by-somebody"
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_the_token_changes_between_password_and_code(world: World, client: FlaskClient) -> None:
    officer = world.person("omar@ktc.example", "officer")
    sign_in(client, officer.email)
    before = client.get_cookie("muhr_session").value
    page = client.get("/en/account/sign-in/code").text
    client.post(
        "/en/account/sign-in/code",
        data={"csrf_token": token_in(page), "code": world.code_for(officer)},
    )
    assert client.get_cookie("muhr_session").value != before
    stranger = client.application.test_client()
    stranger.set_cookie("muhr_session", before)
    assert stranger.get("/en/account/").status_code == 302


def test_a_form_without_the_token_is_refused(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    sign_in(client, "eva@ktc.example")
    answer = client.post("/en/account/profile", data={"name_en": "Forged", "language": "en"})
    assert answer.status_code == 400
    assert "Forged" not in client.get("/en/account/").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
)
def test_a_form_from_another_site_is_refused(
    world: World, client: FlaskClient, headers: dict[str, str]
) -> None:
    world.person("eva@ktc.example", "evaluator")
    data = {"email": "eva@ktc.example", "password": PASSWORD}
    assert client.post("/en/account/sign-in", data=data, headers=headers).status_code == 422
    assert client.get_cookie("muhr_session") is None


def test_signing_out_ends_the_session_in_the_table(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    sign_in(client, "eva@ktc.example")
    stolen = client.get_cookie("muhr_session").value
    assert post(client, "/en/account/sign-out").status_code == 303
    assert client.get_cookie("muhr_session") is None
    client.set_cookie("muhr_session", stolen)
    assert client.get("/en/account/").status_code == 302


def test_an_idle_session_ends(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    sign_in(client, "eva@ktc.example")
    world.clock.advance(minutes=119)
    assert client.get("/en/account/").status_code == 200
    world.clock.advance(minutes=119)
    assert client.get("/en/account/").status_code == 200
    world.clock.advance(minutes=121)
    assert client.get("/en/account/").status_code == 302


def test_other_sessions_are_listed_and_ended(world: World, app: Flask, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    other = app.test_client()
    sign_in(client, "eva@ktc.example")
    sign_in(other, "eva@ktc.example")
    assert "Sign out everywhere else" in client.get("/en/account/sessions").text
    assert post(client, "/en/account/sign-out-elsewhere").status_code == 303
    assert other.get("/en/account/").status_code == 302
    assert client.get("/en/account/").status_code == 200


def test_a_practice_account_signs_in_with_one_press(world: World, client: FlaskClient) -> None:
    officer = world.practice("officer@practice.example", "officer")
    assert officer.id in client.get("/en/practice").text
    answer = client.post(f"/practice/sign-in/{officer.id}")
    assert answer.status_code == 303
    post(client, "/en/account/sign-out")
    assert client.post("/en/practice/sign-in", data={"account_id": officer.id}).status_code == 303
    assert client.get("/en/account/").status_code == 200


def test_one_press_opens_no_real_account(world: World, client: FlaskClient) -> None:
    real = world.person("omar@ktc.example", "officer")
    answer = client.post("/en/practice/sign-in", data={"account_id": real.id})
    assert answer.status_code == 404
    assert client.get_cookie("muhr_session") is None


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_sign_in_never_leads_to_another_site(
    world: World, client: FlaskClient, target: str
) -> None:
    world.person("eva@ktc.example", "evaluator")
    answer = client.post(
        "/en/account/sign-in",
        query_string={"next": target},
        data={"email": "eva@ktc.example", "password": PASSWORD},
    )
    assert "evil" not in answer.location
