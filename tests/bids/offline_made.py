"""A tender pack's sheet filled in as a vendor would, and sealed by the command line."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result
from openpyxl import load_workbook

from bids.offline_pack import ANSWER, FILES, TAX
from portal.commands_envelope import envelope

Row = tuple[str, str, str]  # answer, files, tax
ANSWERS: Mapping[str, Row] = {
    "requirement:r1": ("yes", "registration.pdf", ""),
    "criterion:c1": ("Three years of street lights.", "", ""),
    "criterion:c2": ("Two years.", "", ""),
    "declaration:integrity-pact": ("ہاں", "", ""),
    "price:1": ("۲٬۴۵۰.۵۰", "", "18"),
    "validity:days": ("90", "", ""),
    "security:instrument": ("bank-guarantee", "", ""),
    "security:amount": ("60,000", "", ""),
    "security:issuer": ("National Bank", "", ""),
    "security:number": ("BG-7", "", ""),
    "security:expires": ("2027-01-31", "", ""),
    "security:file": ("", "guarantee.pdf", ""),
}


def filled(sheet: bytes, answers: Mapping[str, Row] = ANSWERS) -> bytes:
    """Return the sheet with the answers of those rows that it has."""
    book = load_workbook(io.BytesIO(sheet))
    page = book.worksheets[0]
    for cells in page.iter_rows(min_row=2):
        answer, files, tax = answers.get(str(cells[0].value), ("", "", ""))
        for column, value in ((ANSWER, answer), (FILES, files), (TAX, tax)):
            if value:
                cells[column].value = value
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def prepare(pack: bytes, folder: Path, answers: Mapping[str, Row] = ANSWERS) -> None:
    """Lay pack, filled sheet and files into a folder, as on a vendor's computer."""
    (folder / "pack.zip").write_bytes(pack)
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        (folder / "bid.xlsx").write_bytes(filled(archive.read("bid.xlsx"), answers))
    (folder / "registration.pdf").write_bytes(b"%PDF-1.4 registration")
    (folder / "guarantee.pdf").write_bytes(b"%PDF-1.4 guarantee")


def seal(folder: Path, *more: str, files: tuple[str, ...] = ("registration.pdf",)) -> Result:
    """Run `muhr envelope seal` on what lies in the folder."""
    said = {"pack": "pack.zip", "sheet": "bid.xlsx", "receipt": "private.json", "out": "bid.age"}
    options = [part for name, file in said.items() for part in (f"--{name}", f"{folder}/{file}")]
    paths = [f"{folder}/{name}" for name in files]
    return CliRunner().invoke(envelope, ["seal", *options, *more, *paths])
