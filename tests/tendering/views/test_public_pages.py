"""The public list and the tender's page: search, filters, paging by key, the pack, no cookies."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.fingerprint import sha256_hex
from foundation.values.money import Money
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import public_list
from tendering.acts.progressing import progress_tender
from tendering.domain.listing import Order, Search, State
from tendering.domain.tender import Category, Stage, Tender
from tendering.public_list import PAGE
from tests.tendering import made


def publish(sessions: Sessions, who: made.Council, title: Text, **facts: Any) -> Tender:
    given = replace(made.FACTS, title=title, **facts)
    return made.published(sessions, who, made.complete_draft(sessions, who, facts=given))


def titles(sessions: Sessions, **asked: Any) -> list[str]:
    with reading(sessions) as session:
        page = public_list.public_tenders(session, Search(**asked))
    return [line.title.en for line in page.lines]


@pytest.fixture
def three(sessions: Sessions, clock: FrozenClock) -> list[Tender]:
    first, second = made.council(sessions, "KTC"), made.council(sessions, "LTC")
    published = []
    for who, title, category in (
        (first, Text("Road repair", "سڑک کی مرمّت"), Category.WORKS),
        (first, Text("School furniture", "اسکول کا فرنیچر"), Category.GOODS),
        (second, Text("Cleaning 100%", "صفائی"), Category.SERVICES),
    ):
        published.append(publish(sessions, who, title, category=category))
        clock.advance(hours=1)
    return published


def test_search_folds_letters_marks_and_digits(sessions: Sessions, three: list[Tender]) -> None:
    assert titles(sessions) == ["Cleaning 100%", "School furniture", "Road repair"]
    for words, found in (
        ("ROAD", ["Road repair"]),
        ("سڑک کي مرمت", ["Road repair"]),  # Arabic yeh for Farsi yeh, no shadda
        ("فرنيچر اسكول", ["School furniture"]),  # Arabic kaf, words in another order
        ("ktc-2026-0002", ["School furniture"]),
        ("۲۰۲۶-۰۰۰۲", ["School furniture"]),
        ("cleaning 100%", ["Cleaning 100%"]),
        ("ROADS repairing", ["Road repair"]),  # English endings
        ("furnit", ["School furniture"]),  # nothing has that word: its beginnings count
        ("epair", []),
        ("%", []),
        ("_", []),
        ('" OR road *', []),
        ("'; DROP TABLE tender; --", []),
    ):
        assert titles(sessions, words=words) == found, words


def test_filters_narrow_by_state_category_and_buyer(
    sessions: Sessions, three: list[Tender], clock: FrozenClock
) -> None:
    assert titles(sessions, categories=(Category.WORKS, Category.GOODS)) == [
        "School furniture",
        "Road repair",
    ]
    assert titles(sessions, organisation_id=three[2].organisation_id) == ["Cleaning 100%"]
    # Published after eleven, the third closes a day later.
    assert titles(sessions, order=Order.CLOSING)[2:] == ["Cleaning 100%"]
    clock.move_to(three[0].schedule.deadline_at)
    assert titles(sessions, states=(State.OPEN,)) == ["Cleaning 100%"]
    assert len(titles(sessions, states=(State.EVALUATION,))) == 2
    assert titles(sessions, states=(State.AWARDED,)) == []
    with unit_of_work(sessions, Actor.system("opening")) as uow:
        progress_tender(uow, three[0].id, Stage.CLOSED)
    assert len(titles(sessions, states=(State.EVALUATION, State.AWARDED))) == 2
    assert len(titles(sessions, states=(State.EVALUATION, State.OPEN))) == 3


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_each_other_forth_and_back(
    sessions: Sessions, clock: FrozenClock, order: Order
) -> None:
    who = made.council(sessions)
    for number in range(PAGE + 3):
        publish(sessions, who, Text(f"Tender {number}"))
        clock.advance(seconds=number % 2)  # some at the same instant
    with reading(sessions) as session:
        first = public_list.public_tenders(session, Search(order=order))
        second = public_list.public_tenders(session, Search(order=order, after=first.older))
        back = public_list.public_tenders(session, Search(order=order, before=second.newer))
        with pytest.raises(Refusal, match="not-found"):
            public_list.public_tenders(session, Search(after="nonsense"))

    assert (len(first.lines), len(second.lines)) == (PAGE, 3)
    assert first.count == PAGE + 3
    assert (first.newer, second.older) == ("", "")
    assert len({line.id for line in (*first.lines, *second.lines)}) == PAGE + 3
    assert back.lines == first.lines
    assert back.newer == ""


def test_drafts_are_in_no_list(sessions: Sessions) -> None:
    who = made.council(sessions)
    made.submitted(sessions, who, made.complete_draft(sessions, who))

    assert titles(sessions) == []
    with reading(sessions) as session:
        assert public_list.buyers(session) == ()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_list_answers_without_cookies_and_with_an_etag(
    client: FlaskClient, three: list[Tender], language: str
) -> None:
    answer = client.get(f"/{language}/tenders/")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/{language}/tenders/", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(f"/{language}/tenders/?q=road&state=open&order=closing&buyer=%27x")
    assert other.status_code == 200
    assert other.headers["ETag"] != answer.headers["ETag"]
    assert client.get(f"/{language}/tenders/?after=%ff").status_code == 404


def test_a_search_text_is_shown_as_text(client: FlaskClient, three: list[Tender]) -> None:
    page = client.get('/en/tenders/?q="><script>alert(1)</script>').text

    assert "<script>alert" not in page


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_tender_page_shows_every_instant_with_its_zone(
    client: FlaskClient, three: list[Tender], language: str
) -> None:
    answer = client.get(f"/{language}/tenders/{three[0].id}")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    for instant in ("2026-03-02T05:00:00Z", "2026-03-17T06:00:00Z", "2026-03-17T06:30:00Z"):
        assert f'datetime="{instant}"' in answer.text
    assert three[0].chain is not None
    assert three[0].notice is not None
    assert three[0].notice[:4] in answer.text
    assert three[0].title.in_language(language) in answer.text


def test_the_page_is_found_by_number_and_nothing_elsewhere(
    client: FlaskClient, three: list[Tender]
) -> None:
    answer = client.get("/en/tenders/number/ltc-2026-0001")
    assert answer.status_code == 302
    assert answer.location == f"/en/tenders/{three[2].id}"
    for path in ("number/XX-2026-1", "nothing", "..%2f", f"{three[0].id}/documents/d1"):
        assert client.get(f"/en/tenders/{path}").status_code == 404


def test_the_pack_is_given_as_it_was_stored(client: FlaskClient, three: list[Tender]) -> None:
    answer = client.get(f"/api/tenders/{three[0].id}/pack")

    assert answer.mimetype == "application/json"
    assert sha256_hex(answer.data) == answer.headers["X-Notice"] == three[0].notice
    etag = answer.headers["ETag"]
    assert client.get(answer.request.path, headers={"If-None-Match": etag}).status_code == 304


def test_a_closed_tender_says_so_though_no_job_ran(
    client: FlaskClient, three: list[Tender], clock: FrozenClock
) -> None:
    assert "Open for bids" in client.get(f"/en/tenders/{three[0].id}").text
    clock.move_to(three[0].schedule.deadline_at)
    page = client.get(f"/en/tenders/{three[0].id}").text

    assert "Closed, sealed" in page
    assert "Bidding is closed" in page
    assert "before-you-start" not in page


def test_hostile_texts_are_shown_as_text(client: FlaskClient, sessions: Sessions) -> None:
    tender = publish(
        sessions,
        made.council(sessions),
        Text(en="<img src=x onerror=alert(1)> & co"),
        estimate=Money(Decimal(1), "PKR"),
        security=None,
    )
    for page in (client.get("/en/tenders/").text, client.get(f"/en/tenders/{tender.id}").text):
        assert "<img src=x" not in page
        assert re.search(r"&lt;img src=x onerror=alert\(1\)&gt; &amp; co", page)
