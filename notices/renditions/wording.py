"""Dates, amounts and counts as the notices write them, in English and in Urdu."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from foundation.values.instants import instant_from_text
from foundation.values.money import Money, amount_in_words, grouped

_MONTHS = {
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر".split(),
}
_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "ur": "پیر منگل بدھ جمعرات جمعہ ہفتہ اتوار".split(),
}
_URDU_DIGITS = str.maketrans("0123456789,.", "۰۱۲۳۴۵۶۷۸۹،٫")
_CURRENCIES_UR = {"PKR": "روپے", "USD": "امریکی ڈالر", "EUR": "یورو", "GBP": "پاؤنڈ"}
_ZONES = {"Asia/Karachi": ("PKT", "پاکستانی وقت")}


def urdu_digits(text: str) -> str:
    """Return ``text`` with Urdu digits and separators."""
    return text.translate(_URDU_DIGITS)


def digits(value: object, language: str) -> str:
    """Return a number in the digits of ``language``."""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return urdu_digits(text) if language == "ur" else text


def day(at: datetime, zone: str, language: str, *, weekday: bool = False) -> str:
    """Return ``12 March 2026`` or ``۱۲ مارچ ۲۰۲۶``, with the weekday before it if asked."""
    local = at.astimezone(ZoneInfo(zone))
    text = f"{local.day} {_MONTHS[language][local.month - 1]} {local.year}"
    if weekday:
        comma = "،" if language == "ur" else ","
        text = f"{_DAYS[language][local.weekday()]}{comma} {text}"
    return urdu_digits(text) if language == "ur" else text


def instant(at: datetime, zone: str, language: str, *, seconds: bool = False) -> str:
    """Return the date, the time of day and the zone of an instant (decision 3)."""
    time = clock(at, zone, seconds=seconds)
    name = zone_name(at, zone, language)
    if language == "ur":
        # Isolates keep "11:00" together and the comma on the right side of it.
        return f"{day(at, zone, 'ur')}، \u2068{urdu_digits(time)}\u2069 بجے ({name})"
    return f"{day(at, zone, 'en')}, {time} {name}"


def stored_instant(stored: str, zone: str, language: str) -> str:
    """Return an instant that facts carry as text."""
    return instant(instant_from_text(stored), zone, language)


def clock(at: datetime, zone: str, *, seconds: bool = False) -> str:
    """Return the time of day, ``11:00`` or ``11:00:05``."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S" if seconds else "%H:%M")


def zone_name(at: datetime, zone: str, language: str) -> str:
    """Return the name of the zone, or its distance from UTC where it has none here."""
    if zone in _ZONES:
        return _ZONES[zone][language == "ur"]
    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "+" if minutes >= 0 else "-"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def figure(money: Money) -> str:
    """Return the amount in Latin digits, grouped as its currency's country does, no code."""
    amount = money.amount
    shown = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount
    return grouped(shown, lakh=money.currency == "PKR")


def amount(money: Money, language: str) -> str:
    """Return ``PKR 18,46,50,000`` or the same with Urdu digits and the currency's name."""
    if language == "ur":
        unit = _CURRENCIES_UR.get(money.currency, money.currency)
        return f"\u2068{urdu_digits(figure(money))}\u2069 {unit}"
    return f"{money.currency} {figure(money)}"


def words(money: Money, language: str) -> str:
    """Return the amount in words, with a capital in English."""
    text = amount_in_words(money, language)
    return text[:1].upper() + text[1:] if language == "en" else text


def points(value: Decimal) -> str:
    """Return a score with two decimals at least, as the methods state it."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -2:
        value = value.quantize(Decimal("0.01"))
    return format(value, "f")


def size(count: int) -> str:
    """Return a size in bytes as people read it."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} kB"
    return f"{count / 1024 / 1024:.1f} MB"


def hex_groups(digest: str) -> str:
    """Return a digest in groups of eight, easier to compare by eye."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
