"""Makes texts safe to print: cleaned, capped in length, and only characters that fonts can draw."""

from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import TypeVar

from foundation.values.text import Text, clean_text

LONGEST_NAME = 160
LONGEST_TEXT = 3_000
# Long texts by field name; every other string is a name, a number or a hash.
TEXTS = frozenset({"summary", "reason", "requirement", "text", "signed_note"})
SUBSTITUTE = "?"
_Fact = TypeVar("_Fact")


class Printer:
    """Prepares facts for one rendition and remembers whether a character could not be drawn."""

    def __init__(self, drawn: AbstractSet[str]) -> None:
        """Take the characters that the fonts can draw."""
        self._drawn = drawn
        self.substituted = False

    def prepare(self, fact: _Fact, name: str = "") -> _Fact:
        """Return ``fact`` with every string in it safe to print."""
        prepared: object = fact
        if isinstance(fact, StrEnum):
            return fact
        if isinstance(fact, str):
            prepared = self._text(fact, LONGEST_TEXT if name in TEXTS else LONGEST_NAME)
        elif isinstance(fact, Text):
            prepared = Text(self.prepare(fact.en, name), self.prepare(fact.ur, name))
        elif isinstance(fact, tuple):
            prepared = tuple(self.prepare(each, name) for each in fact)
        elif is_dataclass(fact) and not isinstance(fact, type):
            prepared = replace(
                fact,
                **{
                    field.name: self.prepare(getattr(fact, field.name), field.name)
                    for field in fields(fact)
                },
            )
        return prepared  # type: ignore[return-value]

    def _text(self, text: str, longest: int) -> str:
        text = clean_text(text, longest=longest + 1)
        if len(text) > longest:
            text = text[: longest - 1].rstrip() + "…"
        kept = "".join(each if each in self._drawn else SUBSTITUTE for each in text)
        self.substituted = self.substituted or kept != text
        return kept
