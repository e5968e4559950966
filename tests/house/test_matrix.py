"""Every route × role × tender stage: nobody gets through a door that is not marked for him."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from accounts.access import MARK
from accounts.acts.organising import write_organisation
from accounts.acts.practising import create_practice_account
from accounts.credentials import keyring, new_password
from accounts.domain.organisations import OrganisationForm, PersonForm
from accounts.domain.roles import OrganisationKind, Role
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.settings import Settings
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.identifiers import new_id
from foundation.values.text import Text
from portal import errors
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage
from tests.house.rendering import one_error_page_a_kind
from tests.tendering import made
from transparency.models import Act, SealedAct

NOBODY, BY_KEY = "nobody", "key"
KNOWN_VALUES = {"lot_id": "1", "kind": "single", "which": "acknowledgement",
                "part": "tender"}  # fmt: skip
ROLES = (NOBODY, *(str(role) for role in Role))
LATER = (Stage.CLOSED, Stage.OPENING, Stage.OPENED, Stage.REPORTED, Stage.AWARDED)
EXPECTED_FAULTS = frozenset(
    {400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 303, 302, 200, 204, 503}
)


@dataclass(frozen=True)
class House:
    """An application with a tender at every stage and one person a role."""

    app: Flask
    sessions: Sessions
    people: dict[str, str]
    tenders: dict[Stage, str]

    def client(self, role: str) -> FlaskClient:
        client = self.app.test_client()
        if role != NOBODY:
            answer = client.post(
                "/en/practice/sign-in", data={"account_id": self.people[role]},
                headers={"Origin": "http://localhost"},
            )  # fmt: skip
            assert answer.status_code == 303, answer.text
        return client

    def journalled(self) -> int:
        with reading(self.sessions) as session:
            return sum(
                session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (Act, SealedAct)
            )


def built(app: Flask, sessions: Sessions, settings: Settings, clock: FrozenClock) -> House:
    """Build the house."""
    council = made.council(sessions)
    people = _people(sessions, settings, council.organisation_id)
    tenders = {
        Stage.DRAFT: made.complete_draft(sessions, council).id,
        Stage.IN_APPROVAL: made.submitted(
            sessions, council, made.complete_draft(sessions, council)
        ).id,
    }
    started = clock.at
    for stage in (*LATER, Stage.UNSUCCESSFUL):
        clock.move_to(started)
        tenders[stage] = _at(sessions, council, clock, stage)
    clock.move_to(started)
    tenders[Stage.CANCELLED] = made.cancelled(sessions, council).id
    tenders[Stage.PUBLISHED] = made.published(sessions, council, book="practice").id
    app.config["WTF_CSRF_METHODS"] = set()
    return House(app, sessions, people, tenders)


def _at(sessions: Sessions, council: made.Council, clock: FrozenClock, stage: Stage) -> str:
    tender = made.published(sessions, council, book="practice")
    wanted = (
        (*LATER[:3], Stage.UNSUCCESSFUL)
        if stage is Stage.UNSUCCESSFUL
        else LATER[: LATER.index(stage) + 1]
    )
    clock.move_to(tender.schedule.opening_at + timedelta(hours=1))
    for step in wanted:
        with unit_of_work(sessions, Actor.system("test")) as uow:
            progress_tender(uow, tender.id, step)
    return tender.id


def _people(sessions: Sessions, settings: Settings, council_id: str) -> dict[str, str]:
    ring, system = keyring(settings), Actor.system("test")
    password = new_password(secrets.token_urlsafe(16))
    people = {}
    with unit_of_work(sessions, system) as uow:
        firm = write_organisation(
            uow,
            OrganisationKind.VENDOR,
            OrganisationForm(
                Text("Firm"), city="Noorpur", tax_number="1234567-8", phone="0300-5550100"
            ),
        )
        audit = write_organisation(
            uow, OrganisationKind.OVERSIGHT_BODY, OrganisationForm(Text("Audit"), city="Noorpur")
        )
        homes = {Role.VENDOR: firm.id, Role.AUDITOR: audit.id}
        for role in Role:
            person = create_practice_account(
                uow, ring, homes.get(role, council_id),
                PersonForm(Text(f"The {role}"), f"{role}@matrix.example"), [role], password,
            )  # fmt: skip
            people[str(role)] = person.id
    return people


def doors(app: Flask) -> list[tuple[str, str, str]]:
    """Return (method, address with {tender} and {id} to fill, mark) of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        mark = getattr(app.view_functions[rule.endpoint], MARK, None)
        if mark is None:
            continue
        address = rule.rule.replace("<lang>", "en").replace("<tender_id>", "{tender}")
        for argument in rule.arguments - {"lang", "tender_id"}:
            address = _filled(address, argument, KNOWN_VALUES.get(argument, "{id}"))
        found += [
            (method, address, mark)
            for method in sorted(rule.methods or ())
            if method in {"GET", "POST", "PATCH"}
        ]
    return found


def _filled(address: str, argument: str, value: str) -> str:
    head, _, tail = address.partition(f"{argument}>")
    return head[: head.rindex("<")] + value + tail


def allowed(mark: str, role: str) -> bool:
    if mark == "public":
        return True
    if mark == "signed-in":
        return role != NOBODY
    return role in mark.removeprefix("roles:").split(",")


@pytest.mark.parametrize("role", ROLES)
def test_closed_doors_stay_closed_at_every_stage(
    house: House, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "render_template", one_error_page_a_kind())
    client = house.client(role)
    before = house.journalled()
    wrong = []
    for method, address, mark in doors(house.app):
        if allowed(mark, role):
            continue
        for stage, tender in house.tenders.items():
            if "{tender}" not in address and stage is not Stage.PUBLISHED:
                continue
            path = address.format(tender=tender, id=new_id())
            answer = client.open(path, method=method, headers={"Origin": "http://localhost"})
            lawful = {302, 401} if role == NOBODY else {403}
            if mark == BY_KEY:
                lawful = {401}  # a session counts for nothing there
            if answer.status_code not in lawful:
                wrong.append(f"{role} {method} {path} at {stage}: {answer.status_code}")

    assert wrong == []
    assert house.journalled() == before, "a closed door changed the journals"


@pytest.mark.parametrize("role", ROLES)
def test_open_doors_answer_clearly_at_every_stage(house: House, role: str) -> None:
    client = house.client(role)
    house.app.testing = False
    wrong = []
    for method, address, mark in doors(house.app):
        if not allowed(mark, role) or "sign-out" in address or "/practice/tender" in address:
            continue
        for stage, tender in house.tenders.items():
            if "{tender}" not in address and stage is not Stage.PUBLISHED:
                continue
            path = address.format(tender=tender, id=new_id())
            answer = client.open(path, method=method, headers={"Origin": "http://localhost"})
            if answer.status_code not in EXPECTED_FAULTS:
                wrong.append(f"{role} {method} {path} at {stage}: {answer.status_code}")

    assert wrong == []


def test_every_route_is_in_the_matrix(house: House) -> None:
    app = house.app
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    marked = {endpoint for endpoint in routes if hasattr(app.view_functions[endpoint], MARK)}

    assert routes - marked == {"static"}
    assert len(doors(app)) > 80
