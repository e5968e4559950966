"""CSV that no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"


def safe_cell(text: str) -> str:
    """Return ``text`` with an apostrophe before what a spreadsheet would run.

    Source: OWASP, CSV injection; the full-width forms are read as the plain ones by some.
    """
    stripped = text.lstrip(" \u00a0\u200e\u200f\u2066\u2067\u2068\u2069\ufeff")
    return f"'{text}" if stripped.startswith(DANGEROUS) or text.startswith(DANGEROUS) else text


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the file line by line, with the mark by which Excel knows UTF-8."""
    yield BYTE_ORDER_MARK + _line(head)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()
