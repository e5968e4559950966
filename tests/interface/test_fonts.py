"""The fonts that set-up makes: their names, what they cover, and that they hold no date."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[2]
URDU = "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےئآۃؤ۰۱۲۳۴۵۶۷۸۹،۔؟"
LATIN = "ABCxyz0123456789.,;:–—“”‘’()/%+−×·&@#"
FACES = [
    ("notices/fonts/NotoSans-Regular.ttf", "Noto Sans", "Regular", LATIN),
    ("notices/fonts/NotoSans-Bold.ttf", "Noto Sans", "Bold", LATIN),
    ("notices/fonts/NotoNastaliqUrdu-Regular.ttf", "Noto Nastaliq Urdu", "Regular", URDU),
    ("notices/fonts/NotoNastaliqUrdu-Bold.ttf", "Noto Nastaliq Urdu", "Bold", URDU),
    ("static/fonts/noto-nastaliq-urdu-400.woff2", "Noto Nastaliq Urdu", "Regular", URDU),
    ("static/fonts/noto-nastaliq-urdu-700.woff2", "Noto Nastaliq Urdu", "Bold", URDU),
]


@pytest.mark.parametrize(("path", "family", "style", "letters"), FACES)
def test_a_face_is_named_covers_its_letters_and_is_static(
    path: str, family: str, style: str, letters: str
) -> None:
    font = TTFont(ROOT / path)
    assert font["name"].getDebugName(1) == family
    assert font["name"].getDebugName(2) == style
    assert "fvar" not in font
    covered = font.getBestCmap()
    assert [letter for letter in letters if ord(letter) not in covered] == []
    assert font["head"].modified == font["head"].created


def test_the_urdu_face_of_pages_is_small() -> None:
    for weight in (400, 700):
        size = (ROOT / f"static/fonts/noto-nastaliq-urdu-{weight}.woff2").stat().st_size
        assert size < 120_000
