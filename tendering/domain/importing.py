"""An OCDS release or record as the facts of a draft, with a warning for what was left out."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser

from foundation.values.money import Money
from foundation.values.nesting import check_nesting
from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name, clean_text
from tendering.domain.item_lines import LONGEST_DESCRIPTION, bilingual, decode
from tendering.domain.lots import LARGEST_QUANTITY, LONGEST_UNIT, MOST_ITEMS, MOST_LOTS
from tendering.domain.tender import Category, Item, Lot, Tender

LARGEST_FILE = 10 * 1024 * 1024
LONGEST_TITLE = 300
LONGEST_SUMMARY = 10_000
_MOST_AMOUNT = Decimal(10) ** 15
_UNIT_WHEN_MISSING = "unit"


@dataclass(frozen=True)
class ImportWarning:
    """Something of the file that the draft does not carry; ``code`` has its text in refusals."""

    code: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportedTender:
    """What a draft takes from an OCDS file; lots and items are numbered anew."""

    ocid: str
    title: Text
    summary: Text
    category: Category
    estimate: Money | None
    lots: tuple[Lot, ...]
    items: tuple[Item, ...]
    warnings: tuple[ImportWarning, ...]


def import_ocds(data: bytes, currency: str) -> ImportedTender:
    """Return the draft facts in the bytes of an OCDS 1.0 or 1.1 file.

    Accepts a release, a release package, a record and a record package. ``currency`` is that
    of the rule book: an estimate in another one is not taken.

    Raises:
        Refusal: ``file-empty``, ``file-too-large``, ``bad-encoding``, ``bad-json``,
            ``not-ocds``, ``linked-releases``, ``no-tender-section``, ``nothing-to-take``.

    Source:
        Open Contracting Data Standard 1.1.5, release and record reference.
    """
    release, warnings = _release_of(_parse(data))
    tender = release["tender"]
    if not isinstance(tender, Mapping):
        raise Refusal("no-tender-section", tags=_tags(release))
    language = _string(release.get("language")).lower()[:2]
    lots, lot_of = _lots(tender, language)
    items, item_warnings = _items(tender, lots, lot_of)
    title, summary = _titles(tender, language)
    if not (title.en or title.ur or items):
        raise Refusal("nothing-to-take")
    category, category_warning = _category(tender)
    estimate, value_warning = _estimate(tender, currency)
    if language not in {"", "en", "ur"}:
        warnings += (ImportWarning("import-other-language", {"language": language}),)
    left_out = (*category_warning, *value_warning, *item_warnings, *_left_out(tender))
    if not (title.en or title.ur):
        left_out += (ImportWarning("import-no-title"),)
    return ImportedTender(
        ocid=clean_name(_string(release.get("ocid")), longest=80),
        title=title,
        summary=summary,
        category=category,
        estimate=estimate,
        lots=lots,
        items=items,
        warnings=(*warnings, *left_out),
    )


def _parse(data: bytes) -> object:
    if len(data) > LARGEST_FILE:
        raise Refusal("file-too-large", most_mb=LARGEST_FILE // 1024**2)
    text = decode(data)
    if not text.strip():
        raise Refusal("file-empty")
    try:
        check_nesting(text.encode())
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Refusal("bad-json", line=error.lineno) from error
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise Refusal("bad-json", line=1) from error


def _no_constant(word: str) -> object:
    raise ValueError(word)


def _release_of(document: object) -> tuple[Mapping[str, object], tuple[ImportWarning, ...]]:
    """Return the newest release with a tender section, and a warning if others were left."""
    if not isinstance(document, Mapping):
        raise Refusal("not-ocds")
    candidates = list(_candidates(document))
    if not candidates:
        raise Refusal("linked-releases" if _has_links(document) else "not-ocds")
    with_tender = [release for release in candidates if isinstance(release.get("tender"), Mapping)]
    if not with_tender:
        raise Refusal("no-tender-section", tags=_tags(candidates[0]))
    first_ocid = with_tender[0].get("ocid")
    same = [release for release in with_tender if release.get("ocid") == first_ocid]
    # A compiled release stands first and already holds the newest state.
    chosen = same[0] if _is_compiled(same[0]) else max(same, key=_date_key)
    others = {_string(release.get("ocid")) for release in with_tender} - {_string(first_ocid)}
    if others:
        return chosen, (ImportWarning("import-other-processes", {"count": str(len(others))}),)
    return chosen, ()


def _candidates(document: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for record in _mappings(document.get("records")):
        yield from _candidates_of_record(record)
    if "records" in document:
        return
    if "compiledRelease" in document:
        yield from _candidates_of_record(document)
        return
    releases = document.get("releases")
    if releases is not None:
        yield from (release for release in _mappings(releases) if _looks_like_release(release))
    elif _looks_like_release(document):
        yield document


def _candidates_of_record(record: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    compiled = record.get("compiledRelease")
    if isinstance(compiled, Mapping):
        yield {"ocid": record.get("ocid"), **compiled, "tag": ["compiled"]}
    for release in _mappings(record.get("releases")):
        if _looks_like_release(release):
            yield {"ocid": record.get("ocid"), **release}


def _looks_like_release(document: Mapping[str, object]) -> bool:
    return "ocid" in document and bool(
        {"tag", "tender", "planning", "awards", "contracts"} & set(document)
    )


def _is_compiled(release: Mapping[str, object]) -> bool:
    return release.get("tag") == ["compiled"]


def _has_links(document: Mapping[str, object]) -> bool:
    nested = [document, *_mappings(document.get("records"))]
    return any(
        "url" in release and "ocid" not in release
        for holder in nested
        for release in _mappings(holder.get("releases"))
    )


def _date_key(release: Mapping[str, object]) -> float:
    try:
        at = datetime.fromisoformat(_string(release.get("date")).replace("Z", "+00:00"))
        return at.timestamp()
    except (ValueError, OverflowError):
        return float("-inf")


def _tags(release: Mapping[str, object]) -> str:
    tags = release.get("tag")
    words = [_string(tag) for tag in tags] if isinstance(tags, list) else [_string(tags)]
    return clean_name(", ".join(word for word in words if word), longest=80) or "-"


def _titles(tender: Mapping[str, object], language: str) -> tuple[Text, Text]:
    title = _in_languages(tender, "title", language, LONGEST_TITLE)
    summary = _in_languages(tender, "description", language, LONGEST_SUMMARY)
    if not (title.en or title.ur) and (summary.en or summary.ur):
        title = Text(clean_name(summary.en, longest=120), clean_name(summary.ur, longest=120))
    return title, summary


def _in_languages(holder: Mapping[str, object], key: str, language: str, longest: int) -> Text:
    """Return a field with its language variants ``key_en`` and ``key_ur``."""
    main = _plain(holder.get(key), longest)
    english, urdu = (
        _plain(holder.get(f"{key}_en"), longest),
        _plain(holder.get(f"{key}_ur"), longest),
    )
    if language == "ur":
        return Text(en=english, ur=urdu or main)
    if urdu or english:
        return Text(en=english or main, ur=urdu)
    return bilingual(main)


def _category(tender: Mapping[str, object]) -> tuple[Category, tuple[ImportWarning, ...]]:
    try:
        return Category(_string(tender.get("mainProcurementCategory"))), ()
    except ValueError:
        return Category.GOODS, (ImportWarning("import-no-category"),)


def _estimate(
    tender: Mapping[str, object], currency: str
) -> tuple[Money | None, tuple[ImportWarning, ...]]:
    value = tender.get("value")
    amount = _number(value.get("amount")) if isinstance(value, Mapping) else None
    if amount is None or not isinstance(value, Mapping):
        return None, ()
    given = clean_name(_string(value.get("currency")), longest=10)
    if given != currency:
        return None, (ImportWarning("import-other-currency", {"currency": given or "-"}),)
    if not Decimal(0) < amount < _MOST_AMOUNT:
        return None, ()
    return Money(round(amount, 2), currency), ()


def _lots(tender: Mapping[str, object], language: str) -> tuple[tuple[Lot, ...], dict[str, str]]:
    """Return the lots numbered from 1, and the new id of each old lot and each lot's items."""
    lots: list[Lot] = []
    lot_of: dict[str, str] = {}
    for number, row in enumerate(_mappings(tender.get("lots"))[:MOST_LOTS], start=1):
        lots.append(Lot(str(number), _in_languages(row, "title", language, LONGEST_TITLE)))
        lot_of[f"lot:{_string(row.get('id'))}"] = str(number)
        listed = row.get("items")
        for item in listed if isinstance(listed, list) else []:
            lot_of[f"item:{_string(item)}"] = str(number)
    return tuple(lots) or (Lot("1", Text()),), lot_of


