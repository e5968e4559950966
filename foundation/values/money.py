"""Exact money: amounts typed in any digits, grouped and spoken as in Pakistan."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from foundation.values.refusal import Refusal
from foundation.values.words import number_in_words

AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
_GROUPING = str.maketrans("", "", ",'_ \u00a0\u202f\u2009\u066c\u060c\u200e\u200f\u2066\u2069")
_CURRENCY_PLACES = {"JPY": 0, "KRW": 0, "PYG": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3, "OMR": 3}
_UNITS = {
    "PKR": (("rupee", "rupees", "paisa", "paisas"), ("روپیہ", "روپے", "پیسہ", "پیسے")),
}


def decimal_places(currency: str) -> int:
    """Return the digits after the point that ``currency`` uses (ISO 4217)."""
    return _CURRENCY_PLACES.get(currency, 2)


@dataclass(frozen=True)
class Money:
    """An exact amount in one currency (ISO 4217 code)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """Return ``PKR 1095000.00``, ungrouped."""
        return f"{self.currency} {self.amount}"


def western_digits(text: str) -> str:
    """Return ``text`` with Arabic-Indic, Persian and other decimal digits as 0-9."""
    return "".join(
        character if (digit := unicodedata.decimal(character, None)) is None else str(digit)
        for character in text
    ).replace("\u066b", ".")


def parse_amount(text: str) -> Decimal:
    """Return the amount typed in Latin, Arabic-Indic or Persian digits with any grouping.

    Raises:
        Refusal: ``bad-amount`` for anything but digits, grouping and one decimal point,
            negative amounts, more than 15 digits before or 6 after the point.
    """
    plain = western_digits(text).translate(_GROUPING)
    if re.fullmatch(r"0[0-9]+(\..*)?", plain):
        plain = plain.lstrip("0")
        plain = f"0{plain}" if not plain or plain.startswith(".") else plain
    if not AMOUNT.fullmatch(plain):
        raise Refusal("bad-amount")
    return Decimal(plain)


def parse_percent(text: str) -> Decimal:
    """Return a percentage, weight or mark typed with or without its sign, in any digits.

    Raises:
        Refusal: ``bad-amount``.
    """
    return parse_amount(text.strip().strip("%\u066a\uff05").strip())


def amount_text(amount: Decimal) -> str:
    """Return the amount as documents carry it: plain digits, no exponent, no grouping."""
    return format(amount, "f")


def grouped(amount: Decimal, *, lakh: bool = True) -> str:
    """Return ``12,34,567.50`` (lakh and crore) or ``1,234,567.50``; the scale is kept."""
    sign, digits = ("-", -amount) if amount < 0 else ("", amount)
    whole, _, fraction = format(digits, "f").partition(".")
    if lakh:
        head, tail = whole[:-3], whole[-3:]
        pairs = re.findall(r"\d{1,2}(?=(?:\d{2})*$)", head)
        whole = ",".join([*pairs, tail])
    else:
        whole = f"{int(whole):,}"
    return sign + (f"{whole}.{fraction}" if fraction else whole)


def amount_in_words(money: Money, language: str) -> str:
    """Return the amount in words ("en" or "ur"), crore and lakh as usual in Pakistan.

    Parts smaller than the currency's minor unit are not spoken.
    """
    places = decimal_places(money.currency)
    whole = int(money.amount)
    minor = int((money.amount - whole) * 10**places)
    english, urdu = _UNITS.get(
        money.currency, ((money.currency, money.currency, "/100", "/100"),) * 2
    )
    names = urdu if language == "ur" else english
    spoken = f"{number_in_words(whole, language)} {names[0] if whole == 1 else names[1]}"
    if not minor:
        return spoken
    joint = "اور" if language == "ur" else "and"
    part = f"{number_in_words(minor, language)} {names[2] if minor == 1 else names[3]}"
    if money.currency not in _UNITS:
        part = f"{minor}/{10**places}"
    return f"{spoken} {joint} {part}"
