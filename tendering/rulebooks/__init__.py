"""The rule books of this installation: one TOML file a version, read once."""

import tomllib
from functools import cache
from pathlib import Path

from foundation.values.refusal import Refusal
from tendering.domain.book_reading import holiday_list, read_holidays, read_rulebook
from tendering.domain.rulebook import RuleBook

FOLDER = Path(__file__).parent


@cache
def rulebooks() -> dict[str, RuleBook]:
    """Return every version of every book by its ``id@version``.

    Raises:
        Refusal: ``bad-rulebook`` naming the file and place.
    """
    books = [_read(path) for path in sorted(FOLDER.glob("*.toml"))]
    return {book.reference: book for book in books}


def rulebook(reference: str) -> RuleBook:
    """Return the book that a tender pins as ``id@version``.

    Raises:
        Refusal: ``unknown-rulebook``.
    """
    book = rulebooks().get(reference)
    if book is None:
        raise Refusal("unknown-rulebook", reference=reference)
    return book


def current_books() -> tuple[RuleBook, ...]:
    """Return the newest version of each book, real ones before practice ones."""
    newest: dict[str, RuleBook] = {}
    for book in rulebooks().values():
        if book.id not in newest or newest[book.id].version < book.version:
            newest[book.id] = book
    return tuple(sorted(newest.values(), key=lambda book: (book.practice, book.id)))


def current_book(book_id: str) -> RuleBook:
    """Return the newest version of the book ``book_id``.

    Raises:
        Refusal: ``unknown-rulebook``.
    """
    for book in current_books():
        if book.id == book_id:
            return book
    raise Refusal("unknown-rulebook", reference=book_id)


def _read(path: Path) -> RuleBook:
    table: dict[str, object] = tomllib.loads(path.read_text("utf-8"))
    name = holiday_list(table)
    if name:
        listed = tomllib.loads((FOLDER / "holidays" / f"{name}.toml").read_text("utf-8"))
        return read_rulebook(table, read_holidays(listed))
    return read_rulebook(table, ())
