"""Dates, amounts and points as the notices write them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from foundation.values.money import Money
from notices.renditions import wording

AT = datetime(2026, 11, 17, 19, 30, 5, tzinfo=UTC)


def test_dates_are_local_to_the_zone() -> None:
    assert wording.day(AT, "Asia/Karachi", "en") == "18 November 2026"
    assert wording.day(AT, "Asia/Karachi", "ur", weekday=True) == "بدھ، ۱۸ نومبر ۲۰۲۶"
    assert wording.instant(AT, "Asia/Karachi", "en") == "18 November 2026, 00:30 PKT"
    assert wording.instant(AT, "America/Lima", "en") == "17 November 2026, 14:30 UTC-05:00"
    assert wording.clock(AT, "UTC", seconds=True) == "19:30:05"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("184650000.00", "PKR", "PKR 18,46,50,000"),
        ("184650000.50", "PKR", "PKR 18,46,50,000.50"),
        ("184650000", "USD", "USD 184,650,000"),
        ("0", "PKR", "PKR 0"),
    ],
)
def test_amounts(amount: str, currency: str, shown: str) -> None:
    assert wording.amount(Money(Decimal(amount), currency), "en") == shown


def test_urdu_amount_has_urdu_digits() -> None:
    assert wording.amount(Money(Decimal("1234567"), "PKR"), "ur") == "\u2068۱۲،۳۴،۵۶۷\u2069 روپے"


def test_points_keep_their_digits() -> None:
    assert wording.points(Decimal("88.5")) == "88.50"
    assert wording.points(Decimal("80.0049")) == "80.0049"
    assert wording.points(Decimal("1E+1")) == "10.00"


def test_sizes_and_digests() -> None:
    assert wording.size(900) == "900 B"
    assert wording.size(5 * 1024 * 1024) == "5.0 MB"
    assert wording.hex_groups("ab" * 8) == "abababab abababab"
