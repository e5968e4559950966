"""Amounts: typed in any digits, grouped in lakh and crore, spoken in both languages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.money import (
    Money,
    amount_in_words,
    amount_text,
    decimal_places,
    grouped,
    parse_amount,
)
from foundation.values.refusal import Refusal
from foundation.values.words import number_in_words

PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
amounts = st.decimals(min_value=0, max_value=10**14, places=2, allow_nan=False)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234567.50", "1234567.50"),
        ("12,34,567.50", "1234567.50"),
        ("۱۲٬۳۴٬۵۶۷٫۵۰", "1234567.50"),
        ("١٢٣٤", "1234"),
        (" 0012 ", "12"),
        ("0", "0"),
        ("0.5", "0.5"),
        ("00.5", "0.5"),
    ],
)
def test_typed_amounts(typed: str, amount: str) -> None:
    assert parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["", "-5", "1e5", "12.", ".5", "1.2.3", "NaN", "1/2", "½", "1" * 16, "1.1234567", "x"]
)
def test_other_things_are_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="bad-amount"):
        parse_amount(typed)


@given(amounts)
def test_any_digits_and_grouping_mean_the_same(amount: Decimal) -> None:
    plain = amount_text(amount)

    for text in (grouped(amount), grouped(amount, lakh=False)):
        assert parse_amount(text) == amount
        assert parse_amount(text.translate(PERSIAN)) == amount
        assert parse_amount(text.translate(ARABIC)) == amount
    assert "E" not in plain


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"), ("999", "999"), ("1000", "1,000"), ("100000", "1,00,000"),
        ("12345678.90", "1,23,45,678.90"), ("-1234567", "-12,34,567"),
    ],
)  # fmt: skip
def test_lakh_and_crore_grouping(amount: str, text: str) -> None:
    assert grouped(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("number", "english", "urdu"),
    [
        (0, "zero", "صفر"),
        (19, "nineteen", "انیس"),
        (42, "forty-two", "بیالیس"),
        (100, "one hundred", "ایک سو"),
        (1_095_000, "ten lakh ninety-five thousand", "دس لاکھ پچانوے ہزار"),
        (12_345_678, "one crore twenty-three lakh forty-five thousand six hundred seventy-eight",
         "ایک کروڑ تئیس لاکھ پینتالیس ہزار چھ سو اٹھہتر"),
    ],
)  # fmt: skip
def test_numbers_in_words(number: int, english: str, urdu: str) -> None:
    assert number_in_words(number, "en") == english
    assert number_in_words(number, "ur") == urdu


def test_every_number_below_a_hundred_has_its_own_word() -> None:
    for language in ("en", "ur"):
        assert len({number_in_words(number, language) for number in range(100)}) == 100


def test_rupees_and_paisas_are_spoken() -> None:
    assert amount_in_words(Money(Decimal("1.00"), "PKR"), "en") == "one rupee"
    assert amount_in_words(Money(Decimal("250.05"), "PKR"), "en") == (
        "two hundred fifty rupees and five paisas"
    )
    assert amount_in_words(Money(Decimal("250.05"), "PKR"), "ur") == "دو سو پچاس روپے اور پانچ پیسے"


def test_other_currencies_keep_their_code_and_places() -> None:
    assert amount_in_words(Money(Decimal("3.50"), "USD"), "en") == "three USD and 50/100"
    assert decimal_places("JPY") == 0
    assert decimal_places("KWD") == 3
