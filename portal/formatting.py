"""Writes instants, dates, money, sizes and numbers for people, in English and Urdu.

Nothing here reads the clock: whoever calls brings the instants. Urdu pages use Latin digits (CLDR
``ur_PK``) with lakh and crore grouping; runs of the other direction stand between isolates.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from babel.dates import format_date, format_datetime, get_timezone, get_timezone_name
from babel.numbers import format_decimal
from babel.units import format_unit
from jinja2 import Environment

from foundation.values.money import Money, amount_in_words, grouped
from foundation.values.text import written_in

DEFAULT_ZONE = "Asia/Karachi"
MISSING = "–"
_FIRST_STRONG_ISOLATE = "\u2068"
_LEFT_TO_RIGHT_ISOLATE = "\u2066"
_POP_ISOLATE = "\u2069"
# CLDR's plain "en" is American; the project's English is that of Pakistan.
_LOCALES = {"en": "en_GB", "ur": "ur"}
_LAKH_CURRENCIES = frozenset({"PKR", "INR", "BDT", "NPR", "LKR"})
_URDU_CURRENCIES = {"PKR": "روپے"}
_SCALES = (
    (Decimal(10) ** 9, {"en": "arab", "ur": "ارب"}),
    (Decimal(10) ** 7, {"en": "crore", "ur": "کروڑ"}),
    (Decimal(10) ** 5, {"en": "lakh", "ur": "لاکھ"}),
)
# Babel knows the long Urdu forms of no unit of time; its short ones are whole words.
_SPAN_LENGTHS: Mapping[str, Literal["long", "short"]] = {"en": "long", "ur": "short"}
_SPAN_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def isolate(text: str) -> str:
    """Return ``text`` kept apart from its surroundings by U+2068 and U+2069."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"


def isolate_latin(text: str) -> str:
    """Return ``text`` kept apart and written from left to right."""
    return f"{_LEFT_TO_RIGHT_ISOLATE}{text}{_POP_ISOLATE}"


def zone_text(zone: str, language: str) -> str:
    """Return the zone's name in words, "Pakistan Time" say."""
    if zone in {"UTC", "Etc/UTC"}:
        return "UTC"
    return get_timezone_name(get_timezone(zone), locale=_LOCALES[language])


def instant_text(
    at: datetime | None,
    zone: str = DEFAULT_ZONE,
    language: str = "en",
    *,
    seconds: bool = False,
    weekday: bool = False,
) -> str:
    """Return "3 March 2027, 14:00 (Pakistan Time)"; always with the zone's name.

    Raises:
        ValueError: ``at`` has no zone of its own.
    """
    if at is None:
        return MISSING
    if at.tzinfo is None:
        raise ValueError("an instant carries its zone")
    comma = "،" if language == "ur" else ","
    day = f"EEEE{comma} d MMMM y" if weekday else "d MMMM y"
    pattern = f"{day}{comma} {'HH:mm:ss' if seconds else 'HH:mm'}"
    local = format_datetime(at, pattern, tzinfo=get_timezone(zone), locale=_LOCALES[language])
    return f"{local} ({zone_text(zone, language)})"


def clock_text(at: datetime | None, zone: str = DEFAULT_ZONE, *, seconds: bool = True) -> str:
    """Return "14:00:02", for tables that name their zone and day once."""
    if at is None:
        return MISSING
    pattern = "HH:mm:ss" if seconds else "HH:mm"
    return format_datetime(at, pattern, tzinfo=get_timezone(zone), locale="en_GB")


def date_text(
    day: date | None, zone: str = DEFAULT_ZONE, language: str = "en", *, weekday: bool = False
) -> str:
    """Return "3 March 2027"; an instant is first taken to ``zone``."""
    if day is None:
        return MISSING
    if isinstance(day, datetime):
        day = day.astimezone(get_timezone(zone)).date()
    comma = "،" if language == "ur" else ","
    pattern = f"EEEE{comma} d MMMM y" if weekday else "d MMMM y"
    return format_date(day, pattern, locale=_LOCALES[language])


