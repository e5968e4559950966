"""A council with practice accounts and browsers signed in to them."""

from dataclasses import dataclass

import pytest
from flask import Flask

from accounts.acts import organising, practising
from accounts.credentials import keyring, new_password
from accounts.domain.organisations import OrganisationForm, PersonForm
from accounts.domain.roles import OrganisationKind
from foundation.database import Sessions
from foundation.settings import Settings
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tendering.views import approving
from tests.tendering import made
from tests.tendering.views.browser import Browser


@dataclass
class Office:
    """The people of one council, each with a browser."""

    council: made.Council
    officer: Browser
    approver: Browser
    reader: Browser


@pytest.fixture
def office(
    app: Flask, sessions: Sessions, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Office:
    monkeypatch.setattr(approving, "present_chain", lambda _settings: made.CHAIN)
    monkeypatch.setattr(approving, "sealing_sha384", lambda: made.BUNDLE)
    with unit_of_work(sessions, Actor.system("demo")) as uow:
        form = OrganisationForm(
            name=Text(en="Khairpur Town Council", ur="خیرپور ٹاؤن کونسل"),
            short_name="KTC",
            city="Khairpur",
        )
        council = organising.create_organisation(uow, OrganisationKind.PROCURING_ENTITY, form)
        people = {
            role: practising.create_practice_account(
                uow,
                keyring(settings),
                council.id,
                PersonForm(Text(en=role.title()), f"{role}@ktc.example"),
                (role,),
                new_password("correct horse battery"),
            )
            for role in ("officer", "approver", "evaluator")
        }
    actors = {
        role: Actor(
            kind=Actor.system("x").kind.__class__.PERSON,
            account_id=person.id,
            organisation_id=council.id,
            roles=frozenset({role}),
            fresh=True,
        )
        for role, person in people.items()
    }
    return Office(
        made.Council(council.id, actors["officer"], actors["approver"], actors["evaluator"]),
        Browser(app.test_client()).sign_in(people["officer"].id),
        Browser(app.test_client()).sign_in(people["approver"].id),
        Browser(app.test_client()),
    )
