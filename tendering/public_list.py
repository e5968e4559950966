"""The public list of tenders: one page of it, cut by key, its capped count, and the buyers."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, bindparam, func, select
from sqlalchemy.orm import Session

from foundation.database import database_instant
from foundation.values.instants import instant_from_text, instant_text
from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name
from tendering.domain.listing import LONGEST_SEARCH, Order, Search
from tendering.domain.tender import Category, Stage
from tendering.list_reading import Key, Reading
from tendering.models import TenderRow
from tendering.tender_lines import TenderLine, line_of
from tendering.word_search import asked_words

PAGE = 20
MOST_COUNTED = 1_000
MOST_BUYERS = 60


@dataclass(frozen=True)
class TenderPage:
    """One page of the public list; ``newer`` and ``older`` are cursors, empty at the ends."""

    lines: tuple[TenderLine, ...]
    count: int
    capped: bool
    newer: str
    older: str
    now: datetime
    search: Search = field(default_factory=Search)


def public_tenders(session: Session, search: Search, now: datetime | None = None) -> TenderPage:
    """Return one page of the published tenders that fit ``search`` at the database's ``now``.

    Words are looked for whole; where no tender has them, their beginnings count.

    Raises:
        Refusal: ``not-found`` for a cursor that this list never gave.
    """
    now = now or database_instant(session)
    typed = clean_name(search.words, longest=LONGEST_SEARCH)
    words = asked_words(typed)
    cursor = _read_cursor(search)
    if typed and not words.phrases:  # signs alone
        return TenderPage((), 0, capped=False, newer="", older="", now=now, search=search)
    found = Reading(session, search, words, now)
    count = found.count(MOST_COUNTED + 1)
    if not count and words.phrases:
        found = Reading(session, search, words.with_beginnings(), now)
        count = found.count(MOST_COUNTED + 1)
    rows, newer, older = _page(found, cursor)
    return TenderPage(
        lines=tuple(line_of(row) for row in rows),
        count=min(count, MOST_COUNTED),
        capped=count > MOST_COUNTED,
        newer=newer,
        older=older,
        now=now,
        search=search,
    )


def buyers(session: Session, chosen: str = "") -> tuple[tuple[str, Text], ...]:
    """Return the organisations that have published, by their English name.

    Where more than ``MOST_BUYERS`` have, a list of them helps nobody: only the ``chosen`` one
    is returned, and the others are found by the words of the search.
    """
    found = session.execute(_buyers()).all()
    if len(found) > MOST_BUYERS:
        found = session.execute(_buyer(), {"buyer": chosen}).all()
    named = [(row[0], Text(en=row[1], ur=row[2])) for row in found if row[1] is not None]
    return tuple(sorted(named, key=lambda buyer: buyer[1].en))


def next_deadline(session: Session, now: datetime) -> datetime | None:
    """Return when the next tender ceases to take bids, which moves it in the list."""
    found = session.execute(_next_deadlines(), {"now": now}).one()
    return min((at for at in found if at is not None), default=None)


@lru_cache(maxsize=1)
def _next_deadlines() -> Select[*tuple[Any, ...]]:
    firsts = [
        select(func.min(TenderRow.deadline_at))
        .where(
            TenderRow.stage == Stage.PUBLISHED.value,
            TenderRow.category == category.value,
            TenderRow.deadline_at > bindparam("now"),
        )
        .scalar_subquery()
        for category in Category
    ]
    return select(*firsts)


@lru_cache(maxsize=1)
def _buyers() -> Select[*tuple[Any, ...]]:
    """Return a query that leaps from each buyer to the next one."""
    published = TenderRow.position.is_not(None)
    first = select(func.min(TenderRow.organisation_id).label("id")).where(published)
    each = first.cte("buyer", recursive=True)
    beyond = TenderRow.organisation_id > each.c.id
    following = select(func.min(TenderRow.organisation_id)).where(published, beyond)
    each = each.union_all(select(following.scalar_subquery()).where(each.c.id.is_not(None)))
    known = each.c.id.is_not(None)
    return select(each.c.id, *_names(each.c.id)).where(known).limit(MOST_BUYERS + 1)


@lru_cache(maxsize=1)
def _buyer() -> Select[*tuple[Any, ...]]:
    buyer: ColumnElement[str] = bindparam("buyer", type_=String)
    return select(buyer, *_names(buyer))


def _names(organisation_id: ColumnElement[str]) -> list[ColumnElement[str]]:
    """Return what an organisation was called when it published last; none if it never did."""
    return [
        select(name)
        .where(TenderRow.organisation_id == organisation_id, TenderRow.position.is_not(None))
        .order_by(TenderRow.position.desc())
        .limit(1)
        .scalar_subquery()
        for name in (TenderRow.organisation_name_en, TenderRow.organisation_name_ur)
    ]


def _page(found: Reading, cursor: Key | None) -> tuple[list[Row[Any]], str, str]:
    """Return the rows of one page and the cursors on both sides.

    Pages are cut by key, not by count, so that a tender published meanwhile moves nothing.
    """
    search = found.search
    backwards = bool(search.before)
    rows = found.rows(PAGE + 1, cursor, descending=found.newest != backwards)
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    has_newer = more if backwards else bool(search.after)
    has_older = True if backwards else more
    newer = _cursor(rows[0], search.order) if rows and has_newer else ""
    older = _cursor(rows[-1], search.order) if rows and has_older else ""
    return rows, newer, older


def _cursor(row: Row[Any], order: Order) -> str:
    newest = order is Order.NEWEST
    key = str(row.position) if newest else f"{instant_text(row.deadline_at)} {row.id}"
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _read_cursor(search: Search) -> Key | None:
    cursor = search.before or search.after
    if not cursor:
        return None
    try:
        key = base64.urlsafe_b64decode((cursor + "=" * (-len(cursor) % 4)).encode()).decode()
        if search.order is Order.NEWEST:
            if not (key.isascii() and key.isdigit() and len(key) <= 15):
                raise Refusal("not-found")
            return (int(key),)
        at, tender_id = key.split(" ")
        return instant_from_text(at), tender_id
    except (ValueError, binascii.Error) as error:
        raise Refusal("not-found") from error
