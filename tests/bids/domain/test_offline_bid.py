"""The sheet of a bid without a bid page: what it asks, what it takes, what it refuses."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain.bid_content import parse_bid_content
from bids.domain.offline_bid import Given, bid_document, questions
from foundation.values.refusal import Refusal

TEXT = {"en": "We offered no favour.", "ur": ""}
PACK = {
    "tender": {"currency": "PKR", "validity_days": 30},
    "version": 3,
    "items": [
        {
            "id": "1",
            "lot": "1",
            "description": {"en": "Lamp", "ur": "بتی"},
            "quantity": "2.5",
            "unit": "box",
        },
        {
            "id": "2",
            "lot": "2",
            "description": {"en": "Pole", "ur": ""},
            "quantity": "4",
            "unit": "each",
        },
    ],
    "requirements": [{"id": "r1", "text": {"en": "Registered", "ur": ""}, "needs_file": True}],
    "criteria": [{"id": "c1", "title": {"en": "Experience", "ur": ""}, "weight": "100"}],
    "declarations": [{"id": "pact", "text": TEXT, "text_sha256": "a" * 64}],
    "security": {"percent": "2"},
}
GOOD = {
    "requirement:r1": Given("yes", ("tax.pdf",)),
    "criterion:c1": Given("Ten years"),
    "declaration:pact": Given("جی ہاں"),
    "price:1": Given("1,000.10", tax="18%"),
    "validity:days": Given("۳۰"),
    "security:instrument": Given("pay-order"),
    "security:amount": Given("50.01"),
    "security:issuer": Given("A bank"),
    "security:expires": Given("31/12/2026"),
    "security:file": Given("", ("order.pdf",)),
}


def test_the_answers_become_a_bid() -> None:
    bid = parse_bid_content(bid_document(PACK, "1", "single", GOOD))
    assert bid.addenda == (1, 2)
    assert bid.total == Decimal("2500.25")
    assert bid.lines[0].amount == Decimal("2500.25")
    assert bid.security is not None
    assert bid.security.expires_on.isoformat() == "2026-12-31"
    assert bid.answers[0].files == ("tax.pdf",)


def test_each_envelope_asks_for_its_own_part_only() -> None:
    keys = {
        kind: {row.key for row in questions(PACK, "1", kind)}
        for kind in ("single", "technical", "financial")
    }
    assert keys["single"] == keys["technical"] | keys["financial"]
    assert keys["technical"] & keys["financial"] == {"validity:days"}
    assert "price:1" in keys["financial"]
    assert "price:2" not in keys["single"]
    technical = parse_bid_content(bid_document(PACK, "1", "technical", GOOD))
    assert (technical.total, technical.lines) == (None, ())
    assert len(technical.declarations) == 1
    financial = parse_bid_content(bid_document(PACK, "1", "financial", GOOD))
    assert (financial.answers, financial.declarations) == ((), ())


@pytest.mark.parametrize(
    ("key", "row", "code"),
    [
        ("price:1", Given(), "sheet-incomplete"),
        ("price:1", Given("about a thousand"), "sheet-wrong"),
        ("price:1", Given("-5"), "sheet-wrong"),
        ("price:1", Given("0"), "sheet-wrong"),
        ("price:1", Given("5", tax="101"), "sheet-wrong"),
        ("requirement:r1", Given("yes"), "sheet-incomplete"),
        ("requirement:r1", Given("perhaps", ("tax.pdf",)), "sheet-wrong"),
        ("criterion:c1", Given(), "sheet-incomplete"),
        ("declaration:pact", Given("no"), "sheet-wrong"),
        ("validity:days", Given("29"), "sheet-wrong"),
        ("validity:days", Given("30.5"), "sheet-wrong"),
        ("security:instrument", Given("gold"), "sheet-wrong"),
        ("security:amount", Given("50.00"), "sheet-wrong"),
        ("security:expires", Given("soon"), "sheet-wrong"),
        ("security:file", Given(), "sheet-incomplete"),
    ],
    ids=lambda value: value.answer or "none" if isinstance(value, Given) else value,
)
def test_a_row_that_cannot_be_used_is_named(key: str, row: Given, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        bid_document(PACK, "1", "single", GOOD | {key: row})
    assert (refusal.value.code, refusal.value.params["at"]) == (code, key)


def test_a_requirement_that_is_not_met_needs_no_file() -> None:
    bid = parse_bid_content(
        bid_document(PACK, "1", "single", GOOD | {"requirement:r1": Given("no")})
    )
    assert bid.answers[0].value is False


@given(st.decimals(Decimal("0.01"), 10**9, places=4), st.decimals(Decimal("0.01"), 999, places=3))
def test_the_total_is_the_sum_of_amounts_rounded_half_up(price: Decimal, quantity: Decimal) -> None:
    items = [dict(PACK["items"][0], quantity=format(quantity, "f")) for _ in range(2)]
    items[1]["id"] = "9"
    pack = PACK | {"items": items, "security": None}
    rows = GOOD | {"price:1": Given(format(price, "f")), "price:9": Given("1")}
    bid = parse_bid_content(bid_document(pack, "1", "single", rows))
    for line in bid.lines:
        assert abs(line.amount - line.quantity * line.unit_price) <= Decimal("0.005")
    assert bid.total == sum(line.amount for line in bid.lines)


def test_files_of_a_criterion_stand_for_words() -> None:
    rows = GOOD | {"criterion:c1": replace(GOOD["criterion:c1"], answer="", files=("cv.pdf",))}
    bid = parse_bid_content(bid_document(PACK, "1", "single", rows))
    assert (bid.answers[1].value, bid.answers[1].files) == ("", ("cv.pdf",))
