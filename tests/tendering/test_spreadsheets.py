"""Uploaded XLSX files: read within limits, crafted ones refused without harm."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from foundation.values.refusal import Refusal
from tendering.spreadsheets import LARGEST_FILE, LARGEST_UNPACKED, MOST_ROWS, rows_of_sheet


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repacked(data: bytes, name: str, content: bytes) -> bytes:
    """Return the archive with one member in place of another, or added."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return buffer.getvalue()


def test_cells_come_as_text_and_numbers_stay_exact() -> None:
    rows = rows_of_sheet(
        workbook([["Light", 100, "piece"], ["Pole", 0.1, None], ["Fee", 2.0, True]])
    )

    assert [row[:3] for row in rows] == [
        ["Light", "100", "piece"],
        ["Pole", "0.1", ""],
        ["Fee", "2", ""],
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad-spreadsheet"),
        (b"PK\x03\x04 not a zip", "bad-spreadsheet"),
        (workbook([["a"]])[:400], "bad-spreadsheet"),
        (b"PK\x03\x04" + bytes(LARGEST_FILE), "file-too-large"),
        (workbook([["x"]] * (MOST_ROWS + 1)), "too-many-rows"),
    ],
)
def test_other_files_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        rows_of_sheet(data)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(workbook([["x"]]), "xl/media/x.xml", bytes(LARGEST_UNPACKED + 1))
    assert len(bomb) < LARGEST_FILE

    with pytest.raises(Refusal, match="file-too-large"):
        rows_of_sheet(bomb)


@pytest.mark.parametrize("declaration", [b"<!DOCTYPE a>", b'<!doctype a [<!ENTITY b "c">]>'])
def test_document_types_and_entities_are_refused(declaration: bytes) -> None:
    content = b'<?xml version="1.0"?>' + declaration + b"<worksheet/>"
    with pytest.raises(Refusal, match="bad-spreadsheet"):
        rows_of_sheet(repacked(workbook([["x"]]), "xl/worksheets/sheet1.xml", content))


def test_a_far_away_row_does_not_fill_the_memory() -> None:
    content = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(Refusal, match="too-many-rows"):
        rows_of_sheet(repacked(workbook([["x"]]), "xl/worksheets/sheet1.xml", content))
