"""The notices' own fonts: where they lie, that nothing else is used, and what they can print."""

import os
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from foundation.values.refusal import Refusal

FOLDER = Path(__file__).parents[1] / "fonts"
CONFIGURATION = Path(__file__).with_name("fonts.conf")
# Never drawn, so no font needs them: joiners, isolates, soft hyphen, line separators.
UNDRAWN = frozenset("\u00ad\u200b\u200c\u200d\u2028\u2029\u2068\u2069\n\t")


def use_own_fonts() -> None:
    """Point fontconfig at our fonts alone; to be called before weasyprint is imported.

    Raises:
        Refusal: ``no-fonts`` when the set-up has not made them.
    """
    if not any(FOLDER.glob("*.ttf")):
        raise Refusal("no-fonts")
    os.environ["FONTCONFIG_FILE"] = str(CONFIGURATION)


@cache
def coverage() -> frozenset[str]:
    """Return every character that our fonts can draw."""
    drawn: set[str] = set(UNDRAWN)
    for path in sorted(FOLDER.glob("*-Regular.ttf")):
        with TTFont(path, lazy=True) as font:
            drawn.update(chr(code) for code in font.getBestCmap())
    return frozenset(drawn)
