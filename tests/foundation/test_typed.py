"""What people type: dates and percentages in the digits of any script, and what search folds."""

import contextlib
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.money import parse_percent
from foundation.values.refusal import Refusal
from foundation.values.text import fold, written_in
from foundation.values.typed_dates import parse_local_time

ALPHABETS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
FIRST = datetime(2000, 1, 1)  # noqa: DTZ001  wall-clock times
LAST = datetime(2200, 12, 31)  # noqa: DTZ001
FORMS = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y، %H:%M",
    "%Y/%m/%d, %H:%M:00",
)


@given(
    st.datetimes(FIRST, LAST),
    st.sampled_from(FORMS),
    st.sampled_from(ALPHABETS),
)
def test_a_date_is_read_in_every_form_and_script(at: datetime, form: str, digits: str) -> None:
    at = at.replace(second=0, microsecond=0)
    typed = at.strftime(form).translate(str.maketrans(ALPHABETS[0], digits))

    assert parse_local_time(f" \u2067{typed}\u2069 ") == at


@pytest.mark.parametrize(
    "typed",
    ["", "tomorrow", "2026-02-30 11:00", "17/3/2026", "2026-03-17 24:00", "1999-01-01 10:00",
     "2026-13-01 10:00", "3/17/2026 10:00", "2026-03-17 10:00+05:00", "2201-01-01 10:00",
     "²026-03-17 11:00", "2026-03-17 11:00\n<b>"],
)  # fmt: skip
def test_other_dates_are_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="bad-date"):
        parse_local_time(typed)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(typed: str) -> None:
    with contextlib.suppress(Refusal):
        assert 2000 <= parse_local_time(typed).year <= 2200


@pytest.mark.parametrize(
    ("typed", "value"),
    [("70", "70"), ("70 %", "70"), ("۷۰٪", "70"), ("٪۱۲٫۵", "12.5"), ("%2.5", "2.5"), ("٢％", "2")],
)
def test_percentages_are_read_with_and_without_their_sign(typed: str, value: str) -> None:
    assert parse_percent(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "%", "-5", "5 % of it", "1e2", "½"])
def test_other_percentages_are_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="bad-amount"):
        parse_percent(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("خاں", "خان"), ("ﻛﺮاچﻰ", "کراچی"),
     ("مسئلہ", "مسیلہ"), ("زکوٰۃ", "زکوہ"), ("پانی‌پت", "پانیپت"),
     ("KTC‑۲۰۲۶", "ktc‐2026"), ("سـڑک", "سڑک"),
     ("أحمد", "احمد"), ("٤٢", "۴۲"), ("Ｒｏａｄ", "road")],
)  # fmt: skip
def test_search_folds_more_letters_and_forms(typed: str, stored: str) -> None:
    assert fold(typed) == fold(stored)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_the_script_of_a_text_tells_its_language() -> None:
    assert [written_in(each) for each in ("Road", "سڑک", "PVC پائپ کی مرمت", "")] == [
        "en", "ur", "ur", "en",
    ]  # fmt: skip
