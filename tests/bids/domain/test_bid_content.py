"""bid.json: what is read, what is refused, what becomes a finding."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain.bid_content import (
    Discount,
    Expected,
    Finding,
    Kind,
    parse_bid_content,
    parse_stored,
    read_content,
)
from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal

EXPECTED = Expected(kind="single", lot="1", items=frozenset({"1", "2"}), currency="PKR")
DECIMALS = st.from_regex(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?", fullmatch=True)


def document(**changes: object) -> dict[str, object]:
    base: dict[str, object] = {
        "v": 1,
        "kind": "single",
        "lot": "1",
        "addenda": [1, 2],
        "validity_days": 90,
        "answers": [
            {"criterion": "c1", "value": "Yes, since 2019", "files": ["cv.pdf"]},
            {"criterion": "c2", "value": True},
        ],
        "declarations": [{"id": "integrity-pact", "text_sha256": "ab" * 32, "accepted": True}],
        "security": {
            "instrument": "bank-guarantee",
            "amount": "500000",
            "currency": "PKR",
            "issuer": "National Bank",
            "number": "G-1",
            "expires_on": "2026-09-30",
            "file": "guarantee.pdf",
        },
        "partners": [{"name": "Partner", "tax_number": "1", "share_percent": "40"}],
        "currency": "PKR",
        "lines": [
            {
                "item": "1",
                "quantity": "100",
                "unit_price": "2450.00",
                "amount": "245000.00",
                "tax_percent": "18",
            }
        ],
        "discounts": [
            {"percent": "6", "if_awarded_lots": ["1", "2", "3"]},
            {"percent": "3", "if_awarded_at_least": 2},
        ],
        "total": "1095000.00",
    }
    base |= changes
    return {name: value for name, value in base.items() if value is not ...}


def encoded(**changes: object) -> bytes:
    return canonical(document(**changes))  # type: ignore[arg-type]


def test_every_field_is_read_as_stated() -> None:
    content = parse_bid_content(encoded())
    assert content.kind is Kind.SINGLE
    assert content.total == Decimal("1095000.00")
    assert str(content.total) == "1095000.00"
    assert content.addenda == (1, 2)
    assert content.lines[0].tax_percent == Decimal(18)
    assert content.discounts[0] == Discount(Decimal(6), ("1", "2", "3"))
    assert content.discounts[1].if_awarded_at_least == 2
    assert content.security is not None
    assert content.security.expires_on.isoformat() == "2026-09-30"
    assert content.answers[1].value is True


@given(total=DECIMALS, unit=DECIMALS, amount=DECIMALS)
def test_figures_are_kept_exactly(total: str, unit: str, amount: str) -> None:
    lines = [{"item": "1", "quantity": "1", "unit_price": unit, "amount": amount}]
    content = parse_bid_content(encoded(total=total, lines=lines))
    assert content.total is not None
    assert format(content.total, "f") == total
    assert format(content.lines[0].unit_price, "f") == unit
    assert format(content.lines[0].amount, "f") == amount


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"kind": "other"},
        {"kind": None},
        {"lot": "a b"},
        {"lot": 1},
        {"total": ...},
        {"total": "1,000"},
        {"total": "01"},
        {"total": "-1"},
        {"total": "1e5"},
        {"total": "١٢"},
        {"total": "1.0000000"},
        {"total": "1" * 16},
        {"total": 5},
        {"currency": "pkr"},
        {"lines": {}},
        {"lines": "x"},
        {"lines": [{"item": "1"}]},
        {"lines": [5]},
        {"addenda": [0]},
        {"addenda": [True]},
        {"validity_days": -1},
        {"validity_days": "90"},
        {"discounts": [{"percent": "101", "if_awarded_at_least": 2}]},
        {"discounts": [{"percent": "5"}]},
        {"discounts": [{"percent": "5", "if_awarded_at_least": 2, "if_awarded_lots": ["1"]}]},
        {"security": {"instrument": "x"}},
        {"partners": [{"name": "", "tax_number": "", "share_percent": "1"}]},
        {"declarations": [{"id": "x", "text_sha256": "AB" * 32, "accepted": True}]},
        {"declarations": [{"id": "x", "text_sha256": "ab" * 32, "accepted": 1}]},
        {"answers": [{"criterion": "c", "value": 5}]},
        {"answers": [{"criterion": "c", "value": None}]},
        {"answers": [{"criterion": "c", "value": "x" * 4001}]},
        {"surprise": "field"},
    ],
)
def test_what_is_not_to_the_letter_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_bid_content(encoded(**changes))
    assert refusal.value.code == "bad-bid-content"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        json.dumps(document()).encode(),
        encoded().replace(b'"v":1', b'"v":1,"v":1'),
        encoded().replace(b'"v":1', b'"v":1.0'),
        encoded() + b"\n",
        b"\xef\xbb\xbf" + encoded(),
        b"[" * 100_000,
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        parse_bid_content(data)


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    assert read_content(data, EXPECTED) == (None, Finding.NO_READABLE_PRICE)


def test_a_missing_bid_json_is_a_finding() -> None:
    assert read_content(None, EXPECTED) == (None, Finding.NO_READABLE_PRICE)


def test_more_than_four_mebibytes_are_a_finding() -> None:
    assert read_content(b" " * (4 * 1024 * 1024 + 1), EXPECTED)[1] is Finding.NO_READABLE_PRICE


@pytest.mark.parametrize(
    "changes",
    [
        {"lot": "2"},
        {"currency": "USD"},
        {"lines": [{"item": "9", "quantity": "1", "unit_price": "1", "amount": "1"}]},
        {"lines": [{"item": "1", "quantity": "1", "unit_price": "1", "amount": "1"}] * 2},
    ],
)
def test_ids_that_are_not_the_tenders_own_are_a_finding(changes: dict[str, object]) -> None:
    assert read_content(encoded(**changes), EXPECTED)[1] is Finding.NO_READABLE_PRICE


def test_an_omitted_line_is_an_omission_and_no_finding() -> None:
    content, finding = read_content(encoded(), EXPECTED)
    assert finding is None
    assert content is not None
    assert [line.item for line in content.lines] == ["1"]


def test_a_price_in_a_technical_envelope_is_marked_and_kept_apart() -> None:
    expected = Expected(kind="technical", lot="1", items=frozenset({"1"}), currency="PKR")
    data = encoded(kind="technical")
    content, finding = read_content(data, expected)
    assert finding is Finding.PRICE_IN_TECHNICAL
    assert content is not None
    assert (content.total, content.lines, content.discounts) == (None, (), ())
    assert parse_stored(data, priced=True) == content


def test_a_technical_bid_needs_no_price() -> None:
    expected = Expected(kind="technical", lot="1", items=frozenset(), currency="PKR")
    absent = {"currency": ..., "lines": ..., "discounts": ..., "total": ...}
    content, finding = read_content(encoded(kind="technical", **absent), expected)
    assert (content is not None, finding) == (True, None)
