"""What is inside a bid: bid.json parsed strictly, into frozen dataclasses with exact decimals.

Source: docs/formats/bid.json (the published format, version 1).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from foundation.values.canonical import parse_canonical
from foundation.values.refusal import Refusal

MAX_BYTES = 4 * 1024 * 1024
MEDIA_TYPE = "application/vnd.muhr.bid+json"
FILE_NAME = "bid.json"
MAX_TEXT = 4000
MAX_ROWS = 5000

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_PRICE_FIELDS = ("currency", "lines", "discounts", "total")
_COMMON_FIELDS = frozenset(
    "v kind lot addenda validity_days answers declarations security partners".split()
)

_T = TypeVar("_T")


class Kind(StrEnum):
    """The three kinds of envelope."""

    TECHNICAL = "technical"
    FINANCIAL = "financial"
    SINGLE = "single"


class Finding(StrEnum):
    """What an opened envelope may show that is no reason to call it unopened."""

    NO_READABLE_PRICE = "no-readable-price"
    PRICE_IN_TECHNICAL = "price-in-technical"


@dataclass(frozen=True)
class Answer:
    """A vendor's answer to one requirement or criterion; `files` name files of the package."""

    criterion: str
    value: str | bool
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declaration:
    """A text the vendor accepted, bound by the hash of the text that was shown."""

    id: str
    text_sha256: str
    accepted: bool


@dataclass(frozen=True)
class Security:
    """The bid security as the vendor states it."""

    instrument: str
    amount: Decimal
    currency: str
    issuer: str
    number: str
    expires_on: dt.date
    file: str


@dataclass(frozen=True)
class Partner:
    """One partner of a joint venture."""

    name: str
    tax_number: str
    share_percent: Decimal


@dataclass(frozen=True)
class Line:
    """One priced line, every figure as the vendor stated it."""

    item: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    tax_percent: Decimal | None


@dataclass(frozen=True)
class Discount:
    """A discount that holds if certain lots, or a number of lots, are awarded together."""

    percent: Decimal
    if_awarded_lots: tuple[str, ...] = ()
    if_awarded_at_least: int | None = None


@dataclass(frozen=True)
class BidContent:
    """A bid as stated by the vendor; the price fields are None or empty in a technical bid."""

    kind: Kind
    lot: str
    addenda: tuple[int, ...]
    validity_days: int
    answers: tuple[Answer, ...]
    declarations: tuple[Declaration, ...]
    security: Security | None
    partners: tuple[Partner, ...]
    currency: str | None = None
    lines: tuple[Line, ...] = ()
    discounts: tuple[Discount, ...] = ()
    total: Decimal | None = None


@dataclass(frozen=True)
class Expected:
    """What the tender says of the envelope a bid.json was found in."""

    kind: str
    lot: str
    items: frozenset[str]
    currency: str


def parse_bid_content(data: bytes) -> BidContent:
    """Parse bid.json: canonical JSON, no field missing, none unknown.

    Raises:
        Refusal: `bad-bid-content`, with `at` naming the field.
    """
    return _content(_document(data))


def parse_stored(data: bytes, *, priced: bool) -> BidContent:
    """Parse a bid.json that was read at the opening; `priced` leaves a wrong price out.

    Raises:
        Refusal: `bad-bid-content`.
    """
    return _content(_unpriced(_document(data)) if priced else _document(data))


def read_content(
    data: bytes | None, expected: Expected
) -> tuple[BidContent | None, Finding | None]:
    """Read the bid.json of an opened envelope; what is wrong becomes a finding, never a loss.

    Args:
        data: The bytes of the package's first file, None when it is not a bid.json.
        expected: The envelope's kind and lot and the tender's items.
    """
    if data is None:
        return None, Finding.NO_READABLE_PRICE
    try:
        document = _document(data)
        priced = expected.kind == Kind.TECHNICAL and _is_priced(document)
        if priced:
            document = _unpriced(document)
        content = _content(document)
        check_belongs(content, expected)
    except Refusal:
        return None, Finding.NO_READABLE_PRICE
    return content, Finding.PRICE_IN_TECHNICAL if priced else None


