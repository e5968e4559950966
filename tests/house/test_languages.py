"""Every text that a person may read has Urdu words, with the same parameters."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PARAMETER = re.compile(r"%\((\w+)\)[sd]")
METHODS = [
    ("portal/migrations/**.py", "ignore"),
    *[
        (f"{package}/**.py", "python")
        for package in (
            "accounts", "beacon", "bids", "evaluation", "foundation", "notices", "oversight",
            "portal", "sealing", "tendering",
        )
    ],
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]  # fmt: skip
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "lazy_gettext": None}


def texts() -> list[str]:
    skipped = {".venv", "node_modules", "tests", "static", "docs", "script", ".git"}
    found = extract_from_dir(
        ROOT,
        method_map=METHODS,
        keywords=KEYWORDS,
        directory_filter=lambda folder: Path(folder).name not in skipped,
    )
    ids = []
    for _file, _line, message, _comments, _context in found:
        ids += [message] if isinstance(message, str) else list(message)
    return sorted({text for text in ids if text})


@pytest.fixture(scope="module")
def urdu() -> Catalog:
    path = ROOT / "portal" / "translations" / "ur" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale="ur")


def translation(catalog: Catalog, text: str) -> str:
    message = catalog.get(text)
    if message is None or message.fuzzy:
        return ""
    return message.string if isinstance(message.string, str) else message.string[0]


def test_texts_are_found() -> None:
    assert len(texts()) > 300


def test_every_text_has_urdu(urdu: Catalog) -> None:
    missing = [text for text in texts() if not translation(urdu, text)]

    assert missing == []


def test_parameters_are_the_same_in_urdu(urdu: Catalog) -> None:
    wrong = [
        text
        for text in texts()
        if set(PARAMETER.findall(text)) != set(PARAMETER.findall(translation(urdu, text)))
    ]

    assert wrong == []
