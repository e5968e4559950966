"""What people are told while the database's server is away, and that it goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from accounts import access
from foundation.database import DatabaseKind, mark_database
from foundation.settings import from_environment
from portal import schema
from portal.factory import create_app
from tests.databases import Server, running_server

pytestmark = pytest.mark.postgresql


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server(durable=True) as running:
        running.execute("CREATE DATABASE muhr")
        yield running


@pytest.fixture
def app(server: Server, tmp_path: Path) -> Iterator[Flask]:
    settings = from_environment(
        {"MUHR_DATA": str(tmp_path), "DATABASE_URL": server.url("muhr"), "MUHR_PRACTICE": "1"}
    )
    app = create_app(settings)
    sessions = app.extensions["muhr"].sessions
    schema.upgrade(sessions.kw["bind"])
    with sessions() as session:
        mark_database(session, DatabaseKind.PRACTICE)
        session.commit()
    yield app
    with app.app_context():
        access.database.engine.dispose()


def test_pages_say_so_and_come_back(app: Flask, server: Server) -> None:
    client = app.test_client()
    client.set_cookie("muhr_session", "of-somebody")
    assert client.get("/en/").status_code == 200

    server.stop(at_once=True)

    for language, word in (("en", "does not answer"), ("ur", "جواب نہیں")):
        answer = client.get(f"/{language}/")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "10"
        assert word in answer.text
    api = client.get("/api/clock")
    assert api.status_code == 503
    assert api.get_json()["code"] == "no-database"

    server.start()

    assert client.get("/en/").status_code == 200
