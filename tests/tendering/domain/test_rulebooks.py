"""Rule books: read whole and typed, refused with an unknown, missing or mistyped key."""

import copy
import tomllib
from decimal import Decimal

import pytest

from foundation.values.refusal import Refusal
from tendering.domain.book_reading import read_holidays, read_rulebook
from tendering.domain.rulebook import Reading
from tendering.domain.tender import Reach
from tendering.rulebooks import FOLDER, current_book, current_books, rulebook

TABLE = tomllib.loads((FOLDER / "practice.toml").read_text("utf-8"))


def test_the_books_are_known_by_id_and_version() -> None:
    assert [book.reference for book in current_books()] == ["pk-federal@2", "practice@1"]
    assert rulebook("practice@1").practice
    for unknown in ("practice", "practice@2", "", "../practice@1"):
        with pytest.raises(Refusal, match="unknown-rulebook"):
            rulebook(unknown)
    with pytest.raises(Refusal, match="unknown-rulebook"):
        current_book("pk-sindh")


def test_a_tender_keeps_the_version_that_it_was_begun_under() -> None:
    first, second = rulebook("pk-federal@1"), current_book("pk-federal")
    assert (first.seal_interim, first.seal_of("open"), first.envelopes_of("open")) == (
        True, "time_lock", ("single",),
    )  # fmt: skip
    assert [method.id for method in first.methods] == ["open", "quotations"]
    assert (second.version, second.seal_interim) == (2, False)
    assert {method.id: second.seal_of(method.id) for method in second.methods} == {
        "open": "committee",
        "two-envelopes": "committee",
        "quotations": "time_lock",
    }


def test_two_envelopes_say_what_was_read_what_was_inferred_and_what_is_ours() -> None:
    book = current_book("pk-federal")
    method, quality = book.method("two-envelopes"), book.quality_of("two-envelopes")
    window = book.evaluation.technical_report_before_prices
    assert method is not None and method.envelopes is not None
    assert quality is not None and window is not None
    assert (method.envelopes.rule, method.envelopes.reading) == ("R36", Reading.TEXT)
    assert (window.value.count, window.rule, window.reading) == (7, "R48", Reading.SECONDARY)
    assert "inferred" in window.source
    assert quality.technical_weight.reading is Reading.OWN
    assert quality.technical_weight.known_number == ""


def test_the_federal_book_says_what_was_read_and_what_was_not() -> None:
    book = current_book("pk-federal")

    assert book.seal == "time_lock"
    assert book.opening_after.reading is Reading.TEXT
    assert not book.response[Reach.NATIONAL].verified
    assert not book.evaluation.report_before_award.verified
    assert book.evaluation.report_before_award.value.count == 15
    assert book.bid_security_percent.value == Decimal(5)
    assert {d.id for d in book.declarations} >= {"integrity-pact"}


def test_holidays_of_the_moon_are_not_verified() -> None:
    listed = {h.on.isoformat(): h.verified for h in current_book("pk-federal").holidays}

    assert listed["2026-03-23"] is True
    assert listed["2026-03-20"] is False


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("surprise",), 1),
        (("response", "regional"), {}),
        (("response", "national", "note"), "x"),
        (("guard_seconds",), "30"),
        (("guard_seconds",), True),
        (("guard_seconds",), 0),
        (("box_slots",), 1000),
        (("methods",), []),
        (("envelopes",), [1]),
        (("response", "national", "unit"), "weeks"),
        (("response", "national", "reading"), "heard"),
        (("bid_security_percent", "value"), "five"),
        (("opening_after", "count"), -1),
        (("questions_close_before", "count"), -1),
        (("title",), "Practice"),
    ],
)
def test_a_mistake_is_refused_and_named(path: tuple[str, ...], value: object) -> None:
    table = copy.deepcopy(TABLE)
    place = table
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value

    with pytest.raises(Refusal) as refused:
        read_rulebook(table, ())

    assert refused.value.code == "bad-rulebook"
    assert str(refused.value.params["where"]).startswith("book")


@pytest.mark.parametrize(
    "key", sorted(set(TABLE) - {"proposal_hour", "questions_close_before", "reject_all"})
)
def test_every_key_is_needed(key: str) -> None:
    table = copy.deepcopy(TABLE)
    del table[key]

    if key == "declarations":
        assert read_rulebook(table, ()).declarations == ()
    else:
        with pytest.raises(Refusal, match="bad-rulebook"):
            read_rulebook(table, ())


def test_a_mistaken_holiday_is_refused() -> None:
    with pytest.raises(Refusal, match="bad-rulebook"):
        read_holidays({"once": [{"on": "tomorrow", "days": 1, "title": {"en": "x", "ur": "x"}}]})