def _items(
    tender: Mapping[str, object], lots: tuple[Lot, ...], lot_of: dict[str, str]
) -> tuple[tuple[Item, ...], tuple[ImportWarning, ...]]:
    rows = _mappings(tender.get("items"))
    items: list[Item] = []
    undescribed = unmeasured = 0
    for row in rows[:MOST_ITEMS]:
        description = _item_description(row)
        if not description:
            undescribed += 1
            continue
        quantity, unit = _quantity(row), _unit(row)
        unmeasured += quantity is None or not unit
        items.append(
            Item(
                id=str(len(items) + 1),
                lot_id=_lot_of_item(row, lots, lot_of),
                description=bilingual(description),
                quantity=quantity or Decimal(1),
                unit=unit or _UNIT_WHEN_MISSING,
            )
        )
    counted = (
        ("import-items-undescribed", undescribed),
        ("import-items-unmeasured", unmeasured),
        ("import-items-too-many", max(0, len(rows) - MOST_ITEMS)),
    )
    return tuple(items), tuple(
        ImportWarning(code, {"count": str(count)}) for code, count in counted if count
    )


def _lot_of_item(row: Mapping[str, object], lots: tuple[Lot, ...], lot_of: dict[str, str]) -> str:
    by_lot = lot_of.get(f"lot:{_string(row.get('relatedLot'))}")
    return by_lot or lot_of.get(f"item:{_string(row.get('id'))}") or lots[0].id


