"""The tender pack for a computer without a bid page: made for a vendor, read by the sealer.

Source: docs/formats/offline-pack.md.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import cast

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from beacon.domain.chain import ChainInfo, round_at
from bids.domain.offline_bid import Given, Question, bid_document, questions
from foundation.values.canonical import Document, canonical, parse_canonical
from foundation.values.fingerprint import sha256_hex
from foundation.values.instants import instant_from_text
from foundation.values.refusal import Refusal
from sealing import documents
from sealing.committee import Committee
from sealing.package import Context
from tendering.spreadsheets import rows_of_sheet

PACK, CONTEXT, CHAIN, COMMITTEE = "pack.json", "context.json", "chain.json", "committee.json"
SHEET, README = "bid.xlsx", "READ-ME.txt"
LARGEST_MEMBER = 16 * 1024 * 1024
# What zipfile raises for archives that are damaged, locked or of a kind that it does not know.
UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, NotImplementedError)
HEAD = (
    "Key (leave as it is)",
    "What is asked",
    "کیا پوچھا گیا ہے",
    "Quantity مقدار",
    "Unit اکائی",
    "YOUR ANSWER آپ کا جواب",
    "Files, separated by ; فائلیں",
    "Tax % in the price ٹیکس",
)
WIDTHS = (26, 46, 46, 12, 10, 28, 30, 14)
ANSWER, FILES, TAX = 5, 6, 7
_README = """\
{number}  {title}

1. Fill in the yellow cells of bid.xlsx and save it. Unit prices include all taxes.
2. Put the files that you name in it into the same folder. On a computer with muhr:

   muhr envelope seal --pack THIS.zip --sheet bid.xlsx --receipt private-receipt.json \\
       --out bid.age FILES...

   It prints the first 16 digits of the notice. They are on the paper notice, too: compare.
   This tender: {notice}
3. Keep private-receipt.json secret and safe: nobody without it reads your bid before the opening.
4. Sign in on the tender's page, choose "Send a bid sealed on another computer", and send
   bid.age and bid.age.slip before {deadline}.

1۔ bid.xlsx کے پیلے خانے بھریں اور محفوظ کریں۔ فی اکائی قیمت میں تمام ٹیکس شامل ہیں۔
2۔ جن فائلوں کے نام لکھے ہیں وہ اسی فولڈر میں رکھیں۔
   جس کمپیوٹر پر muhr ہے وہاں اوپر والی کمانڈ چلائیں۔
   وہ اطلاع کے پہلے 16 ہندسے دکھاتی ہے؛ کاغذی اطلاع سے ملائیں: {notice}
3۔ private-receipt.json خفیہ اور محفوظ رکھیں:
   اس کے بغیر کھلنے سے پہلے کوئی آپ کی بولی نہیں پڑھ سکتا۔
4۔ ٹینڈر کے صفحے پر داخل ہو کر bid.age اور bid.age.slip آخری وقت سے پہلے بھیجیں:
   {deadline}