def tells_price(data: bytes) -> bool:
    """Tell whether a bid.json carries a field of a price; what cannot be read carries none."""
    try:
        return _is_priced(_document(data))
    except Refusal:
        return False


def check_belongs(content: BidContent, expected: Expected) -> None:
    """Refuse a content whose ids are not the tender's own.

    Raises:
        Refusal: `bad-bid-content`, with `at` naming the field.
    """
    if content.kind.value != expected.kind:
        raise _bad("kind")
    if content.lot != expected.lot:
        raise _bad("lot")
    if content.kind is Kind.TECHNICAL:
        return
    items = [line.item for line in content.lines]
    if len(set(items)) != len(items) or not set(items) <= expected.items:
        raise _bad("lines.item")
    if content.currency != expected.currency:
        raise _bad("currency")


def without_price(content: BidContent) -> BidContent:
    """The same content as a technical evaluator may see it."""
    return replace(content, currency=None, lines=(), discounts=(), total=None)


def _is_priced(document: Mapping[str, object]) -> bool:
    return any(name in document for name in _PRICE_FIELDS)


def _unpriced(document: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in document.items() if name not in _PRICE_FIELDS}


def _bad(at: str) -> Refusal:
    return Refusal("bad-bid-content", at=at)


def _document(data: bytes) -> Mapping[str, object]:
    if len(data) > MAX_BYTES:
        raise _bad("size")
    try:
        document: object = parse_canonical(data)
    except Refusal as error:
        raise _bad("json") from error
    if not isinstance(document, dict):
        raise _bad("json")
    return document


def _content(document: Mapping[str, object]) -> BidContent:
    kind = _choice(Kind, document.get("kind"), "kind")
    fields = set(_COMMON_FIELDS)
    if kind is not Kind.TECHNICAL:
        fields |= set(_PRICE_FIELDS)
    _only(document, fields, fields - {"security", "partners", "discounts"}, "bid")
    if document["v"] != 1 or isinstance(document["v"], bool):
        raise _bad("v")
    content = BidContent(
        kind=kind,
        lot=_id(document["lot"], "lot"),
        addenda=_rows(document["addenda"], "addenda", lambda v, at: _count(v, at, 1)),
        validity_days=_count(document["validity_days"], "validity_days", 0),
        answers=_rows(document["answers"], "answers", _answer),
        declarations=_rows(document["declarations"], "declarations", _declaration),
        security=_security(document["security"]) if "security" in document else None,
        partners=_rows(document.get("partners", []), "partners", _partner),
    )
    return content if kind is Kind.TECHNICAL else _priced(content, document)


def _priced(content: BidContent, document: Mapping[str, object]) -> BidContent:
    return replace(
        content,
        currency=_match(_CURRENCY, document["currency"], "currency"),
        lines=_rows(document["lines"], "lines", _line),
        discounts=_rows(document.get("discounts", []), "discounts", _discount),
        total=_amount(document["total"], "total"),
    )


def _answer(value: object, at: str) -> Answer:
    row = _object(value, {"criterion", "value", "files"}, {"criterion", "value"}, at)
    given = row["value"]
    answer = given if isinstance(given, bool) else _text(given, f"{at}.value", MAX_TEXT, 0)
    files = _rows(row.get("files", []), f"{at}.files", lambda v, a: _text(v, a, 255, 1))
    return Answer(_id(row["criterion"], f"{at}.criterion"), answer, files)


def _declaration(value: object, at: str) -> Declaration:
    row = _object(value, {"id", "text_sha256", "accepted"}, None, at)
    if not isinstance(row["accepted"], bool):
        raise _bad(f"{at}.accepted")
    sha256 = _match(_HEX64, row["text_sha256"], f"{at}.text_sha256")
    return Declaration(_id(row["id"], f"{at}.id"), sha256, row["accepted"])