def _item_description(row: Mapping[str, object]) -> str:
    described = _plain(row.get("description"), LONGEST_DESCRIPTION)
    classification = row.get("classification")
    if described or not isinstance(classification, Mapping):
        return clean_name(described, longest=LONGEST_DESCRIPTION)
    classified = _plain(classification.get("description"), LONGEST_DESCRIPTION)
    return clean_name(classified, longest=LONGEST_DESCRIPTION)


def _quantity(row: Mapping[str, object]) -> Decimal | None:
    quantity = _number(row.get("quantity"))
    if quantity is None or not Decimal(0) < quantity < LARGEST_QUANTITY:
        return None
    # Without the exponent that normalize() gives: 200.0 becomes 200, not 2E+2.
    rounded = Decimal(format(round(quantity, 6).normalize(), "f"))
    return rounded if rounded > 0 else None


def _unit(row: Mapping[str, object]) -> str:
    unit = row.get("unit")
    name = unit.get("name") if isinstance(unit, Mapping) else unit
    return clean_name(_string(name), longest=LONGEST_UNIT)


def _left_out(tender: Mapping[str, object]) -> Iterator[ImportWarning]:
    documents = _mappings(tender.get("documents"))
    if documents:
        yield ImportWarning("import-documents", {"count": str(len(documents))})
    if any(key in tender for key in ("tenderPeriod", "enquiryPeriod", "awardPeriod")):
        yield ImportWarning("import-dates")
    if any("riteria" in key for key in tender):
        yield ImportWarning("import-criteria")
    method = _string(tender.get("procurementMethod"))
    if method and method != "open":
        yield ImportWarning("import-method", {"method": clean_name(method, longest=40)})
    if len(_mappings(tender.get("lots"))) > MOST_LOTS:
        yield ImportWarning("import-lots-too-many", {"most": str(MOST_LOTS)})


def _mappings(value: object) -> list[Mapping[str, object]]:
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, Mapping)]


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", value.strip()):
        return Decimal(value.strip())
    return None


class _TagStripper(HTMLParser):
    """Keeps the text of markup and a line break for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"p", "br", "li", "div", "tr"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _plain(value: object, longest: int) -> str:
    """Return the text of a field without markup; real publishers put HTML in descriptions."""
    text = _string(value)
    if "<" in text and ">" in text:
        stripper = _TagStripper()
        stripper.feed(text)
        stripper.close()
        text = "".join(stripper.parts)
    return clean_text(text, longest=longest)


def with_import(tender: Tender, imported: ImportedTender) -> Tender:
    """Return a draft with the lots and items of a file, and its texts where the draft has none."""

    def first(old: Text, new: Text) -> Text:
        return old if old.en or old.ur else new

    return replace(
        tender,
        title=first(tender.title, imported.title),
        summary=first(tender.summary, imported.summary),
        category=imported.category,
        estimate=tender.estimate or imported.estimate,
        lots=imported.lots if imported.items else tender.lots,
        items=imported.items or tender.items,
    )
