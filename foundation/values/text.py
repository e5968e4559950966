"""Text in two languages, names made safe to show, and the folding that search uses."""

import re
import unicodedata
from dataclasses import dataclass

_DIRECTION_CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_LETTER_FOLDS = str.maketrans(
    {
        "\u064a": "\u06cc",  # Arabic yeh to Farsi yeh
        "\u0649": "\u06cc",  # alef maksura to Farsi yeh
        "\u0626": "\u06cc",
        "\u0643": "\u06a9",  # Arabic kaf to keheh
        "\u0647": "\u06c1",  # Arabic heh to heh goal
        "\u06be": "\u06c1",
        "\u06c0": "\u06c1",
        "\u06c2": "\u06c1",
        "\u0629": "\u06c1",
        "\u06c3": "\u06c1",
        "\u0623": "\u0627",
        "\u0625": "\u0627",
        "\u0622": "\u0627",
        "\u0671": "\u0627",
        "\u0624": "\u0648",
        "\u06ba": "\u0646",  # noon ghunna to noon
        "\u0640": None,  # tatweel
        "\u200c": None,
        "\u200d": None,
    }
)


@dataclass(frozen=True)
class Text:
    """A text in English, Urdu or both; at least one is given where it is required."""

    en: str = ""
    ur: str = ""

    def in_language(self, language: str) -> str:
        """Return the text in ``language`` ("en" or "ur"), or in the other one if missing."""
        return (self.ur or self.en) if language == "ur" else (self.en or self.ur)

    def language_shown(self, language: str) -> str:
        """Return the language that ``in_language`` gives, for the ``lang`` attribute."""
        if language == "ur":
            return "ur" if self.ur or not self.en else "en"
        return "en" if self.en or not self.ur else "ur"

    def as_document(self) -> dict[str, str]:
        """Return ``{"en", "ur"}`` for canonical documents."""
        return {"en": self.en, "ur": self.ur}


def clean_name(text: str, *, longest: int = 200) -> str:
    """Return ``text`` in NFC without controls, direction marks or unassigned characters.

    An override mark would otherwise let one name pass for another; a lone surrogate
    crashes renderers. White space is folded; the result is cut at ``longest`` characters.
    """
    text = _DIRECTION_CONTROLS.sub("", text)
    kept = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
    )
    return unicodedata.normalize("NFC", " ".join(kept.split()))[:longest]


def clean_text(text: str, *, longest: int = 20_000) -> str:
    """Return running text cleaned as names are, its line breaks kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(clean_name(line, longest=longest) for line in lines).strip()[:longest]


def fold(text: str) -> str:
    """Return the form in which search compares: Arabic and Urdu letters, marks, digits folded."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTER_FOLDS)).casefold()
    decomposed = unicodedata.normalize("NFKD", plain)  # casefolding composes some letters again
    letters = []
    for character in decomposed.translate(_LETTER_FOLDS):
        if unicodedata.combining(character):
            continue
        digit = unicodedata.digit(character, None)
        letters.append(character if digit is None else str(digit))
    return " ".join("".join(letters).split())


def written_in(text: str) -> str:
    """Return "ur" for a text mostly in Arabic letters, else "en"."""
    letters = [unicodedata.name(each, "") for each in text if each.isalpha()]
    arabic = sum(name.startswith("ARABIC") for name in letters)
    return "ur" if arabic * 2 > len(letters) else "en"
