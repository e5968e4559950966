"""Dates and times as people type them: digits of any script, the year or the day first."""

import re
from datetime import datetime

from foundation.values.money import western_digits
from foundation.values.refusal import Refusal

_MARKS = str.maketrans("", "", "\u200e\u200f\u061c\u2066\u2067\u2068\u2069")
_DATE = re.compile(
    r"(?:(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})"
    r"|(?P<d2>[0-9]{1,2})[-/.](?P<m2>[0-9]{1,2})[-/.](?P<y2>[0-9]{4}))"
    r"(?:[\s,\u060cT]+(?P<hour>[0-9]{1,2})[:.\u066b](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)"
)
YEARS = range(2000, 2201)


def parse_local_time(text: str) -> datetime:
    """Return the date and time typed, without a zone: ``2026-03-17 11:00`` or ``17/3/2026 11:00``.

    Digits may be Latin, Arabic-Indic or Persian. With the year last the day comes first, as
    usual in Pakistan; the month is never first.

    Raises:
        Refusal: ``bad-date`` for anything else, days that do not exist, years out of 2000-2200.
    """
    found = _DATE.fullmatch(western_digits(text.translate(_MARKS)).strip())
    if found is None:
        raise Refusal("bad-date")
    year, month, day = (int(found[name] or found[f"{name}2"]) for name in ("y", "m", "d"))
    if year not in YEARS:
        raise Refusal("bad-date")
    try:
        return datetime(  # noqa: DTZ001  a wall-clock time; the caller knows its zone
            year, month, day, int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
        )
    except ValueError as error:
        raise Refusal("bad-date") from error
