"""What differs between two versions of a tender, field by field, so that anybody can read it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from foundation.values.canonical import Document as JsonValue
from foundation.values.instants import instant_text
from foundation.values.text import Text
from tendering.domain.pack import plain, quality_document
from tendering.domain.tender import Criterion, Document, Item, Lot, Requirement, Tender

if TYPE_CHECKING:
    from foundation.values.money import Money
    from tendering.domain.tender import BidSecurity

Row = TypeVar("Row")


class Part(StrEnum):
    """A part of the notice that may differ."""

    TITLE = "title"
    SUMMARY = "summary"
    CATEGORY = "category"
    METHOD = "method"
    REACH = "reach"
    ESTIMATE = "estimate"
    VALIDITY = "validity"
    SECURITY = "security"
    DEADLINE = "deadline"
    OPENING = "opening"
    LOT = "lot"
    ITEM = "item"
    REQUIREMENT = "requirement"
    CRITERION = "criterion"
    TECHNICAL_WEIGHT = "technical-weight"
    PRICE_FORMULA = "price-formula"
    TECHNICAL_SCALE = "technical-scale"
    PASS_MARK = "pass-mark"  # noqa: S105 - no password
    DOCUMENT = "document"
    COMMITTEE = "committee"


class Shape(StrEnum):
    """How the two values are to be read; all but ``TEXT`` stand in ``Text.en`` alone."""

    TEXT = "text"
    INSTANT = "instant"
    AMOUNT = "amount"  # "PKR 2500000"
    NUMBER = "number"
    CODE = "code"
    FLAG = "flag"  # "yes" or "no"


@dataclass(frozen=True)
class Difference:
    """One field that differs; None stands for something that is not there.

    ``place`` is the number of a lot, item, requirement or criterion, counted from 1 in the newer
    version (in the older one for what was taken out); ``aspect`` the field within it.
    """

    part: Part
    place: str
    aspect: str
    shape: Shape
    before: Text | None
    after: Text | None

    def as_document(self) -> dict[str, JsonValue]:
        """Return the difference as JSON."""
        return {
            "part": self.part.value,
            "place": self.place,
            "aspect": self.aspect,
            "shape": self.shape.value,
            "before": None if self.before is None else self.before.as_document(),
            "after": None if self.after is None else self.after.as_document(),
        }


def differences(old: Tender, new: Tender) -> tuple[Difference, ...]:
    """Return every field in which ``new`` differs from ``old``, in the order of the notice."""
    return tuple([*_facts(old, new), *_lists(old, new)])


def only_dates(found: Iterable[Difference]) -> bool:
    """Tell whether nothing differs but deadline and opening."""
    return all(each.part in {Part.DEADLINE, Part.OPENING} for each in found)


def _facts(old: Tender, new: Tender) -> Iterator[Difference]:
    rows: tuple[tuple[Part, Shape, Text | None, Text | None], ...] = (
        (Part.TITLE, Shape.TEXT, old.title, new.title),
        (Part.SUMMARY, Shape.TEXT, old.summary, new.summary),
        (Part.CATEGORY, Shape.CODE, Text(old.category.value), Text(new.category.value)),
        (Part.METHOD, Shape.CODE, Text(old.method), Text(new.method)),
        (Part.REACH, Shape.CODE, Text(old.reach.value), Text(new.reach.value)),
        (Part.ESTIMATE, Shape.AMOUNT, _money(old.estimate), _money(new.estimate)),
        (Part.VALIDITY, Shape.NUMBER, Text(str(old.validity_days)), Text(str(new.validity_days))),
        (Part.SECURITY, Shape.AMOUNT, _security(old.security), _security(new.security)),
        (
            Part.DEADLINE,
            Shape.INSTANT,
            Text(instant_text(old.schedule.deadline_at)),
            Text(instant_text(new.schedule.deadline_at)),
        ),
        (
            Part.OPENING,
            Shape.INSTANT,
            Text(instant_text(old.schedule.opening_at)),
            Text(instant_text(new.schedule.opening_at)),
        ),
        *_quality(old, new),
        (Part.PASS_MARK, Shape.NUMBER, _mark(old), _mark(new)),
        (Part.COMMITTEE, Shape.TEXT, _committee(old), _committee(new)),
    )
    for part, shape, before, after in rows:
        if before != after:
            yield Difference(part, "", "", shape, before, after)


def _quality(old: Tender, new: Tender) -> Iterator[tuple[Part, Shape, Text | None, Text | None]]:
    """What quality and price weigh against each other, where both decide."""
    for part, shape in (
        (Part.TECHNICAL_WEIGHT, Shape.NUMBER),
        (Part.PRICE_FORMULA, Shape.CODE),
        (Part.TECHNICAL_SCALE, Shape.CODE),
    ):
        values = []
        for tender in (old, new):
            found = quality_document(tender)
            values.append(None if found is None else Text(str(found[part.replace("-", "_")])))
        yield part, shape, values[0], values[1]


def _committee(tender: Tender) -> Text | None:
    """Return threshold, names and keys; the bidder's program compares the keys themselves."""
    committee = tender.sealing_committee
    if committee is None:
        return None

    def written(names: Iterable[str]) -> str:
        keys = (seat.fingerprint for seat in committee.seats)
        listed = "; ".join(f"{name} ({key})" for name, key in zip(names, keys, strict=True))
        return f"{committee.threshold}/{len(committee.seats)}: {listed}"

    return Text(
        written(seat.name.in_language("en") for seat in committee.seats),
        written(seat.name.in_language("ur") for seat in committee.seats),
    )


