"""A bid written without a bid page: what a tender pack asks, and bid.json from the answers.

Source: docs/formats/tender-pack.md, docs/formats/bid.json; the bid page works out the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, cast

from bids.domain.bid_content import Expected, Kind, check_belongs, parse_bid_content
from foundation.values.canonical import Document, canonical
from foundation.values.money import amount_text, decimal_places, parse_amount, parse_percent
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from foundation.values.typed_dates import parse_local_time

if TYPE_CHECKING:
    from datetime import date

YES = frozenset({"yes", "y", "true", "✓", "ہاں", "جی ہاں"})
NO = frozenset({"no", "n", "false", "نہیں"})
INSTRUMENTS = ("call-deposit", "bank-guarantee", "pay-order", "bid-securing-declaration")
_SECURITY = {
    "instrument": Text(
        en="Bid security: " + ", ".join(INSTRUMENTS), ur="بولی کی ضمانت کی قسم (انگریزی میں لکھیں)"
    ),
    "amount": Text(en="Bid security: amount", ur="بولی کی ضمانت: رقم"),
    "issuer": Text(en="Bid security: issued by (bank)", ur="بولی کی ضمانت: جاری کنندہ (بینک)"),
    "number": Text(en="Bid security: number", ur="بولی کی ضمانت: نمبر"),
    "expires": Text(
        en="Bid security: valid until (2026-09-30)", ur="بولی کی ضمانت: کب تک (2026-09-30)"
    ),
    "file": Text(
        en="Bid security: its scan, in the column of files",
        ur="بولی کی ضمانت: اسکین، فائلوں کے خانے میں",
    ),
}
_VALIDITY = Text(en="For how many days the bid holds", ur="بولی کتنے دن کے لیے ہے")


@dataclass(frozen=True)
class Question:
    """One row to answer; ``key`` is ``price:ITEM``, ``requirement:ID`` and so on."""

    key: str
    text: Text
    quantity: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Given:
    """What the vendor wrote in a row: the answer, names of files, a tax percentage."""

    answer: str = ""
    files: tuple[str, ...] = ()
    tax: str = ""


def questions(pack: Mapping[str, Document], lot: str, kind: str) -> tuple[Question, ...]:
    """Return what an envelope of this lot and kind must answer, in the order of the bid page."""
    asked: list[Question] = []
    if kind != Kind.FINANCIAL:
        asked += [_question("requirement", row, "text") for row in _rows(pack, "requirements")]
        asked += [_question("criterion", row, "title") for row in _rows(pack, "criteria")]
        asked += [_question("declaration", row, "text") for row in _rows(pack, "declarations")]
    if kind != Kind.TECHNICAL:
        asked += [
            replace(
                _question("price", row, "description"),
                quantity=str(row["quantity"]),
                unit=str(row["unit"]),
            )
            for row in _items(pack, lot)
        ]
    asked.append(Question("validity:days", _VALIDITY))
    if kind != Kind.FINANCIAL and pack.get("security"):
        asked += [Question(f"security:{name}", text) for name, text in _SECURITY.items()]
    return tuple(asked)


def bid_document(
    pack: Mapping[str, Document], lot: str, kind: str, given: Mapping[str, Given]
) -> bytes:
    """Return the canonical bytes of bid.json.

    Args:
        pack: the tender pack.
        lot: of the envelope.
        kind: of the envelope.
        given: by the keys of ``questions``.

    Raises:
        Refusal: ``sheet-incomplete`` or ``sheet-wrong`` with ``at``, the key of the row.
    """
    answers = _Answers(given)
    version = cast(int, pack["version"])
    document: dict[str, Document] = {
        "v": 1,
        "kind": kind,
        "lot": lot,
        "addenda": list(range(1, version)),
        "validity_days": answers.days(cast(int, _tender(pack)["validity_days"])),
        "answers": [],
        "declarations": [],
    }
    if kind != Kind.FINANCIAL:
        document |= _proposal(pack, answers)
    if kind != Kind.TECHNICAL:
        document |= _prices(pack, lot, answers)
    _check_security(pack, document)
    data = canonical(document)
    try:
        items = frozenset(str(row["id"]) for row in _items(pack, lot))
        expected = Expected(kind, lot, items, str(_tender(pack)["currency"]))
        check_belongs(parse_bid_content(data), expected)
    except Refusal as refusal:
        raise Refusal("sheet-wrong", at=str(refusal.params.get("at", ""))) from refusal
    return data


class _Answers:
    """The rows that were filled in, read as what each must be."""

    def __init__(self, given: Mapping[str, Given]) -> None:
        self._given = given

    def row(self, key: str) -> Given:
        return self._given.get(key, Given())

    def text(self, key: str) -> str:
        answer = self.row(key).answer.strip()
        if not answer:
            raise Refusal("sheet-incomplete", at=key)
        return answer

    def agreed(self, key: str) -> bool:
        word = self.text(key).casefold()
        if word in YES:
            return True
        if word in NO:
            return False
        raise Refusal("sheet-wrong", at=key)

    def amount(self, key: str) -> Decimal:
        try:
            return parse_amount(self.text(key))
        except Refusal as refusal:
            if refusal.code == "sheet-incomplete":
                raise
            raise Refusal("sheet-wrong", at=key) from refusal

    def tax(self, key: str) -> str | None:
        typed = self.row(key).tax.strip()
        if not typed:
            return None
        try:
            percent = parse_percent(typed)
        except Refusal as refusal:
            raise Refusal("sheet-wrong", at=key) from refusal
        if percent > 100:
            raise Refusal("sheet-wrong", at=key)
        return amount_text(percent)

    def days(self, least: int) -> int:
        key = "validity:days"
        days = self.amount(key)
        if days != int(days) or days < least:
            raise Refusal("sheet-wrong", at=key)
        return int(days)

    def day(self, key: str) -> date:
        try:
            return parse_local_time(f"{self.text(key)[:10]} 00:00").date()
        except Refusal as refusal:
            if refusal.code == "sheet-incomplete":
                raise
            raise Refusal("sheet-wrong", at=key) from refusal


def _proposal(pack: Mapping[str, Document], answers: _Answers) -> dict[str, Document]:
    found: list[Document] = []
    for row in _rows(pack, "requirements"):
        key = f"requirement:{row['id']}"
        meets, files = answers.agreed(key), answers.row(key).files
        if meets and row["needs_file"] and not files:
            raise Refusal("sheet-incomplete", at=key)
        found.append(_answer(str(row["id"]), meets, files))
    for row in _rows(pack, "criteria"):
        key = f"criterion:{row['id']}"
        files = answers.row(key).files
        value = answers.row(key).answer.strip() if files else answers.text(key)
        found.append(_answer(str(row["id"]), value, files))
    document: dict[str, Document] = {
        "answers": found,
        "declarations": [_declaration(row, answers) for row in _rows(pack, "declarations")],
    }
    if pack.get("security"):
        document["security"] = _security(pack, answers)
    return document


def _answer(criterion: str, value: str | bool, files: Sequence[str]) -> Document:
    row: dict[str, Document] = {"criterion": criterion, "value": value}
    return row | {"files": list(files)} if files else row


def _declaration(row: Mapping[str, Document], answers: _Answers) -> Document:
    key = f"declaration:{row['id']}"
    if not answers.agreed(key):
        raise Refusal("sheet-wrong", at=key)
    return {"id": row["id"], "text_sha256": row["text_sha256"], "accepted": True}


def _security(pack: Mapping[str, Document], answers: _Answers) -> Document:
    instrument = answers.text("security:instrument").casefold()
    if instrument not in INSTRUMENTS:
        raise Refusal("sheet-wrong", at="security:instrument")
    files = answers.row("security:file").files
    if len(files) != 1:
        raise Refusal("sheet-incomplete", at="security:file")
    return {
        "instrument": instrument,
        "amount": amount_text(answers.amount("security:amount")),
        "currency": _tender(pack)["currency"],
        "issuer": answers.text("security:issuer"),
        "number": answers.row("security:number").answer.strip(),
        "expires_on": answers.day("security:expires").isoformat(),
        "file": files[0],
    }


def _check_security(pack: Mapping[str, Document], document: Mapping[str, Document]) -> None:
    """Refuse a security below what is asked: a fixed amount, or a percentage of the total."""
    given = cast("Mapping[str, str] | None", document.get("security"))
    if given is None:
        return
    asked = cast(Mapping[str, str], pack["security"])
    least = Decimal(asked.get("amount", "0"))
    if "percent" in asked and "total" in document:
        step = Decimal(1).scaleb(-decimal_places(given["currency"]))
        share = Decimal(str(document["total"])) * Decimal(asked["percent"]) / 100
        least = share.quantize(step, ROUND_HALF_UP)
    if Decimal(given["amount"]) < least:
        raise Refusal("sheet-wrong", at="security:amount")


def _prices(pack: Mapping[str, Document], lot: str, answers: _Answers) -> dict[str, Document]:
    """Price every item; amounts are rounded half up to the currency's places, as on the page."""
    currency = str(_tender(pack)["currency"])
    places = decimal_places(currency)
    total = Decimal(0)
    lines: list[Document] = []
    with localcontext() as exact:
        exact.prec = 60
        step = Decimal(1).scaleb(-places)
        for row in _items(pack, lot):
            key = f"price:{row['id']}"
            price, tax = answers.amount(key), answers.tax(key)
            amount = (Decimal(str(row["quantity"])) * price).quantize(step, ROUND_HALF_UP)
            total += amount
            line: dict[str, Document] = {
                "item": row["id"],
                "quantity": row["quantity"],
                "unit_price": amount_text(price),
                "amount": format(amount, "f"),
            }
            lines.append(line | {"tax_percent": tax} if tax is not None else line)
        if lines and not total:
            raise Refusal("sheet-wrong", at=f"price:{_items(pack, lot)[0]['id']}")
        return {"currency": currency, "lines": lines, "total": format(total.quantize(step), "f")}


def _question(section: str, row: Mapping[str, Document], field: str) -> Question:
    return Question(f"{section}:{row['id']}", _text(row[field]))


def _text(value: Document) -> Text:
    texts = cast(Mapping[str, str], value)
    return Text(en=texts.get("en", ""), ur=texts.get("ur", ""))


def _tender(pack: Mapping[str, Document]) -> Mapping[str, Document]:
    return cast(Mapping[str, Document], pack["tender"])


def _rows(pack: Mapping[str, Document], name: str) -> Sequence[Mapping[str, Document]]:
    return cast(Sequence[Mapping[str, Document]], pack.get(name) or [])


def _items(pack: Mapping[str, Document], lot: str) -> list[Mapping[str, Document]]:
    return [row for row in _rows(pack, "items") if row["lot"] == lot]
