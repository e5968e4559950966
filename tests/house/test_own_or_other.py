"""A person of the right role, but not the owner, comes through no door to somebody's thing.

The things are real, the owner comes through, and what the owner sends is what the stranger sends.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.access import MARK as ACCESS_MARK
from accounts.domain.roles import Role
from beacon import client as beacon_client
from foundation.blobs.chosen import chosen_blobs
from foundation.database import Base
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from tests.bids.conftest import TestBeacon
from tests.databases import Databases, Snapshot
from tests.house import moved_dates, two_envelopes, ways
from tests.house import shown as shown_doors
from tests.house.owned import MARK, Maker, Owned
from tests.house.shown import Shown
from tests.house.standing import ground
from tests.house.way import SHUT, Way
from tests.house.ways import ARGUMENTS, BY_KEY, BY_SIGNED_ADDRESS, GOOD, PLACES

WAYS = (*ways.WAYS, *two_envelopes.WAYS, *moved_dates.WAYS)
SHOWN = (*shown_doors.SHOWN, *two_envelopes.SHOWN)
ORIGIN = {"Origin": "http://localhost"}
# Who looked in when, and how often somebody tried: no thing of anybody's.
OF_VISITS = frozenset({"visit", "try"})


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[tuple[Owned, Snapshot]]:
    with ground(tmp_path_factory.mktemp("owned"), databases) as on:
        blobs = chosen_blobs(on.settings)
        context = JobContext(settings=on.settings, sessions=on.sessions, blobs=blobs)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(beacon_client, "fetch_signature", TestBeacon().fetch)
            owned = Maker(on.app, context, on.clock).make()
        yield owned, Snapshot(on.settings.database_url)


@pytest.fixture
def owned(standing: tuple[Owned, Snapshot]) -> Iterator[Owned]:
    found, snapshot = standing
    snapshot.put_back()
    at = found.clock.at
    yield found
    found.clock.move_to(at)


def address(owned: Owned, door: str, things: Mapping[str, str]) -> str:
    """Return the address of a door to the things of these names."""
    (rule,) = {each.endpoint: each for each in owned.app.url_map.iter_rules(door)}.values()
    named = {argument: owned.things[name] for argument, name in things.items()}
    places = {name: value for name, value in PLACES.items() if name in rule.arguments}
    return owned.app.url_map.bind("localhost").build(door, {**places, **named})


def form_of(owned: Owned, way: Way) -> dict[str, Any]:
    """Return what the owner sends: the form as its page gives it, filled in."""
    door = address(owned, way.door, way.things)
    wanted = next(iter(owned.app.url_map.iter_rules(way.page or way.door))).arguments
    things = {name: thing for name, thing in way.things.items() if name in wanted}
    page = address(owned, way.page or way.door, things)
    shown = owned.clients[way.owner].get(page)
    assert shown.status_code == 200, f"{way.owner} at {page}: {shown.status_code}"
    forms = [
        form
        for form in html.fromstring(shown.text).forms
        if urlsplit(form.action or page).path == door and form.method == "POST"
    ]
    assert forms, f"no form on {page} leads to {door}"
    sent: dict[str, Any] = {}
    for name, value in forms[0].form_values():
        sent.setdefault(name, []).append(value)
    return sent


def request_of(owned: Owned, way: Way) -> Iterator[dict[str, Any]]:
    """Give the owner's request, as often as it is asked for."""
    path = address(owned, way.door, way.things)
    form = form_of(owned, way) if way.method == "POST" and way.body is None else None
    while True:
        carried = dict(way.body(owned)) if way.body else {}
        if form is not None:
            typed = {
                name: value(owned) if callable(value) else value
                for name, value in way.fields.items()
            }
            carried["data"] = {**form, **typed}
        headers = {**ORIGIN, **carried.pop("headers", {})}
        yield {"path": path, "method": way.method, "headers": headers, **carried}


def roles_of(owned: Owned, door: str) -> frozenset[str]:
    """Return the roles for which a door is marked."""
    mark = getattr(owned.app.view_functions[door], ACCESS_MARK)
    if mark in {"signed-in", "public"}:
        return frozenset(Role) - {Role.AUDITOR}
    return frozenset(mark.removeprefix("roles:").split(","))


def others(owned: Owned, way: Way) -> Iterator[tuple[str, FlaskClient]]:
    """Give everybody who has the role for a door but does not own what lies behind it."""
    for role in sorted(roles_of(owned, way.door)):
        yield f"strange {role}", owned.clients[f"strange {role}"]
    for name in way.insiders:
        yield name, owned.clients[name]


def kept(owned: Owned) -> dict[str, list[str]]:
    """Return every row of every table but those of visits."""
    with reading(owned.context.sessions) as session:
        return _rows(session)