def _security(value: object) -> Security:
    fields = {"instrument", "amount", "currency", "issuer", "number", "expires_on", "file"}
    row = _object(value, fields, None, "security")
    try:
        expires_on = dt.date.fromisoformat(_text(row["expires_on"], "security.expires_on", 10, 10))
    except ValueError as error:
        raise _bad("security.expires_on") from error
    return Security(
        instrument=_text(row["instrument"], "security.instrument", 100, 1),
        amount=_amount(row["amount"], "security.amount"),
        currency=_match(_CURRENCY, row["currency"], "security.currency"),
        issuer=_text(row["issuer"], "security.issuer", 300, 0),
        number=_text(row["number"], "security.number", 100, 0),
        expires_on=expires_on,
        file=_text(row["file"], "security.file", 255, 0),
    )


def _partner(value: object, at: str) -> Partner:
    row = _object(value, {"name", "tax_number", "share_percent"}, None, at)
    return Partner(
        _text(row["name"], f"{at}.name", 300, 1),
        _text(row["tax_number"], f"{at}.tax_number", 100, 0),
        _percent(row["share_percent"], f"{at}.share_percent"),
    )


def _line(value: object, at: str) -> Line:
    fields = {"item", "quantity", "unit_price", "amount", "tax_percent"}
    row = _object(value, fields, fields - {"tax_percent"}, at)
    tax = row.get("tax_percent")
    return Line(
        item=_id(row["item"], f"{at}.item"),
        quantity=_amount(row["quantity"], f"{at}.quantity"),
        unit_price=_amount(row["unit_price"], f"{at}.unit_price"),
        amount=_amount(row["amount"], f"{at}.amount"),
        tax_percent=None if tax is None else _amount(tax, f"{at}.tax_percent"),
    )


def _discount(value: object, at: str) -> Discount:
    row = _object(value, {"percent", "if_awarded_lots", "if_awarded_at_least"}, {"percent"}, at)
    if ("if_awarded_lots" in row) == ("if_awarded_at_least" in row):
        raise _bad(at)
    percent = _percent(row["percent"], f"{at}.percent")
    if "if_awarded_lots" in row:
        return Discount(percent, _rows(row["if_awarded_lots"], f"{at}.if_awarded_lots", _id))
    least = _count(row["if_awarded_at_least"], f"{at}.if_awarded_at_least", 1)
    return Discount(percent, if_awarded_at_least=least)


def _object(
    value: object, allowed: set[str], required: set[str] | None, at: str
) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _bad(at)
    _only(value, allowed, allowed if required is None else required, at)
    return value


def _only(row: Mapping[str, object], allowed: set[str], required: set[str], at: str) -> None:
    for name in sorted(required - set(row)) + sorted(set(row) - allowed):
        raise _bad(f"{at}.{name[:40]}")


def _rows(value: object, at: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MAX_ROWS:
        raise _bad(at)
    return tuple(read(item, f"{at}[{index}]") for index, item in enumerate(value))


def _text(value: object, at: str, longest: int, shortest: int) -> str:
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        raise _bad(at)
    return value


def _match(pattern: re.Pattern[str], value: object, at: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _bad(at)
    return value


def _id(value: object, at: str) -> str:
    return _match(_ID, value, at)


def _amount(value: object, at: str) -> Decimal:
    return Decimal(_match(_AMOUNT, value, at))


def _percent(value: object, at: str) -> Decimal:
    percent = _amount(value, at)
    if percent > 100:
        raise _bad(at)
    return percent


def _count(value: object, at: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 100_000:
        raise _bad(at)
    return value


def _choice(kinds: type[Kind], value: object, at: str) -> Kind:
    if not isinstance(value, str) or value not in set(kinds):
        raise _bad(at)
    return kinds(value)
