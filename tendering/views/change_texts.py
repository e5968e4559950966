"""The words for changes to a published tender: reasons, parts, values before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from foundation.values.instants import instant_from_text
from foundation.values.money import Money, grouped
from foundation.values.refusal import N_
from foundation.values.text import Text
from tendering.domain.award import PriceFormula, TechnicalScale
from tendering.domain.changing import REASONS
from tendering.domain.difference import Difference, Part, Shape
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import Category, ChangeKind, Reach, Tender
from tendering.views import texts

REASON_TEXTS: Mapping[ChangeKind, Mapping[str, str]] = {
    ChangeKind.ADDENDUM: {
        "error": N_("A mistake in the tender is corrected"),
        "question": N_("Something unclear is made clear"),
        "need": N_("The need has changed"),
        "more-time": N_("Bidders need more time"),
        "ordered": N_("A court or an authority has ordered it"),
        "other": N_("Another reason"),
    },
    ChangeKind.CANCELLATION: {
        "need-ended": N_("It is no longer needed"),
        "no-funds": N_("There is no money for it"),
        "flawed": N_("The tender has faults that cannot be corrected"),
        "ordered": N_("A court or an authority has ordered it"),
        "other": N_("Another reason"),
    },
}
PARTS: Mapping[Part, str] = {
    Part.TITLE: N_("Title"),
    Part.SUMMARY: N_("What is bought"),
    Part.CATEGORY: N_("Category"),
    Part.METHOD: N_("Method"),
    Part.REACH: N_("Who may bid"),
    Part.ESTIMATE: N_("Estimated value"),
    Part.VALIDITY: N_("Bids stay valid for (days)"),
    Part.SECURITY: N_("Bid security"),
    Part.DEADLINE: N_("Bids close"),
    Part.OPENING: N_("Public opening begins"),
    Part.LOT: N_("Lot %(n)s"),
    Part.ITEM: N_("Item %(n)s"),
    Part.REQUIREMENT: N_("Requirement %(n)s"),
    Part.CRITERION: N_("Criterion %(n)s"),
    Part.TECHNICAL_WEIGHT: N_("Quality counts (percent)"),
    Part.PRICE_FORMULA: N_("How a price becomes points"),
    Part.TECHNICAL_SCALE: N_("How quality points count"),
    Part.PASS_MARK: N_("Pass mark"),
    Part.DOCUMENT: N_("Document"),
    Part.COMMITTEE: N_("Opening committee"),
}
ASPECTS: Mapping[str, str] = {
    "description": N_("Description"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit"),
    "lot": N_("Lot"),
    "text": N_("Text"),
    "file": N_("A file must be sent"),
    "title": N_("Title"),
    "weight": N_("Weight"),
}


@dataclass(frozen=True)
class ShownDifference:
    """One row of a difference; a value that is not there is an empty text."""

    name: str
    before: Text
    after: Text


def reason_choices(kind: ChangeKind) -> list[tuple[str, str]]:
    """Return the reasons that a change of this kind may have."""
    return [(code, reason_words(kind, code)) for code in REASONS[kind]]


def reason_words(kind: ChangeKind, code: str) -> str:
    """Return a coded reason in words."""
    return texts.translated(REASON_TEXTS[kind][code])


def shown_differences(
    found: Iterable[Difference], tender: Tender, book: RuleBook
) -> tuple[ShownDifference, ...]:
    """Return the rows of a difference in the page's language; texts come in both."""
    return tuple(
        ShownDifference(
            _name(each), _value(each, each.before, tender, book),
            _value(each, each.after, tender, book),
        )
        for each in found
    )  # fmt: skip


def _name(row: Difference) -> str:
    name: str = gettext(PARTS[row.part], n=row.place) if row.place else gettext(PARTS[row.part])
    return f"{name}: {texts.translated(ASPECTS[row.aspect])}" if row.aspect else name


def _value(row: Difference, value: Text | None, tender: Tender, book: RuleBook) -> Text:
    if value is None:
        return Text()
    if row.shape is Shape.TEXT:
        return value
    plain = value.en
    match row.shape:
        case Shape.INSTANT:
            plain = texts.instant_words(instant_from_text(plain), tender.schedule.zone)
        case Shape.AMOUNT:
            plain = _amount(plain)
        case Shape.FLAG:
            plain = gettext("Yes") if plain == "yes" else gettext("No")
        case Shape.CODE:
            plain = _coded(row.part, plain, book)
        case _:
            pass
    return Text(plain, plain)


def _amount(plain: str) -> str:
    currency, _, amount = plain.partition(" ")
    if amount == "%":
        return plain
    money = Money(Decimal(amount), currency)
    return f"\u2066{currency} {grouped(money.amount, lakh=currency == 'PKR')}\u2069"


def _coded(part: Part, code: str, book: RuleBook) -> str:
    if part is Part.CATEGORY:
        return texts.translated(texts.CATEGORIES[Category(code)])
    if part is Part.REACH:
        return texts.translated(texts.REACHES[Reach(code)])
    if part is Part.PRICE_FORMULA:
        return texts.translated(texts.PRICE_FORMULAS[PriceFormula(code)])
    if part is Part.TECHNICAL_SCALE:
        return texts.translated(texts.TECHNICAL_SCALES[TechnicalScale(code)])
    method = book.method(code) if part is Part.METHOD else None
    return code if method is None else method.title.in_language(texts.language())
