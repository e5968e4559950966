"""Exact rational arithmetic: nothing is rounded except where a rule says so, and then half up."""

import re
from decimal import Decimal
from fractions import Fraction

from foundation.values.refusal import Refusal

EXACT_TEXT = re.compile(r"-?[0-9]{1,2000}(\.[0-9]{1,2000}|/[1-9][0-9]{0,2000})?")


def fraction(value: Decimal) -> Fraction:
    """Return ``value`` as an exact fraction, whatever the decimal context says."""
    return Fraction(value)


def decimal_text(value: Decimal) -> str:
    """Return plain digits without exponent, the scale as given."""
    return format(value, "f")


def exact_text(value: Fraction) -> str:
    """Return the shortest exact text: ``345000``, ``2.5`` or, where no decimal ends, ``1/3``."""
    twos, odd = _strip(value.denominator, 2)
    fives, rest = _strip(odd, 5)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    return _digits(value.numerator * 10**places // value.denominator, places)


def exact_value(text: str) -> Fraction:
    """Return the fraction that ``exact_text`` or a plain decimal wrote.

    Raises:
        Refusal: ``bad-figure``.
    """
    if not EXACT_TEXT.fullmatch(text):
        raise Refusal("bad-figure", text=text[:80])
    return Fraction(text)


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Return ``value`` rounded half up (away from zero) to ``decimals`` places."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(_digits(-whole if value < 0 else whole, decimals))


def _strip(number: int, prime: int) -> tuple[int, int]:
    times = 0
    while number % prime == 0:
        number //= prime
        times += 1
    return times, number


def _digits(scaled: int, places: int) -> str:
    sign = "-" if scaled < 0 else ""
    digits = str(abs(scaled)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