def iso_text(at: datetime) -> str:
    """Return an instant as HTML's ``datetime`` attribute takes it, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def number_text(value: Decimal | int | None, *, lakh: bool = True) -> str:
    """Return a number with its own decimal places, grouped in lakh and crore."""
    return MISSING if value is None else grouped(Decimal(value), lakh=lakh)


def money_text(money: Money | None, language: str = "en") -> str:
    """Return "PKR 1,23,45,678" or "1,23,45,678 روپے", isolated; empty decimals are left out."""
    if money is None:
        return MISSING
    amount = money.amount
    if amount == amount.to_integral_value():
        amount = amount.quantize(Decimal(1))
    figure = grouped(amount, lakh=money.currency in _LAKH_CURRENCIES)
    return _with_currency(figure, money.currency, language)


def money_short_text(money: Money | None, language: str = "en") -> str:
    """Return "PKR 1.23 crore", for lists; rounded to two places, so never for a bid's own price."""
    if money is None:
        return MISSING
    if money.currency not in _LAKH_CURRENCIES:
        return money_text(money, language)
    for size, names in _SCALES:
        if money.amount >= size:
            figure = format_decimal(money.amount / size, "0.##", locale="en")
            return _with_currency(f"{figure} {names[language]}", money.currency, language)
    return money_text(money, language)


def _with_currency(figure: str, currency: str, language: str) -> str:
    """Set the currency before the figure in English, behind it in Urdu."""
    if language == "ur":
        return isolate(f"{figure} {_URDU_CURRENCIES.get(currency, currency)}")
    return isolate(f"{currency} {figure}")


def file_size_text(size: int | None, language: str = "en") -> str:
    """Return "1.2 MB" (units of 1,000 bytes)."""
    if size is None:
        return MISSING
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= factor:
            figure = format_decimal(Decimal(size) / factor, "0.#", locale="en")
            return isolate_latin(f"{figure} {unit}") if language == "ur" else f"{figure} {unit}"
    return format_unit(size, "digital-byte", length="long", locale=_LOCALES[language])


def span_text(span: timedelta | int, language: str = "en", *, parts: int = 2) -> str:
    """Return a length of time in its largest units: "2 days, 4 hours"."""
    rest = int(span.total_seconds()) if isinstance(span, timedelta) else span
    counts: list[tuple[int, str]] = []
    for unit, seconds in _SPAN_UNITS:
        count, rest = divmod(rest, seconds)
        if count and len(counts) < parts:
            counts.append((count, unit))
    texts = [
        format_unit(
            count, f"duration-{unit}", length=_SPAN_LENGTHS[language], locale=_LOCALES[language]
        )
        for count, unit in counts or [(0, "second")]
    ]
    return ("، " if language == "ur" else ", ").join(texts)


def span_parts(span: timedelta) -> Mapping[str, int]:
    """Return days, hours, minutes and seconds of a length of time; nothing below zero."""
    rest = max(0, int(span.total_seconds()))
    parts: dict[str, int] = {}
    for unit, seconds in _SPAN_UNITS:
        parts[unit], rest = divmod(rest, seconds)
    return parts


def install(environment: Environment, language: Callable[[], str]) -> None:
    """Give templates the filters, and macros the page's language.

    Macros are imported without the page's context, so ``page_language()`` and ``page_direction()``
    are functions of the environment.

    Args:
        environment: the Jinja environment of the application.
        language: tells the language ("en" or "ur") of the page being rendered.
    """

    def spoken(write: Callable[..., str]) -> Callable[..., str]:
        def written(*values: Any, **options: Any) -> str:  # noqa: ANN401
            return write(*values, **options, language=language())

        return written

    environment.filters.update(
        instant=spoken(instant_text),
        date=spoken(date_text),
        money=spoken(money_text),
        money_short=spoken(money_short_text),
        money_words=lambda money: amount_in_words(money, language()),
        filesize=spoken(file_size_text),
        span=spoken(span_text),
        zone_name=spoken(zone_text),
        clock=clock_text,
        digits=number_text,
        iso=iso_text,
        isolate=isolate,
        written_in=written_in,
    )
    environment.globals.update(
        page_language=language,
        page_direction=lambda: "rtl" if language() == "ur" else "ltr",
        span_parts=span_parts,
    )
