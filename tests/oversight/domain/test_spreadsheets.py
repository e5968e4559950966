"""No cell of a downloaded file is taken for a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.domain.spreadsheets import BYTE_ORDER_MARK, DANGEROUS, csv_lines, safe_cell


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u200e=1", "\uff1d1", '=HYPERLINK("x")'],
)
def test_what_a_spreadsheet_would_run_is_disarmed(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "KTC-2026-0007", "2026-03-02T05:00:00Z", "وارڈ 7"])
def test_plain_text_stays(text):
    assert safe_cell(text) == text


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_every_cell_is_read_back_and_harmless(rows):
    file = "".join(csv_lines(("a", "b"), rows)).removeprefix(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(file, newline="")))
    assert read[0] == ["a", "b"]
    assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(DANGEROUS) for row in read for cell in row)
