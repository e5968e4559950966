"""A bid written on a sheet is the bid that the page writes, byte for byte."""

from typing import cast

from bids.domain.offline_bid import Given, bid_document
from foundation.values.canonical import Document
from tests.front_end.node_runtime import ask_node

PRICES = {"I-1": ("۲٬۴۵۰.۵۰", "18"), "I-2": ("0.01", ""), "I-3": ("5", "")}


def file(name: str, purpose: str) -> dict[str, object]:
    return {"id": name, "name": name, "type": "application/pdf", "size": 1, "purpose": purpose}


def test_the_page_and_the_sheet_write_the_same_bid() -> None:
    draft = {
        "requirements": {"R-1": {"meets": "no"}, "R-2": {"meets": "yes"}},
        "criteria": {"C-1": {"text": " Six weeks. "}},
        "lines": {
            item: {"unit_price": price, "tax_percent": tax} for item, (price, tax) in PRICES.items()
        },
        "validity_days": "۱۲۰",
        "security": {
            "instrument": "pay-order",
            "amount": "7,000",
            "issuer": "A bank",
            "number": "7",
            "expires_on": "2027-09-30",
        },
        "files": [file("tax.pdf", "requirement:R-2"), file("order.pdf", "security")],
    }
    answer = cast(dict[str, object], ask_node("answer_bids.mjs", []))
    pack = cast(dict[str, Document], answer["pack"])
    (pact,) = cast(list[dict[str, str]], pack["declarations"])
    draft["declarations"] = {pact["id"]: pact["text_sha256"]}
    kinds = ("single", "technical", "financial")
    answer = cast(
        dict[str, object], ask_node("answer_bids.mjs", [{"kind": kind} | draft for kind in kinds])
    )
    given = {
        "requirement:R-1": Given("no"),
        "requirement:R-2": Given("yes", ("tax.pdf",)),
        "criterion:C-1": Given(" Six weeks. "),
        f"declaration:{pact['id']}": Given("yes"),
        "validity:days": Given("۱۲۰"),
        "security:instrument": Given("pay-order"),
        "security:amount": Given("7,000"),
        "security:issuer": Given("A bank"),
        "security:number": Given("7"),
        "security:expires": Given("2027-09-30"),
        "security:file": Given("", ("order.pdf",)),
    } | {f"price:{item}": Given(price, tax=tax) for item, (price, tax) in PRICES.items()}
    ours = [bid_document(pack, "1", kind, given).decode() for kind in kinds]
    assert ours == answer["texts"]
