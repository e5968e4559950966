"""Every text that a person may read has Urdu words, with the same parameters."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_wtf
import pytest
import wtforms
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from wtforms import IntegerField

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "portal" / "translations" / "ur" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
SKIPPED = {".bench", ".venv", "node_modules", "tests", "static", "docs", "script", ".git", "data"}
PARAMETER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")
LETTER = re.compile(r"[\u0600-\u06ff]")
OTHER_DIGIT = re.compile(r"[\u0660-\u0669\u06f0-\u06f9]")
ARABIC_LETTER = re.compile(r"[\u064a\u0643\u0649]")
MARK = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")

Texts = set[tuple[str, ...]]


def texts_in(folder: Path, **options: Any) -> Texts:
    found = extract_from_dir(folder, keywords=KEYWORDS, **options)
    return {
        (message,) if isinstance(message, str) else tuple(message)
        for _file, _line, message, _comments, _context in found
        if message
    }


@pytest.fixture(scope="module")
def texts() -> Texts:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    return texts_in(
        ROOT,
        method_map=methods,
        options_map=options,
        directory_filter=lambda folder: Path(folder).name not in SKIPPED,
    )


@pytest.fixture(scope="module")
def urdu() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ur")


def in_urdu(catalog: Catalog, text: tuple[str, ...]) -> tuple[str, ...]:
    """Return the Urdu forms of a text: as many as it has in English, none when it has none."""
    message = catalog.get(text[0])
    if message is None or message.fuzzy:
        return ()
    forms = strings(message)
    return forms if all(forms) and len(forms) == len(text) else ()


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def every_form(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Give each English form beside its Urdu."""
    for message in catalog:
        if message.id:
            english = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            yield from zip(english, strings(message), strict=True)


def test_texts_are_found(texts: Texts) -> None:
    assert len(texts) > 1000


def test_every_text_has_urdu(texts: Texts, urdu: Catalog) -> None:
    assert sorted(text for text in texts if not in_urdu(urdu, text)) == []


def test_texts_of_the_form_libraries_are_in_the_catalogue(urdu: Catalog) -> None:
    with (Path(wtforms.__file__).parent / "locale" / "wtforms.pot").open("rb") as file:
        shipped = {
            (message.id,) if isinstance(message.id, str) else tuple(message.id or ())
            for message in read_po(file)
            if message.id
        }
    around = texts_in(
        Path(flask_wtf.__file__).parent,
        method_map=[("recaptcha/**.py", "ignore"), ("**.py", "python")],
    )

    assert len(shipped) > 30
    assert ("This field is required.",) in around
    assert sorted(text for text in shipped | around if not in_urdu(urdu, text)) == []


def test_nothing_stands_in_the_catalogue_that_no_page_says(texts: Texts, urdu: Catalog) -> None:
    said = {text[0] for text in texts}
    ids = [message.id if isinstance(message.id, str) else message.id[0] for message in urdu]

    assert [text for text in ids if text and text not in said] == []
    assert not urdu.obsolete


def test_nothing_is_fuzzy(urdu: Catalog) -> None:
    assert [message.id for message in urdu if message.id and message.fuzzy] == []


def test_parameters_are_the_same_in_urdu(urdu: Catalog) -> None:
    wrong = [
        english
        for english, text in every_form(urdu)
        if sorted(PARAMETER.findall(english)) != sorted(PARAMETER.findall(text))
    ]

    assert wrong == []


def test_every_text_takes_its_parameters(urdu: Catalog) -> None:
    class Anything(dict[str, Any]):
        def __missing__(self, key: str) -> int:
            return 7

    for english, text in every_form(urdu):
        if re.search(r"%[sd]", english):
            continue
        assert "%(" not in english % Anything()
        assert "%(" not in text % Anything()


def test_lines_and_edges_are_the_same_in_urdu(urdu: Catalog) -> None:
    wrong = [
        english
        for english, text in every_form(urdu)
        if english.count("\n") != text.count("\n") or text != text.strip() or "<" in text
    ]

    assert wrong == []


def test_urdu_is_written_with_urdu_letters_and_latin_digits(urdu: Catalog) -> None:
    said = [text for english, text in every_form(urdu) if re.search("[a-z]{3}", english)]
    latin = {text for text in said if not LETTER.search(text)}

    assert {text for text in latin if re.search("[A-Za-z]{4}", PARAMETER.sub("", text))} == set()
    assert [text for text in said if OTHER_DIGIT.search(text)] == []
    assert [text for text in said if ARABIC_LETTER.search(text)] == []
    assert [text for text in said if MARK.search(text)] == []


def test_urdu_sentences_end_as_urdu_sentences_do(urdu: Catalog) -> None:
    wrong = [
        text
        for english, text in every_form(urdu)
        if english.endswith(".") and english != "No." and not text.endswith("۔")
    ]

    assert wrong == []


def test_who_runs_the_server_is_named_in_urdu_too(urdu: Catalog) -> None:
    early = "جو بھی یہ سرور چلاتا ہے، وہ بولیاں وقت سے پہلے کھول سکتا ہے۔"
    said = [
        text
        for english, text in every_form(urdu)
        if "Whoever runs this server could open early." in english
    ]

    assert said
    assert all(early in text for text in said)


def test_form_libraries_speak_urdu_on_urdu_pages(app: Flask) -> None:
    class Count(FlaskForm):  # type: ignore[misc]
        number = IntegerField()

    errors = {}
    for language in ("en", "ur"):
        with app.test_request_context(f"/{language}/tenders/", method="POST", data={"number": "x"}):
            app.preprocess_request()
            form = Count(meta={"csrf": False})
            assert not form.validate()
            errors[language] = form.number.errors

    assert errors["en"] == ["Not a valid integer value."]
    assert errors["ur"] == ["پورا عدد لکھیں۔"]


@pytest.mark.parametrize("path", ["", "tenders/", "account/sign-in", "seal", "nothing-here"])
def test_pages_in_urdu_run_from_right_to_left(client: FlaskClient, path: str) -> None:
    urdu_page = client.get(f"/ur/{path}").text
    english_page = client.get(f"/en/{path}").text

    assert re.search(r'<html[^>]*lang="ur"[^>]*dir="rtl"', urdu_page)
    assert re.search(r'<html[^>]*lang="en"[^>]*dir="ltr"', english_page)
    assert "سائن اِن" in urdu_page
