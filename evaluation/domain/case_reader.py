"""A strict reader of one JSON object that names the place of whatever is wrong."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from foundation.values.canonical import Document
from foundation.values.money import AMOUNT
from foundation.values.refusal import Refusal

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
MOST_ROWS = 20_000
MOST_DECIMALS = 12


class Reader:
    """One value of the document and the path that leads to it."""

    def __init__(self, document: Document, where: str) -> None:
        self._document = document
        self._where = where

    def bad(self, name: str = "") -> Refusal:
        """Return the refusal that points at ``name`` inside this value."""
        return Refusal("bad-case", where=f"{self._where}.{name}"[:200] if name else self._where)

    def has(self, name: str) -> bool:
        """Tell whether ``name`` is there."""
        return name in self._object()

    def only(self, *names: str) -> None:
        """Refuse any other name."""
        for name in self._object():
            if name not in names:
                raise self.bad(name)

    def section(self, name: str) -> "Reader":
        """Return the object under ``name``."""
        return Reader(self._object().get(name), f"{self._where}.{name}")

    def rows(self, name: str, default: Sequence[Document] | None = None) -> "list[Reader]":
        """Return the elements of the list under ``name``."""
        value = self._object().get(name, default)
        if isinstance(value, str) or not isinstance(value, Sequence) or len(value) > MOST_ROWS:
            raise self.bad(name)
        return [Reader(each, f"{self._where}.{name}[{at}]") for at, each in enumerate(value)]

    def text(
        self,
        name: str,
        *,
        default: str | None = None,
        pattern: str = r"[^\x00-\x1f]{1,200}",
        longest: int = 200,
    ) -> str:
        """Return the text under ``name``; with a default it may be missing or empty."""
        value = self._object().get(name, default)
        if not isinstance(value, str) or len(value) > longest:
            raise self.bad(name)
        if value != default and longest == 200 and not re.fullmatch(pattern, value):
            raise self.bad(name)
        return value

    def text_itself(self) -> str:
        """Return this value, which is a text."""
        if not isinstance(self._document, str) or not 0 < len(self._document) <= 200:
            raise self.bad()
        return self._document

    def one_of(self, name: str, known: Collection[str]) -> str:
        """Return the text under ``name``, one of ``known``."""
        value = self.text(name)
        if value not in known:
            raise self.bad(name)
        return value

    def number(self, name: str) -> Decimal:
        """Return the decimal under ``name``, written as a string, never negative."""
        value = self._object().get(name)
        if not isinstance(value, str) or not AMOUNT.fullmatch(value):
            raise self.bad(name)
        return Decimal(value)

    def whole(self, name: str, default: int | None = None) -> int:
        """Return the small whole number under ``name``."""
        value = self._object().get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_DECIMALS:
            raise self.bad(name)
        return value

    def flag(self, name: str) -> bool:
        """Return the truth value under ``name``."""
        value = self._object().get(name)
        if not isinstance(value, bool):
            raise self.bad(name)
        return value

    def instant(self, name: str) -> datetime:
        """Return the UTC instant under ``name``, written with ``Z``."""
        value = self._object().get(name)
        if not isinstance(value, str) or not INSTANT.fullmatch(value):
            raise self.bad(name)
        try:
            return datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
        except ValueError as error:
            raise self.bad(name) from error

    def unique(self, values: tuple[str, ...], name: str) -> tuple[str, ...]:
        """Return ``values``, refusing one that stands twice."""
        if len(set(values)) != len(values):
            raise self.bad(name)
        return values

    def _object(self) -> Mapping[str, Document]:
        if not isinstance(self._document, Mapping):
            raise self.bad()
        return self._document
