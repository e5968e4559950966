"""The public list as strangers get it: kept until record or time change it, few statements."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from accounts import access
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tendering import public_list
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage
from tests.tendering import made
from tests.tendering.views.test_public_pages import publish, titles

LIST = "/en/tenders/"


@contextlib.contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collect what the application asks its database inside the block."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    with app.app_context():
        engine = access.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_list_takes_as_many_statements_however_long_it_is(
    app: Flask, client: FlaskClient, sessions: Sessions, clock: FrozenClock
) -> None:
    who = made.council(sessions)
    publish(sessions, who, Text("Tender 0"))
    with statements(app) as first:
        client.get(LIST)
    for number in range(3):
        publish(sessions, who, Text(f"Tender {number + 1}"))
    clock.advance(seconds=1)  # on the full hour the time left turns at once
    with statements(app) as second:
        assert client.get(LIST).text.count('class="facts"') == 4
    with statements(app) as kept:
        client.get(LIST)

    assert len(second) == len(first) <= 10
    assert len([each for each in kept if each != "BEGIN"]) == 2  # the record's end, the instant


def test_a_kept_list_follows_the_record_and_the_time(
    client: FlaskClient, sessions: Sessions, clock: FrozenClock
) -> None:
    who = made.council(sessions)
    road = publish(sessions, who, Text("Road repair"))
    assert "Road repair" in client.get(LIST).text
    publish(sessions, who, Text("School furniture"))
    assert "School furniture" in client.get(LIST).text
    clock.move_to(road.schedule.deadline_at - timedelta(seconds=1))
    assert ">Closing soon<" in client.get(LIST).text
    clock.move_to(road.schedule.deadline_at)
    assert ">Closing soon<" not in client.get(LIST).text
    with unit_of_work(sessions, Actor.system("opening")) as uow:
        progress_tender(uow, road.id, Stage.CLOSED)
    assert client.get("/en/tenders/?state=open").text.count("Road repair") == 0


def test_each_address_has_its_own_page(client: FlaskClient, sessions: Sessions) -> None:
    publish(sessions, made.council(sessions), Text("Road repair", "سڑک کی مرمت"))

    assert "Road repair" in client.get(LIST).text
    assert "سڑک کی مرمت" in client.get("/ur/tenders/").text
    assert "Road repair" not in client.get("/en/tenders/?q=bridge").text
    assert "Road repair" in client.get("/en/tenders/?q=repairs").text


def test_the_words_of_a_changed_tender_are_found(sessions: Sessions) -> None:
    tender = publish(sessions, made.council(sessions), Text("Road repair"))
    with unit_of_work(sessions, Actor.system("test")) as uow:
        row = uow.session.get_one(public_list.TenderRow, tender.id)
        row.search = row.search.replace("road", "bridge")

    assert titles(sessions, words="bridge") == ["Road repair"]
    assert titles(sessions, words="road") == []


def test_buyers_are_offered_while_they_are_few(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = made.council(sessions, "KTC"), made.council(sessions, "LTC")
    for who in (first, second):
        publish(sessions, who, Text("Road repair"))
    with sessions() as session:
        both = public_list.buyers(session)
        monkeypatch.setattr(public_list, "MOST_BUYERS", 1)
        public_list._buyers.cache_clear()
        assert {buyer for buyer, _ in both} == {first.organisation_id, second.organisation_id}
        assert public_list.buyers(session) == ()
        chosen = public_list.buyers(session, second.organisation_id)
    public_list._buyers.cache_clear()
    assert [buyer for buyer, _ in chosen] == [second.organisation_id]
