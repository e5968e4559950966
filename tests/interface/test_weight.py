"""What the look may weigh and use: budgets, logical properties, no inline style or script."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js" / "page").glob("*.js"))
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


def _weight(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_style_and_script_keep_their_budgets() -> None:
    css = ROOT / "static" / "css"
    frame = [css / "muhr.css", css / "parts.css"]
    elsewhere = {*frame, css / "frame.css", css / "print.css", css / "nastaliq.css"}
    own = max((_weight([sheet]) for sheet in SHEETS if sheet not in elsewhere), default=0)
    # A page loads the frame and at most one sheet of its own; paper's sheet waits for paper.
    assert _weight(frame) + own <= 8_192
    assert _weight([css / "print.css"]) <= 1_024
    assert _weight(SCRIPTS) <= 5_120


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
