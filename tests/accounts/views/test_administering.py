"""The administrator's pages, freshness, and work kept when a session ends."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts import access
from accounts.acts import organising
from accounts.domain.organisations import OrganisationForm, Person
from accounts.domain.roles import OrganisationKind
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tests.accounts.conftest import PASSWORD, World
from tests.accounts.views.test_signing_in import post, sign_in, token_in


def enter(world: World, client: FlaskClient, person: Person) -> None:
    sign_in(client, person.email)
    page = client.get("/en/account/sign-in/code").text
    client.post(
        "/en/account/sign-in/code",
        data={"csrf_token": token_in(page), "code": world.code_for(person)},
    )
    world.clock.advance(seconds=60)


@pytest.fixture
def adil(world: World, client: FlaskClient) -> Person:
    person = world.person("adil@ktc.example", "administrator")
    enter(world, client, person)
    return person


def test_an_invitation_is_printed_reissued_and_taken_back(
    world: World, adil: Person, client: FlaskClient
) -> None:
    answer = post(
        client,
        "/en/account/invitations/new",
        email="x@ktc.example",
        roles=["officer"],
        language="ur",
    )
    assert answer.status_code == 303
    paper = client.get(answer.location).text
    address = re.search(r"http://localhost:8000(/ur/account/invitation/[\w-]+)", paper)
    assert address
    assert "<svg" in paper
    stranger = client.application.test_client()
    assert stranger.get(address.group(1)).status_code == 200
    invitation = answer.location.rsplit("/", 1)[1]
    post(client, f"/en/account/invitations/{invitation}/reissue")
    assert stranger.get(address.group(1)).status_code == 404
    post(client, f"/en/account/invitations/{invitation}/revoke")
    assert "Taken back" in client.get("/en/account/people").text


def test_bad_roles_are_told_at_their_field(world: World, adil: Person, client: FlaskClient) -> None:
    answer = post(client, "/en/account/invitations/new", email="x@ktc.example", language="en")
    assert 'href="#roles-0"' in answer.text or "Choose at least one role" in answer.text


def test_other_organisations_people_do_not_exist_here(
    world: World, adil: Person, client: FlaskClient
) -> None:
    with unit_of_work(world.sessions, Actor.system("test")) as uow:
        other = organising.create_organisation(
            uow,
            OrganisationKind.PROCURING_ENTITY,
            OrganisationForm(Text(en="Other Town"), short_name="OT", city="Thatta"),
        )
    stranger = world.person("sara@ot.example", "evaluator", organisation=other)
    assert client.get(f"/en/account/people/{stranger.id}").status_code == 404
    assert post(client, f"/en/account/people/{stranger.id}/close").status_code == 404
    assert "sara@ot.example" not in client.get("/en/account/people").text


def test_an_evaluator_administers_nothing(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    sign_in(client, "eva@ktc.example")
    assert client.get("/en/account/people").status_code == 403
    assert post(client, "/en/account/invitations/new", email="x@ktc.example").status_code == 403


def test_new_roles_sign_the_person_out(
    world: World, adil: Person, app: Flask, client: FlaskClient
) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    theirs = app.test_client()
    sign_in(theirs, eva.email)
    assert theirs.get("/en/account/").status_code == 200
    answer = post(client, f"/en/account/people/{eva.id}", roles=["auditor"])
    assert answer.status_code == 303
    assert theirs.get("/en/account/").status_code == 302


def carried_in(page: str) -> str:
    found = re.search(r'name="carried"[^>]* value="([^"]+)"', page)
    assert found
    return html.unescape(found.group(1))


def test_a_change_that_needs_freshness_keeps_what_was_typed(
    world: World, adil: Person, client: FlaskClient
) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    world.clock.advance(minutes=20)
    asked = post(client, f"/en/account/people/{eva.id}", roles=["auditor"])
    assert asked.status_code == 401
    resume = client.post(
        "/en/account/confirm-it-is-you",
        data={
            "csrf_token": token_in(asked.text), "carried": carried_in(asked.text),
            "password": PASSWORD, "confirm": "typed",
        },
    )  # fmt: skip
    assert f'action="/en/account/people/{eva.id}"' in resume.text
    assert "auditor" in resume.text
    again = client.post(
        f"/en/account/people/{eva.id}",
        data={"csrf_token": token_in(resume.text), "roles": ["auditor"]},
    )
    assert again.status_code == 303


def test_an_ended_session_keeps_what_was_typed(
    world: World, app: Flask, client: FlaskClient
) -> None:
    world.person("eva@ktc.example", "evaluator")
    sign_in(client, "eva@ktc.example")
    token = token_in(client.get("/en/account/profile").text)
    world.clock.advance(hours=3)
    typed = 'Eva <b>"Raza"</b>'
    asked = client.post(
        "/en/account/profile", data={"csrf_token": token, "name_en": typed, "language": "en"}
    )
    assert asked.status_code == 401
    assert PASSWORD not in asked.text
    resume = client.post(
        "/en/account/sign-in",
        data={
            "email": "eva@ktc.example", "password": PASSWORD, "carried": carried_in(asked.text),
        },
    )  # fmt: skip
    assert html.escape(typed, quote=False)[:10] in resume.text
    assert '<b>"Raza"' not in resume.text
    done = client.post(
        "/en/account/profile",
        data={"csrf_token": token_in(resume.text), "name_en": "Eva Raza", "language": "en"},
    )
    assert done.status_code == 303


def test_what_one_person_typed_is_not_sent_by_another(
    world: World, app: Flask, client: FlaskClient
) -> None:
    world.person("eva@ktc.example", "evaluator")
    world.person("next@ktc.example", "evaluator")
    sign_in(client, "eva@ktc.example")
    token = token_in(client.get("/en/account/profile").text)
    world.clock.advance(hours=3)
    asked = client.post(
        "/en/account/profile", data={"csrf_token": token, "name_en": "Typed by Eva"}
    )
    answer = sign_in(client, "next@ktc.example", carried=carried_in(asked.text))
    assert answer.status_code == 303
    assert "Typed by Eva" not in answer.text


def asked_reset(world: World, client: FlaskClient, person: Person) -> str:
    """Ask as the administrator; return the address of the request."""
    path = f"/en/account/people/{person.id}/reset-authenticator"
    assert "Write why" in post(client, path).text
    answer = post(client, path, reason="Telephone stolen; I know the voice.")
    assert answer.location.endswith("/second-factor-resets")
    page = client.get(answer.location).text
    assert "You asked for this" in page
    found = re.search(r"/en/account/second-factor-resets/\w+", page)
    assert found
    return found.group(0)


def test_a_lost_telephone_is_taken_off_by_two_people(
    world: World, adil: Person, client: FlaskClient
) -> None:
    omar = world.person("omar@ktc.example", "officer")
    nadia = world.person("nadia@ktc.example", "approver")
    request = asked_reset(world, client, omar)
    assert post(client, f"{request}/confirm").status_code == 422
    second = client.application.test_client()
    enter(world, second, nadia)
    assert "1 to decide" in second.get("/en/account/").text
    assert "Telephone stolen" in second.get("/ur/account/second-factor-resets").text
    assert post(second, f"{request}/confirm").status_code == 303
    stranger = client.application.test_client()
    assert sign_in(stranger, omar.email).location.endswith("/account/authenticator")
    assert post(second, f"{request}/confirm").status_code == 422


def test_the_owner_sees_the_request_and_stops_it(
    world: World, adil: Person, client: FlaskClient
) -> None:
    omar = world.person("omar@ktc.example", "officer")
    request = asked_reset(world, client, omar)
    theirs = client.application.test_client()
    enter(world, theirs, omar)
    assert "Stop it: my second factor is not lost" in theirs.get("/en/account/security").text
    assert post(theirs, f"{request}/refuse").status_code == 303
    assert "Stop it" not in theirs.get("/en/account/security").text


def test_nobody_asks_it_for_himself(world: World, adil: Person, client: FlaskClient) -> None:
    page = post(
        client, f"/en/account/people/{adil.id}/reset-authenticator", reason="Mine is lost"
    ).text
    assert "Other people have to do this for you" in page


def test_a_bidder_is_found_by_the_address_only(
    world: World, adil: Person, client: FlaskClient
) -> None:
    world.person("omar@ktc.example", "officer")
    path = "/en/account/second-factor-resets/bidder"
    for email in ("omar@ktc.example", "nobody@firm.example"):
        page = post(client, path, email=email, reason="Lost").text
        assert "No bidder with a second factor has this address" in page


def test_signing_in_again_ends_the_session_before(world: World, client: FlaskClient) -> None:
    officer = world.practice("officer@practice.example", "officer")
    client.post(f"/practice/sign-in/{officer.id}")
    before = client.get_cookie("muhr_session").value
    token = token_in(client.get("/en/account/profile").text)
    client.post(f"/practice/sign-in/{officer.id}", data={"csrf_token": token})
    stranger = client.application.test_client()
    stranger.set_cookie("muhr_session", before)
    assert stranger.get("/en/account/").status_code == 302


def test_a_forged_carried_form_is_thrown_away(world: World, client: FlaskClient) -> None:
    world.person("eva@ktc.example", "evaluator")
    answer = sign_in(client, "eva@ktc.example", carried="0" * 64 + ".eJyLjgUAARUAuQ==")
    assert answer.status_code == 303


@pytest.mark.parametrize("lang", ["en", "ur"])
@pytest.mark.parametrize(
    "path",
    ["", "profile", "password", "security", "sessions", "organisation", "inbox", "people",
     "invitations/new", "authenticator", "confirm-it-is-you", "email", "second-factor-resets",
     "second-factor-resets/bidder"],
)  # fmt: skip
def test_every_page_renders_in_both_languages(
    world: World, adil: Person, client: FlaskClient, lang: str, path: str
) -> None:
    answer = client.get(f"/{lang}/account/{path}")
    assert answer.status_code == 200
    assert "style=" not in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert not re.search(r"<p[^>]*>\s*<form", answer.text)


def test_every_route_of_accounts_carries_a_mark(app: Flask) -> None:
    ours = {name: view for name, view in app.view_functions.items() if name.startswith("accounts")}
    assert len(ours) > 30
    assert all(hasattr(view, access.MARK) for view in ours.values())
