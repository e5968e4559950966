"""Items read from rows of cells: typed, pasted from a sheet, or loaded from CSV or XLSX."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from foundation.values.money import parse_amount
from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name, fold
from tendering.domain.lots import MOST_ITEMS, check_item
from tendering.domain.tender import Item, Lot

LONGEST_TEXT = 500_000
LONGEST_DESCRIPTION = 500
_ARABIC_SCRIPT = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_LATIN_SCRIPT = re.compile("[A-Za-z]")
_PLAIN_ORDER = ("description", "quantity", "unit", "lot", "description_ur")
_HEADINGS = {
    "description": ("description", "item", "item description", "description (english)", "name"),
    "description_ur": ("description (urdu)", "urdu", "تفصیل", "شے", "اردو تفصیل"),
    "quantity": ("quantity", "qty", "مقدار", "تعداد"),
    "unit": ("unit", "unit of measure", "uom", "اکائی", "یونٹ"),
    "lot": ("lot", "lot number", "لاٹ"),
}
_COLUMN_OF = {fold(name): column for column, names in _HEADINGS.items() for name in names}


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row; ``row`` counts from 1 as the sheet shows it."""

    row: int
    code: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemRows:
    """The items of a table, or its errors by row; with any error nothing is taken."""

    items: tuple[Item, ...]
    errors: tuple[RowError, ...]


def decode(data: bytes) -> str:
    """Return the text of an uploaded file: UTF-8, or UTF-16 with its mark.

    Raises:
        Refusal: ``file-empty``, ``bad-encoding``.
    """
    if not data:
        raise Refusal("file-empty")
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("bad-encoding") from error


def rows_of_text(text: str) -> list[list[str]]:
    """Return the cells of pasted or loaded text, split at tabs, else semicolons, else commas.

    Raises:
        Refusal: ``file-empty``, ``text-too-long``, ``bad-csv``.
    """
    if not text.strip():
        raise Refusal("file-empty")
    if len(text) > LONGEST_TEXT:
        raise Refusal("text-too-long", most=LONGEST_TEXT)
    head = text.strip().split("\n", 1)[0]
    delimiter = next((mark for mark in ("\t", ";", "،") if mark in head), ",")
    try:
        return list(csv.reader(text.splitlines(), delimiter=delimiter))
    except csv.Error as error:
        raise Refusal("bad-csv") from error


def read_rows(rows: Sequence[Sequence[str]], lots: Sequence[Lot], first_id: int = 1) -> ItemRows:
    """Return the items of ``rows``; a first row of known headings names the columns.

    Without headings the columns are description, quantity, unit, lot, description in Urdu.

    Raises:
        Refusal: ``file-empty`` when no row holds anything, ``too-many-items``.
    """
    columns, skip = _columns(rows)
    filled = [
        (place, row)
        for place, row in enumerate(rows, start=1)
        if place > skip and any(cell.strip() for cell in row)
    ]
    if not filled:
        raise Refusal("file-empty")
    if len(filled) > MOST_ITEMS:
        raise Refusal("too-many-items", most=MOST_ITEMS)
    items: list[Item] = []
    errors: list[RowError] = []
    for place, row in filled:
        try:
            items.append(_item(_cells(row, columns), lots, str(first_id + len(items))))
        except Refusal as refusal:
            params = {name: str(value) for name, value in refusal.params.items()}
            errors.append(RowError(place, refusal.code, params))
    return ItemRows(() if errors else tuple(items), tuple(errors))


def bilingual(text: str, urdu: str = "") -> Text:
    """Return a text whose language is told by its script when only one is given."""
    if text and not urdu and _ARABIC_SCRIPT.search(text) and not _LATIN_SCRIPT.search(text):
        return Text(ur=text)
    return Text(en=text, ur=urdu)


def _columns(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], int]:
    for place, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        named = tuple(_COLUMN_OF.get(fold(clean_name(cell)), "") for cell in row)
        if "quantity" in named and {"description", "description_ur"} & set(named):
            return named, place
        break
    return _PLAIN_ORDER, 0


def _cells(row: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for column, cell in zip(columns, row, strict=False):
        if column:
            cells.setdefault(column, clean_name(cell, longest=LONGEST_DESCRIPTION))
    return cells


def _item(cells: dict[str, str], lots: Sequence[Lot], item_id: str) -> Item:
    lot = cells.get("lot", "") or (lots[0].id if lots else "1")
    if lot not in {known.id for known in lots}:
        raise Refusal("unknown-lot", lot=lot)
    try:
        quantity = parse_amount(cells.get("quantity", ""))
    except Refusal as error:
        raise Refusal("bad-quantity", given=cells.get("quantity", "")) from error
    item = Item(
        id=item_id,
        lot_id=lot,
        description=bilingual(cells.get("description", ""), cells.get("description_ur", "")),
        quantity=quantity,
        unit=cells.get("unit", ""),
    )
    check_item(item)
    return item
