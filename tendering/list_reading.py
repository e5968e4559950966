"""How the public list finds tenders: one ordered reading for each index that a search needs.

However many tenders there are, a page reads about as many index entries: it begins at a key,
its count stops at a cap, and every filter has an index in the order of the list. Where a filter
admits several stages or categories, each pair is read in that order and the heads are merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session

from foundation.database import is_sqlite
from tendering.domain.listing import BEFORE_THE_END, Deadline, Order, Search, State, stages_of
from tendering.domain.tender import Category, Stage
from tendering.models import TenderRow
from tendering.tender_lines import COLUMNS
from tendering.word_search import AskedWords

Columns = tuple[ColumnElement[Any], ...]
Conditions = list[ColumnElement[bool]]
Key = tuple[Any, ...]
_TENDER: Table = TenderRow.metadata.tables["tender"]
_ROW = _TENDER.c
_MATCHED = table("tender_search", column("rowid")).c.rowid
# More than ever take bids at once; a limit makes SQLite keep the order of reading.
_MOST_OPEN = 1_000_000
_QUERY: ColumnElement[Any] = literal_column("tender_search")
_WORDS: ColumnElement[Any] = literal_column("'muhr'::regconfig")


@dataclass(frozen=True)
class Reading:
    """The tenders that fit a search and its words at an instant, in the order of the list."""

    session: Session
    search: Search
    words: AskedWords
    now: datetime

    def count(self, most: int) -> int:
        """Return how many there are, at most ``most``."""
        statement = _counting(self._shape(), most)
        return int(self.session.execute(statement, self._values(None)).scalar_one())

    def rows(self, most: int, beyond: Key | None, *, descending: bool) -> list[Row[Any]]:
        """Return the first ``COLUMNS`` and ``position`` beyond a key."""
        statement = _reading(self._shape(), most, descending=descending, beyond=beyond is not None)
        return list(self.session.execute(statement, self._values(beyond)))

    @property
    def newest(self) -> bool:
        """Tell whether the list is in the order of publication."""
        return self.search.order is Order.NEWEST

    def _shape(self) -> _Shape:
        search = self.search
        return _Shape(
            order=search.order,
            states=search.states,
            categories=search.categories,
            buyer=bool(search.organisation_id),
            words=bool(self.words.phrases),
            sqlite=is_sqlite(self.session),
        )

    def _values(self, beyond: Key | None) -> dict[str, Any]:
        words = self.words
        if self.search.organisation_id:
            words = words.with_mark(self.search.organisation_id)
        sqlite = is_sqlite(self.session)
        return {
            "now": self.now,
            "buyer": self.search.organisation_id,
            "words": words.for_sqlite() if sqlite else words.for_postgresql(),
            **dict(zip(("at", "beside"), beyond or (), strict=False)),
        }


@dataclass(frozen=True)
class _Shape:
    """What makes one statement differ from another; its values are given when it is run."""

    order: Order
    states: tuple[State, ...]
    categories: tuple[Category, ...]
    buyer: bool
    words: bool
    sqlite: bool

    @property
    def newest(self) -> bool:
        return self.order is Order.NEWEST

    @property
    def stages(self) -> Mapping[Stage, Deadline]:
        return stages_of(Search(states=self.states, order=self.order))

    @property
    def key(self) -> Columns:
        """What the list is sorted by; the last column names one tender."""
        return (_ROW.position,) if self.newest else (_ROW.deadline_at, _ROW.id)


# Making a statement takes longer than running it.
@lru_cache(maxsize=500)
def _counting(shape: _Shape, most: int) -> Select[Any]:
    heads = _heads(shape, most, descending=shape.newest, beyond=False).limit(most).subquery()
    return select(func.count()).select_from(heads)


@lru_cache(maxsize=1000)
def _reading(shape: _Shape, most: int, *, descending: bool, beyond: bool) -> Select[Any]:
    heads = _heads(shape, most, descending=descending, beyond=beyond).subquery()
    chosen = select(list(heads.c)[-1]).order_by(*_ordered(heads.c, descending=descending))
    query = select(*COLUMNS, _ROW.position).where(shape.key[-1].in_(chosen.limit(most)))
    return query.order_by(*_ordered(shape.key, descending=descending))


def _heads(shape: _Shape, most: int, *, descending: bool, beyond: bool) -> Select[Any]:
    """Return the keys that each way of reading finds first."""
    ways = [
        select(*key)
        .where(*conditions, *(_beyond(key, descending=descending) if beyond else ()))
        .order_by(*_ordered(key, descending=descending))
        .limit(most)
        .subquery()
        for key, conditions in _ways(shape)
    ]
    heads = [select(*way.c) for way in ways]
    return heads[0] if len(heads) == 1 else select(*union_all(*heads).subquery().c)


def _ways(shape: _Shape) -> list[tuple[Columns, Conditions]]:
    """Return sets of conditions, each served by one index, that together find all."""
    listed = _ROW.position.is_not(None)
    if shape.words:
        return [_worded(shape) if shape.sqlite else (shape.key, [listed, *_worded_text(shape)])]
    if shape.buyer:
        return [(shape.key, [_ROW.organisation_id == bindparam("buyer"), listed, *_filters(shape)])]
    if not shape.states and not shape.categories and shape.newest:
        return [(shape.key, [listed])]
    return [
        (shape.key, [_at(stage, deadline), _ROW.category == category.value, listed])
        for stage, deadline in shape.stages.items()
        for category in shape.categories or Category
    ]


def _at(stage: Stage, deadline: Deadline) -> ColumnElement[bool]:
    condition = _ROW.stage == stage.value
    match deadline:
        case Deadline.AHEAD:
            return and_(condition, _ROW.deadline_at > bindparam("now"))
        case Deadline.OVER:
            return and_(condition, _ROW.deadline_at <= bindparam("now"))
        case _:
            return condition


def _filters(shape: _Shape) -> Conditions:
    """Return stages and categories as conditions to be judged row by row."""
    filters: Conditions = []
    if shape.states or not shape.newest:
        filters.append(or_(*(_at(stage, deadline) for stage, deadline in shape.stages.items())))
    if shape.categories:
        filters.append(_ROW.category.in_([each.value for each in shape.categories]))
    return filters


def _worded_text(shape: _Shape) -> Conditions:
    """Return what PostgreSQL finds by its index over the words."""
    asked = func.to_tsquery(_WORDS, bindparam("words"))
    return [func.to_tsvector(_WORDS, _ROW.search).op("@@")(asked), *_filters(shape)]


def _worded(shape: _Shape) -> tuple[Columns, Conditions]:
    """Return what SQLite finds in its table of words, whose row ids are the positions."""
    matched = [_QUERY.op("MATCH")(bindparam("words")), *_from_here_on(shape)]
    if not shape.newest:
        # From the newest match down to where they begin to count; upwards all would be read.
        positions = select(_MATCHED).where(*matched).order_by(_MATCHED.desc()).limit(_MOST_OPEN)
        return shape.key, [_ROW.position.in_(positions), *_filters(shape)]
    if filters := _filters(shape):
        matched.append(exists().where(_ROW.position == _MATCHED, *filters))
    return (_MATCHED,), matched


def _from_here_on(shape: _Shape) -> Conditions:
    """Return where matches begin to count: tenders before their end are among the newest."""
    if not BEFORE_THE_END.issuperset(shape.stages):
        return []
    names = [stage.value for stage in shape.stages]
    first = select(func.min(_ROW.position)).where(_ROW.stage.in_(names))
    return [func.coalesce(first.scalar_subquery(), 0) <= _MATCHED]


def _ordered(key: Iterable[ColumnElement[Any]], *, descending: bool) -> list[ColumnElement[Any]]:
    return [each.desc() if descending else each.asc() for each in key]


def _beyond(key: Columns, *, descending: bool) -> Conditions:
    at: ColumnElement[Any] = bindparam("at", type_=key[0].type)
    further = key[0] < at if descending else key[0] > at
    if len(key) == 1:
        return [further]
    beside: ColumnElement[Any] = bindparam("beside")
    among = key[1] < beside if descending else key[1] > beside
    # The first condition is where an index begins to be read.
    start = key[0] <= at if descending else key[0] >= at
    return [start, or_(further, and_(key[0] == at, among))]
