"""Words as the search for tenders knows them: whole words, folded, English endings left off.

SQLite looks them up in its full-text table ``tender_search``, whose row ids are the tenders'
positions; PostgreSQL in an index over the same text (portal/migrations, revision 0006).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from foundation.values.text import fold

MOST_WORDS = 8
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class AskedWords:
    """What somebody looks for: every phrase must occur, its parts one after the other.

    With ``beginnings`` the last part of each phrase may go on in the text.
    """

    phrases: tuple[tuple[str, ...], ...]
    beginnings: bool = False

    def with_beginnings(self) -> AskedWords:
        """Return the same words, whose endings count no more."""
        return replace(self, beginnings=True)

    def with_mark(self, mark: str) -> AskedWords:
        """Return the same words and one that ``indexed_text`` was given besides the texts."""
        return replace(self, phrases=(*self.phrases, (mark,)))

    def for_sqlite(self) -> str:
        """Return the query of an FTS5 ``MATCH``."""
        ending = "*" if self.beginnings else ""
        return " ".join(f'"{" ".join(phrase)}"{ending}' for phrase in self.phrases)

    def for_postgresql(self) -> str:
        """Return the text of a ``tsquery``."""
        ending = ":*" if self.beginnings else ""
        phrases = (" <-> ".join(f"'{part}'" for part in phrase) for phrase in self.phrases)
        return " & ".join(f"({phrase}{ending})" for phrase in phrases)


def asked_words(text: str) -> AskedWords:
    """Return the words of what a reader typed; signs alone are none."""
    typed = (tuple(_TOKEN.findall(fold(word))) for word in text.split())
    return AskedWords(tuple(parts for parts in typed if parts)[:MOST_WORDS])


def indexed_text(*parts: str) -> str:
    """Return the text in which a tender is looked for: its words, folded, between single spaces.

    >>> indexed_text("KTC-2026-0002", "Road repair")
    'ktc 2026 0002 road repair'
    """
    return " ".join(_TOKEN.findall(fold(" ".join(parts))))