"""


@dataclass(frozen=True)
class OfflinePack:
    """A tender pack whose hash, chain, round and committee were worked out anew."""

    pack: Mapping[str, Document]
    context: Context
    chain: ChainInfo
    committee: Committee | None

    @classmethod
    def read(cls, path: Path) -> OfflinePack:
        """Read the archive; only ``pack.json`` and ``context.json`` are believed, and checked.

        Raises:
            Refusal: ``bad-pack``, ``bad-chain-info``, ``bad-context`` (made for another tender,
                version, beacon or round than the pack says).
        """
        data, context = _members(path)
        try:
            pack = documents.parse_exact(data)
            if not isinstance(pack, Mapping):
                raise ValueError("no object")
            chain = ChainInfo.from_document(pack["chain"])
            found = cls(pack, Context.parse(context), chain, _committee(pack))
            found.check(sha256_hex(data))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refusal("bad-pack") from error
        return found

    def check(self, notice: str) -> None:
        """Refuse a context that is not the pack's, and a round earlier than the opening's."""
        schedule = cast(Mapping[str, Document], self.pack["schedule"])
        opening = instant_from_text(str(schedule["opening_at"]))
        first = round_at(self.chain, opening, cast(int, schedule["guard_seconds"]))
        if opening < instant_from_text(str(schedule["deadline_at"])) or first != self.pack["round"]:
            raise Refusal("bad-pack")
        tender = cast(Mapping[str, str], self.pack["tender"])
        lots = [row["id"] for row in cast(Sequence[Mapping[str, str]], self.pack["lots"])]
        own = (self.context.tender, self.context.chain, self.context.round, self.context.notice)
        if own != (tender["id"], self.chain.hash, self.pack["round"], notice):
            raise Refusal("bad-context")
        if self.context.lot not in lots:
            raise Refusal("bad-context")
        if self.context.kind not in cast(Sequence[str], self.pack["envelopes"]):
            raise Refusal("bad-context")

    def bid(self, sheet: bytes, files: Sequence[str]) -> bytes:
        """Return bid.json from the filled sheet.

        Raises:
            Refusal: ``bad-spreadsheet``, ``sheet-incomplete``, ``sheet-wrong``; a file that is
                named in the sheet and not in ``files`` is ``sheet-wrong``.
        """
        given = _answers(rows_of_sheet(sheet))
        for key, row in given.items():
            if not set(row.files) <= set(files):
                raise Refusal("sheet-wrong", at=key)
        return bid_document(self.pack, self.context.lot, self.context.kind, given)


def make_offline_pack(data: bytes, vendor: str, lot: str, kind: str) -> bytes:
    """Return the archive for one envelope of one vendor.

    Args:
        data: the tender pack's stored bytes.
        vendor: the vendor's id.
        lot: of the envelope.
        kind: of the envelope.
    """
    pack = cast(Mapping[str, Document], parse_canonical(data))
    tender = cast(Mapping[str, Mapping[str, str]], pack["tender"])
    notice, round_number = sha256_hex(data), cast(int, pack["round"])
    chain = ChainInfo.from_document(pack["chain"])
    context = Context(str(tender["id"]), lot, kind, vendor, chain.hash, round_number, notice)
    committee = _committee(pack)
    readme = _README.format(
        number=tender["number"],
        title=tender["title"]["en"] or tender["title"]["ur"],
        notice=notice[:16],
        deadline=cast(Mapping[str, str], pack["schedule"])["deadline_at"],
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(README, readme.replace("\n", "\r\n").encode("utf-8-sig"))
        archive.writestr(SHEET, _sheet(questions(pack, lot, kind)))
        archive.writestr(PACK, data)
        archive.writestr(CONTEXT, canonical(context.document()))
        archive.writestr(CHAIN, json.dumps(chain.document()))
        if committee:
            document: Document = {"t": committee.t, "members": list(committee.members)}
            archive.writestr(COMMITTEE, canonical(document))
    return packed.getvalue()


def _members(path: Path) -> tuple[bytes, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            if any(archive.getinfo(name).file_size > LARGEST_MEMBER for name in (PACK, CONTEXT)):
                raise Refusal("bad-pack")
            return archive.read(PACK), archive.read(CONTEXT)
    except UNREADABLE as error:
        raise Refusal("bad-pack") from error


def _committee(pack: Mapping[str, Document]) -> Committee | None:
    """Return the committee that the pack's seal asks for, its id worked out anew."""
    if pack["seal"] != "committee":
        return None
    stated = cast(Mapping[str, Document], pack["committee"])
    members = tuple(cast(Sequence[str], stated["members"]))
    committee = Committee(cast(int, stated["t"]), members)
    if committee.id != stated["id"]:
        raise Refusal("bad-pack")
    return committee


def _sheet(asked: Sequence[Question]) -> bytes:
    """Return the sheet to fill in; what people wrote is text, never a formula."""
    book = Workbook()
    sheet = cast(Worksheet, book.active)
    sheet.title = "Bid"
    sheet.append(HEAD)
    yes_no = DataValidation("list", formula1='"yes,no"', allow_blank=True)
    sheet.add_data_validation(yes_no)
    for row, question in enumerate(asked, start=2):
        cells = (question.key, question.text.en, question.text.ur, question.quantity, question.unit)
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(row, column, value)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        _to_fill_in(sheet, row, question)
        if question.key.startswith(("requirement:", "declaration:")):
            yes_no.add(sheet.cell(row, ANSWER + 1))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B2"
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _to_fill_in(sheet: Worksheet, row: int, question: Question) -> None:
    section = question.key.partition(":")[0]
    columns = [ANSWER]
    if section in {"requirement", "criterion"}:
        columns.append(FILES)
    if section == "price":
        columns.append(TAX)
    if question.key == "security:file":
        columns = [FILES]
    for column in columns:
        cell = sheet.cell(row, column + 1)
        cell.fill = PatternFill("solid", fgColor="FFF4C2")
        cell.number_format = "@"


def _answers(rows: Sequence[Sequence[str]]) -> dict[str, Given]:
    """Return the rows by key; a row that stands twice is refused."""
    given: dict[str, Given] = {}
    for row in rows[1:]:
        cells = [*row, *[""] * len(HEAD)]
        key = cells[0].strip()
        if not key:
            continue
        if key in given:
            raise Refusal("sheet-wrong", at=key[:80])
        files = tuple(name.strip() for name in cells[FILES].split(";") if name.strip())
        given[key] = Given(cells[ANSWER], files, cells[TAX])
    return given
