"""Cells of an uploaded XLSX file as text, within limits that no crafted file can break."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from foundation.values.refusal import Refusal

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_MEMBERS = 300
MOST_ROWS = 5_000
MOST_COLUMNS = 12


def is_spreadsheet(data: bytes) -> bool:
    """Tell whether the bytes begin like a ZIP archive, as XLSX files do."""
    return data[:4] == b"PK\x03\x04"


def rows_of_sheet(data: bytes) -> list[list[str]]:
    """Return the cells of the first sheet as text; formulas give their last shown value.

    Raises:
        Refusal: ``file-too-large``, ``bad-spreadsheet``, ``too-many-rows``.
    """
    if len(data) > LARGEST_FILE:
        raise Refusal("file-too-large", most_mb=LARGEST_FILE // 1024**2)
    _check_archive(data)
    try:
        return _first_sheet(data)
    except Refusal:
        raise
    # A crafted workbook makes openpyxl fail in many ways; all mean the same to the officer.
    except (
        ArithmeticError, AttributeError, EOFError, InvalidFileException, LookupError, MemoryError,
        NotImplementedError, OSError, ParseError, RecursionError, TypeError, ValueError,
        zipfile.BadZipFile, zipfile.LargeZipFile,
    ) as error:  # fmt: skip
        raise Refusal("bad-spreadsheet") from error


def _check_archive(data: bytes) -> None:
    """Refuse archives that unpack too large or carry document type declarations."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise Refusal("bad-spreadsheet")
            if sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise Refusal("file-too-large", most_mb=LARGEST_FILE // 1024**2)
            for member in members:
                _check_member(archive, member)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refusal("bad-spreadsheet") from error
    except (ValueError, OverflowError) as error:
        raise Refusal("bad-spreadsheet") from error


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    # zipfile stops at the stated size, so a false one cannot unpack more than the sum above.
    if not member.filename.endswith((".xml", ".rels")):
        return
    with archive.open(member) as part:
        before = b""
        while chunk := part.read(1024 * 1024):
            if b"<!" in before + chunk and _declares(before + chunk):
                raise Refusal("bad-spreadsheet")
            before = chunk[-16:]


def _declares(data: bytes) -> bool:
    upper = data.upper()
    return b"<!DOCTYPE" in upper or b"<!ENTITY" in upper


def _first_sheet(data: bytes) -> list[list[str]]:
    workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = workbook.worksheets[0]
        rows: list[list[str]] = []
        for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
            rows.append([_cell_text(value) for value in row])
            if len(rows) > MOST_ROWS:
                raise Refusal("too-many-rows", most=MOST_ROWS)
        return rows
    finally:
        workbook.close()


def _cell_text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value)
