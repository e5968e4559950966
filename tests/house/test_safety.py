"""What docs/safety.md promises stands where it says, and what no other test shows of it."""

import re
from pathlib import Path

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from flask import Flask
from sqlalchemy import insert

from accounts import access
from accounts.acts.limiting import _subjects
from accounts.credentials import HASHER, new_password
from accounts.domain.limits import LIMITS, Tried
from accounts.models import TryRow
from foundation.database import Sessions
from foundation.settings import Settings, from_environment
from portal.factory import create_app
from tests.accounts.conftest import PASSWORD, World
from tests.accounts.conftest import world as world
from tests.bids import made
from tests.bids.conftest import beacon as beacon
from tests.bids.conftest import indus as indus
from tests.bids.conftest import tender as tender
from tests.bids.conftest import who as who

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"`((?:[a-z_]+/)*[A-Za-z_.-]+\.(?:py|yml|html|conf))(?:::?(\w+))?`")


def test_every_place_and_test_that_the_table_names_exists() -> None:
    named = PLACE.findall((ROOT / "docs" / "safety.md").read_text("utf-8"))
    wrong = [
        f"{path}:{name}"
        for path, name in named
        if not (ROOT / path).is_file() or not re.search(rf"\b{name}\b", (ROOT / path).read_text())
    ]

    assert len(named) > 40
    assert wrong == []


@pytest.fixture
def secure_app(settings: Settings, sessions: Sessions):
    environment = {
        "MUHR_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "MUHR_PUBLIC_URL": "https://tenders.example",
        "MUHR_TRUSTED_PROXIES": "1",
        "MUHR_PRACTICE": "1",
    }
    app = create_app(from_environment(environment), testing=True)
    yield app
    with app.app_context():
        access.database.engine.dispose()


def test_on_https_the_cookie_belongs_to_the_host_alone(secure_app: Flask, world: World) -> None:
    world.person("eva@ktc.example", "evaluator")
    client = secure_app.test_client()
    answer = client.post(
        "/en/account/sign-in",
        data={"email": "eva@ktc.example", "password": PASSWORD},
        base_url="https://tenders.example",
    )
    name, *parts = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-muhr_session=")
    assert set(parts) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}

    page = client.get("/en/account/", base_url="https://tenders.example")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_passwords_are_hashed_with_argon2id_at_the_library_s_strength() -> None:
    strength = extract_parameters(HASHER.hash("x"))
    assert strength.type is Type.ID
    assert strength.memory_cost >= 19 * 1024
    assert strength.time_cost >= 2
    assert "correct horse" not in str(new_password("correct horse battery"))


def test_everything_that_is_counted_has_its_limits() -> None:
    assert set(LIMITS) == set(Tried)
    assert all(limit.per_account <= limit.per_address for limit in LIMITS.values())


def test_an_address_at_every_limit_still_hands_in_fingerprints(indus, tender, sessions, clock):
    _, source = _subjects("", "127.0.0.1")
    with sessions() as session:
        rows = [
            {"what": what, "subject": source, "tried_at": clock.at}
            for what, limit in LIMITS.items()
            for _ in range(limit.per_address)
        ]
        session.execute(insert(TryRow), rows)
        session.commit()
    blocked = indus.client.post(
        "/en/account/sign-in", data={"email": "a@b.example", "password": "x"}
    )
    assert "Too many tries." in blocked.text
    assert indus.announce(tender, made.seal(tender, indus.actor)).status_code == 201


def test_signed_in_pages_of_every_kind_are_not_stored(app: Flask, world: World) -> None:
    world.person("eva@ktc.example", "evaluator")
    client = app.test_client()
    client.post("/en/account/sign-in", data={"email": "eva@ktc.example", "password": PASSWORD})
    for path in ("/en/", "/en/tenders", "/en/evaluation", "/api/clock", "/en/none"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
