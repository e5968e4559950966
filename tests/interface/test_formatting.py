"""Instants, money, sizes and spans as people read them, in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from foundation.values.money import Money
from portal import formatting

AT = datetime(2027, 3, 3, 9, 0, 2, tzinfo=UTC)


def test_an_instant_always_names_its_zone() -> None:
    assert formatting.instant_text(AT) == "3 March 2027, 14:00 (Pakistan Time)"
    assert formatting.instant_text(AT, "UTC") == "3 March 2027, 09:00 (UTC)"
    assert formatting.instant_text(AT, language="ur") == "3 مارچ 2027، 14:00 (پاکستان کا وقت)"
    assert formatting.instant_text(AT, seconds=True, weekday=True).startswith(
        "Wednesday, 3 March 2027, 14:00:02 ("
    )
    assert formatting.instant_text(None) == "–"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        formatting.instant_text(datetime(2027, 3, 3))  # noqa: DTZ001


def test_a_day_is_that_of_its_zone() -> None:
    late = datetime(2027, 3, 2, 20, 0, tzinfo=UTC)
    assert formatting.date_text(late) == "3 March 2027"
    assert formatting.date_text(late, "UTC") == "2 March 2027"
    assert formatting.date_text(date(2027, 3, 3), language="ur", weekday=True) == (
        "بدھ، 3 مارچ 2027"
    )


@pytest.mark.parametrize(
    ("amount", "english", "urdu"),
    [
        ("12345678", "PKR 1,23,45,678", "1,23,45,678 روپے"),
        ("12345678.00", "PKR 1,23,45,678", "1,23,45,678 روپے"),
        ("999.5", "PKR 999.5", "999.5 روپے"),
        ("0", "PKR 0", "0 روپے"),
    ],
)
def test_money_is_grouped_in_lakh_and_crore_and_isolated(
    amount: str, english: str, urdu: str
) -> None:
    money = Money(Decimal(amount), "PKR")
    assert formatting.money_text(money, "en") == f"\u2068{english}\u2069"
    assert formatting.money_text(money, "ur") == f"\u2068{urdu}\u2069"


def test_other_currencies_are_grouped_in_thousands() -> None:
    assert "USD 12,345,678" in formatting.money_text(Money(Decimal(12345678), "USD"))


def test_short_money_is_spoken_in_lakh_and_crore() -> None:
    assert "1.23 crore" in formatting.money_short_text(Money(Decimal(12345678), "PKR"))
    assert "54 لاکھ روپے" in formatting.money_short_text(Money(Decimal(5400000), "PKR"), "ur")
    assert "PKR 99,999" in formatting.money_short_text(Money(Decimal(99999), "PKR"))


def test_numbers_keep_their_scale() -> None:
    assert formatting.number_text(Decimal("88.50")) == "88.50"
    assert formatting.number_text(1234567) == "12,34,567"
    assert formatting.number_text(None) == "–"


def test_sizes_and_spans() -> None:
    assert formatting.file_size_text(1_234_567) == "1.2 MB"
    assert formatting.file_size_text(48_000) == "48 kB"
    assert formatting.file_size_text(12) == "12 bytes"
    assert formatting.span_text(timedelta(days=9, hours=4, minutes=3)) == "9 days, 4 hours"
    assert formatting.span_text(90, "ur") == "1 منٹ، 30 سیکنڈ"
    assert formatting.span_text(0) == "0 seconds"
    assert formatting.span_parts(timedelta(seconds=-5))["second"] == 0