def _lists(old: Tender, new: Tender) -> Iterator[Difference]:
    yield from _by_id(old.lots, new.lots)
    yield from _rows(Part.ITEM, old.items, new.items, _item_fields, _item_name)
    yield from _rows(
        Part.REQUIREMENT,
        old.requirements,
        new.requirements,
        _requirement_fields,
        lambda row: row.text,
    )
    yield from _rows(
        Part.CRITERION, old.criteria, new.criteria, _criterion_fields, lambda row: row.title
    )
    yield from _documents(old.documents, new.documents)


Field = tuple[str, Shape, Text]


def _item_fields(item: Item) -> tuple[Field, ...]:
    return (
        ("description", Shape.TEXT, item.description),
        ("quantity", Shape.NUMBER, Text(plain(item.quantity))),
        ("unit", Shape.CODE, Text(item.unit)),
        ("lot", Shape.CODE, Text(item.lot_id)),
    )


def _item_name(item: Item) -> Text:
    def said(text: str) -> str:
        return f"{text} – {plain(item.quantity)} {item.unit}" if text else ""

    return Text(said(item.description.en), said(item.description.ur))


def _requirement_fields(row: Requirement) -> tuple[Field, ...]:
    return (
        ("text", Shape.TEXT, row.text),
        ("file", Shape.FLAG, Text("yes" if row.needs_file else "no")),
    )


def _criterion_fields(row: Criterion) -> tuple[Field, ...]:
    return (
        ("title", Shape.TEXT, row.title),
        ("description", Shape.TEXT, row.description),
        ("weight", Shape.NUMBER, Text(plain(row.weight))),
    )


def _rows(
    part: Part,
    old: Sequence[Row],
    new: Sequence[Row],
    fields: Callable[[Row], tuple[Field, ...]],
    name: Callable[[Row], Text],
) -> Iterator[Difference]:
    """Pair rows that stand for each other, so that one taken out shifts no other."""
    matcher = SequenceMatcher(
        a=[fields(row) for row in old], b=[fields(row) for row in new], autojunk=False
    )
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        paired = min(i_end - i, j_end - j)
        for at in range(paired):
            yield from _fields(part, str(j + at + 1), fields(old[i + at]), fields(new[j + at]))
        for at in range(i + paired, i_end):
            yield Difference(part, str(at + 1), "", Shape.TEXT, name(old[at]), None)
        for at in range(j + paired, j_end):
            yield Difference(part, str(at + 1), "", Shape.TEXT, None, name(new[at]))


def _fields(
    part: Part, place: str, old: tuple[Field, ...], new: tuple[Field, ...]
) -> Iterator[Difference]:
    for (aspect, shape, before), (_aspect, _shape, after) in zip(old, new, strict=True):
        if before != after:
            yield Difference(part, place, aspect, shape, before, after)


def _by_id(old: Sequence[Lot], new: Sequence[Lot]) -> Iterator[Difference]:
    before, after = ({lot.id: lot.title for lot in lots} for lots in (old, new))
    for lot_id in dict.fromkeys([*before, *after]):
        was, is_now = before.get(lot_id), after.get(lot_id)
        if was != is_now:
            yield Difference(Part.LOT, lot_id, "title", Shape.TEXT, was, is_now)


def _documents(old: Sequence[Document], new: Sequence[Document]) -> Iterator[Difference]:
    before, after = ({(row.name, row.sha256) for row in rows} for rows in (old, new))
    for row in old:
        if (row.name, row.sha256) not in after:
            yield Difference(Part.DOCUMENT, "", "", Shape.CODE, _document(row), None)
    for row in new:
        if (row.name, row.sha256) not in before:
            yield Difference(Part.DOCUMENT, "", "", Shape.CODE, None, _document(row))


def _document(row: Document) -> Text:
    return Text(f"{row.name} (SHA-256 {row.sha256[:16]})")


def _money(money: "Money | None") -> Text | None:
    return None if money is None else Text(f"{money.currency} {plain(money.amount)}")


def _security(security: "BidSecurity | None") -> Text | None:
    if security is None:
        return None
    if security.fixed is not None:
        return _money(security.fixed)
    return None if security.percent is None else Text(f"{plain(security.percent)} %")


def _mark(tender: Tender) -> Text | None:
    return None if tender.pass_mark is None else Text(plain(tender.pass_mark))