def _rows(session: Session) -> dict[str, list[str]]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OF_VISITS]
    read = session.connection().exec_driver_sql
    return {
        table.name: [repr(row) for row in read(f'SELECT * FROM "{table.name}"')] for table in tables
    }


def told(owned: Owned, answer: TestResponse, path: str) -> set[str]:
    """Return what an answer gives away besides what its address says, which may be echoed."""
    with closing(answer):
        said = answer.get_data() + str(answer.headers).encode()
    private = {MARK, *owned.private, *owned.unopened}
    return {text for text in private if text not in path and text.encode() in said}


def name_of(way: Way | Shown) -> str:
    return f"{way.method} {way.door} {next(iter(way.things.values()))}"


@pytest.mark.parametrize("way", WAYS, ids=name_of)
def test_only_the_owner_comes_through(owned: Owned, way: Way) -> None:
    if way.before:
        way.before(owned)
    requests = request_of(owned, way)
    first = next(requests)
    before = kept(owned)
    for name, client in others(owned, way):
        answer = client.open(**next(requests))
        assert answer.status_code in way.shut, f"{name} at {first['path']}: {answer.status_code}"
        assert not told(owned, answer, first["path"]), f"{name} at {first['path']}"
    assert kept(owned) == before, "a stranger changed something"

    answer = owned.clients[way.owner].open(**next(requests))
    assert answer.status_code in GOOD, f"{way.owner}: {answer.status_code} {answer.text[:4000]}"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER, Role.EVALUATOR, Role.VENDOR])
def test_a_stranger_comes_through_at_no_stage(owned: Owned, role: Role) -> None:
    client, before = owned.clients[f"strange {role}"], kept(owned)
    doors = [way for way in WAYS if "tender_id" in way.things and role in roles_of(owned, way.door)]
    wrong = []
    for way in doors:
        for name in owned.tenders:
            path = address(owned, way.door, {**way.things, "tender_id": name})
            answer = client.open(path, method=way.method, headers=ORIGIN)
            if answer.status_code not in way.shut or told(owned, answer, path):
                wrong.append(f"{way.method} {path} of the tender {name}: {answer.status_code}")

    assert wrong == []
    assert kept(owned) == before
    assert len(doors) > 1


@pytest.mark.parametrize("shown", SHOWN, ids=name_of)
def test_what_is_not_public_is_not_behind_the_doors_of_everybody(
    owned: Owned, shown: Shown
) -> None:
    if shown.before:
        shown.before(owned)
    reader = f"strange {shown.reader}" if shown.reader else ""
    before = kept(owned)
    strangers = [reader] if shown.reader else ["", "strange vendor", "strange officer"]
    for things, name in product(shown.hidden, strangers):
        path = address(owned, shown.door, things)
        answer = owned.clients[name].open(path, **_sent(owned, shown))
        assert answer.status_code in SHUT, f"{name} at {path}: {answer.status_code}"
        assert not told(owned, answer, path), f"{name} at {path}"
    assert kept(owned) == before

    path = address(owned, shown.door, shown.things)
    answer = owned.clients[reader].open(path, **_sent(owned, shown))
    assert answer.status_code in GOOD | {302}, f"{path}: {answer.status_code} {answer.text[:3000]}"
    assert not told(owned, answer, path) & owned.unopened, path


def _sent(owned: Owned, shown: Shown) -> dict[str, Any]:
    body = dict(shown.body(owned)) if shown.body else {}
    return {"method": shown.method, "headers": ORIGIN, **body}


def test_every_door_to_a_thing_has_its_owner_here(owned: Owned) -> None:
    covered = {(way.door, way.method) for way in (*WAYS, *SHOWN)} | BY_SIGNED_ADDRESS | BY_KEY
    missing, unknown = set(), set()
    for rule in owned.app.url_map.iter_rules():
        named = rule.arguments - PLACES.keys()
        unknown |= named - ARGUMENTS
        methods = (rule.methods or set()) - {"OPTIONS"}
        methods -= {"HEAD"} if "GET" in methods else set()
        if named:
            missing |= {(rule.endpoint, method) for method in methods} - covered
    assert unknown == set(), "make a thing of this kind in owned.py"
    assert missing == set(), "say in ways.py whose the thing is and how its owner comes through"


def test_the_search_finds_what_owners_see(owned: Owned) -> None:
    draft, bid = "drafts.facts", "evaluation.bid"
    seen = owned.clients["officer"].get(address(owned, draft, {"tender_id": "draft"}))
    opened = {"tender_id": "opened", "envelope_id": "envelope"}
    priced = owned.clients["chair"].get(address(owned, bid, opened))
    receipt = owned.clients["vendor"].get(address(owned, "bids.receipt", {"number": "receipt"}))

    assert told(owned, seen, "") == {MARK}
    assert {"Alif Pumps", "12,500"} <= told(owned, priced, "")
    assert told(owned, receipt, "") & owned.unopened
