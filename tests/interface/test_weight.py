"""What the look may weigh and use: budgets, logical properties, no inline style or script."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from foundation.compression import compressed

ROOT = Path(__file__).parents[2]
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = sorted(
    path
    for folder in (ROOT / "templates").iterdir()
    if folder.is_dir() and folder.name not in {"pdf", "mail"}
    for path in folder.rglob("*.html")
)
PHYSICAL = re.compile(
    r"[;{\s](margin|padding|border|inset)-(left|right|top|bottom)\b|[;{\s](left|right|top|bottom)\s*:"
    r"|(text-align|float):\s*(left|right)"
)
# Not in Chrome 95: cascade layers, light-dark(), :has(), :dir().
TOO_NEW = re.compile(r"@layer|light-dark\(|:has\(|:dir\(|color-mix\(|@container")


STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
# What strangers read, by the way from the home page to what was bought.
LIGHT = ("/", "/tenders/", "/notices/", "/seal", "/guides", "/accessibility")


def _on_the_wire(client: FlaskClient, address: str) -> int:
    """Return the bytes of an answer, body and headers, as a browser on https is sent them."""
    answer = client.get(address, headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert answer.status_code == 200, address
    return len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers)


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("path", LIGHT)
def test_a_stranger_s_first_page_loads_little_in_few_requests(
    client: FlaskClient, path: str, language: str
) -> None:
    page = client.get(f"/{language}{path}").text
    loaded = set(STATIC.findall(page)) - set(re.findall(r'data-urdu-font="([^"]+)"', page))

    assert {address.split("/", 3)[3] for address in loaded} == {
        "built/frame.css", "built/page/page.js", "img/seal.svg"
    }  # fmt: skip
    # What is left of 10 kB is the page itself.
    assert sum(_on_the_wire(client, address) for address in loaded) <= 7_350


@pytest.mark.parametrize(
    ("file", "most"),
    [("frame.css", 5_450), ("work.css", 3_000), ("page/page.js", 700), ("page/work.js", 750),
     ("page/countdown.js", 550), ("page/live.js", 600), ("page/sort.js", 550)],
)  # fmt: skip
def test_sheets_and_scripts_keep_their_budgets(file: str, most: int) -> None:
    body = (ROOT / "static" / "built" / file).read_bytes()

    assert len(compressed(body, "br", kept=True)) <= most
    assert len(compressed(body, "gzip", kept=True)) <= most * 1.25


@pytest.mark.parametrize("picture", ["seal.svg", "rosette.svg", "lock.svg"])
def test_pictures_keep_their_budget(picture: str) -> None:
    body = (ROOT / "static" / "img" / picture).read_bytes()

    assert len(compressed(body, "gzip", kept=True)) <= 600


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_style_uses_logical_properties_that_chrome_95_knows(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    assert PHYSICAL.findall(text) == []
    assert TOO_NEW.findall(text) == []
    for selector in re.findall(r"([^{}]*)\{", text):
        assert "&" not in selector


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_carry_no_inline_style_or_script(template: Path) -> None:
    if template.match("guides/layout.html"):
        return  # printed, never served
    text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert "<style" not in text
    for attributes in re.findall(r"<script([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_open_with_what_they_are(template: Path) -> None:
    assert template.read_text().lstrip().startswith("{#")
