"""Canonical bytes, identifiers, texts, calendars and instants."""

import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.calendar import Calendar, DayUnit
from foundation.values.canonical import canonical, parse_canonical
from foundation.values.identifiers import check_id, new_id, new_number
from foundation.values.instants import instant_from_text, instant_text
from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name, clean_text, fold

KARACHI = Calendar("Asia/Karachi", holidays=frozenset({date(2026, 3, 20), date(2026, 3, 23)}))
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(documents)
def test_canonical_bytes_are_read_back_exactly(document: object) -> None:
    data = canonical(document)  # type: ignore[arg-type]

    assert parse_canonical(data) == document
    assert json.loads(data) == document


def test_keys_are_sorted_by_utf16_as_rfc_8785_says() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "b": 3}) == (
        '{"b":3,"\U0001f600":2,"\ufb33":1}'.encode()
    )


class Colour(StrEnum):
    RED = "red"


LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner)
)


@given(DOCUMENTS)
def test_canonical_bytes_are_those_of_the_library(document: Any) -> None:
    assert canonical(document) == rfc8785.dumps(document)


def test_text_of_a_kind_of_ours_is_written_as_its_text() -> None:
    assert canonical({"kind": Colour.RED, "of": (1, True)}) == b'{"kind":"red","of":[1,true]}'


@pytest.mark.parametrize(
    "document", [1.5, {"a": [0.0]}, 2**60, 2**53, -(2**53), "\ud800", {"\ud800": 1}, {1: "a"}]
)
def test_what_has_no_canonical_form_is_refused(document: object) -> None:
    with pytest.raises(Refusal, match="not-canonical"):
        canonical(document)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b"", b"\xff", b"1.0", b"[" * 100_000],
)
def test_other_bytes_than_the_canonical_ones_are_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="not-canonical"):
        parse_canonical(data)


def test_identifiers_are_random_and_well_formed() -> None:
    drawn = {new_id() for _ in range(500)}

    assert len(drawn) == 500
    assert all(check_id(one) == one for one in drawn)
    assert all(len(new_number()) == 8 for _ in range(20))


@pytest.mark.parametrize("text", ["", "a" * 41, "a b", "../x", "آ", "a\n"])
def test_other_identifiers_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="bad-identifier"):
        check_id(text)


def test_names_lose_what_could_make_them_pass_for_others() -> None:
    assert clean_name("\u202egnp.exe\u202c  Ravi\x00 Traders\ud800\n") == "gnp.exe Ravi Traders"
    assert clean_name("e\u0301") == "\u00e9"
    assert len(clean_name("a" * 900)) == 200
    assert clean_text("one\r\n\r\ntwo\u2066") == "one\n\ntwo"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("كراچي", "کراچی"), ("گھر", "گهر"), ("مَدرَسہ", "مدرسہ"), ("ROAD 12", "road ۱۲"), ("آب", "اب")],
)
def test_search_folds_letters_marks_and_digits(typed: str, stored: str) -> None:
    assert fold(typed) == fold(stored)


def test_a_text_falls_back_to_its_other_language() -> None:
    assert Text("Bench").in_language("ur") == "Bench"
    assert Text("Bench").language_shown("ur") == "en"
    assert Text("Bench", "بینچ").in_language("ur") == "بینچ"
    assert Text(ur="بینچ").language_shown("en") == "ur"


def test_business_days_skip_weekends_and_holidays() -> None:
    thursday = datetime(2026, 3, 19, 6, 0, tzinfo=UTC)

    assert KARACHI.local_date(KARACHI.add(thursday, 10, DayUnit.BUSINESS)) == date(2026, 4, 6)
    assert KARACHI.local_date(KARACHI.add(thursday, 10, DayUnit.CALENDAR)) == date(2026, 3, 29)
    assert KARACHI.add(thursday, 90, DayUnit.MINUTES) == thursday + timedelta(minutes=90)


def test_a_calendar_day_keeps_the_local_hour_across_a_clock_change() -> None:
    berlin = Calendar("Europe/Berlin")
    before = datetime(2026, 3, 28, 10, 0, tzinfo=UTC)

    assert berlin.add(before, 1, DayUnit.CALENDAR) == datetime(2026, 3, 29, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-02T05:00:00Z",
        "2026-03-02 05:00:00.000000Z",
        "2026-03-02T05:00:00,000000Z",
        "2026-03-02T05:00:00.000000+",
        "2026-W10-1T05:00:00.000000Z",
        "2026-13-02T05:00:00.000000Z",
        "2026-03-02T24:00:00.000000Z",
        "٢٠٢٦-03-02T05:00:00.000000Z",
        "2026-03-02T05:00:00.000000Z\n",
    ],
)
def test_other_forms_of_an_instant_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        instant_from_text(text)


@given(st.integers(0, 7_000_000_000 * 10**6))
def test_instants_keep_their_order_as_text(microseconds: int) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    later = at + timedelta(microseconds=1)

    assert instant_from_text(instant_text(at)) == at
    assert instant_text(at) < instant_text(later)
