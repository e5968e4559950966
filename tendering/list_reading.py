"""How the public list finds tenders: one ordered reading for each index that a search needs.

However many tenders there are, a page reads about as many index entries: it begins at a key,
its count stops at a cap, and every filter has an index in the order of the list. Where a filter
admits several stages or categories, each pair is read in that order and the heads are merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
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
from tendering.domain.listing import BEFORE_THE_END, Deadline, Order, Search, stages_of
from tendering.domain.tender import Category, Stage
from tendering.models import TenderRow
from tendering.tender_lines import COLUMNS
from tendering.word_search import AskedWords

Conditions = list[ColumnElement[bool]]
Key = tuple[Any, ...]
_MATCHED = table("tender_search", column("rowid")).c.rowid
_QUERY: ColumnElement[Any] = literal_column("tender_search")


@dataclass(frozen=True)
class Reading:
    """The tenders that fit a search and its words at an instant, in the order of the list."""

    session: Session
    search: Search
    words: AskedWords
    now: datetime

    def count(self, most: int) -> int:
        """Return how many there are, at most ``most``."""
        heads = self._heads(most, None, descending=self.newest).limit(most).subquery()
        return self.session.execute(select(func.count()).select_from(heads)).scalar_one()

    def rows(self, most: int, beyond: Key | None, *, descending: bool) -> list[Row[Any]]:
        """Return the first ``COLUMNS`` and ``position`` beyond a key."""
        heads = self._heads(most, beyond, descending=descending).subquery()
        chosen = select(list(heads.c)[-1]).order_by(*_ordered(heads.c, descending=descending))
        query = select(*COLUMNS, TenderRow.position).where(self._key[-1].in_(chosen.limit(most)))
        return list(
            self.session.execute(query.order_by(*_ordered(self._key, descending=descending)))
        )

    @property
    def newest(self) -> bool:
        """Tell whether the list is in the order of publication."""
        return self.search.order is Order.NEWEST

    @property
    def _key(self) -> tuple[ColumnElement[Any], ...]:
        """What the list is sorted by; the last column names one tender."""
        if self.newest:
            return (TenderRow.position.expression,)
        return (TenderRow.deadline_at.expression, TenderRow.id.expression)

    def _heads(self, most: int, beyond: Key | None, *, descending: bool) -> Select[Any]:
        """Return the keys that each way of reading finds first."""
        ways = [
            select(*key)
            .where(*conditions, *_beyond(key, beyond, descending=descending))
            .order_by(*_ordered(key, descending=descending))
            .limit(most)
            .subquery()
            for key, conditions in self._ways()
        ]
        heads = [select(*way.c) for way in ways]
        return heads[0] if len(heads) == 1 else select(*union_all(*heads).subquery().c)

    def _ways(self) -> list[tuple[tuple[ColumnElement[Any], ...], Conditions]]:
        """Return sets of conditions, each served by one index, that together find all."""
        listed = TenderRow.position.is_not(None)
        if self.words.phrases:
            return [self._worded(listed)]
        stages = stages_of(self.search)
        if self.search.organisation_id:
            of_buyer = TenderRow.organisation_id == self.search.organisation_id
            return [(self._key, [of_buyer, listed, *self._filters()])]
        if not self.search.states and not self.search.categories and self.newest:
            return [(self._key, [listed])]
        return [
            (self._key, [self._at(stage, stages), TenderRow.category == category.value, listed])
            for stage in stages
            for category in self.search.categories or Category
        ]

    def _at(self, stage: Stage, stages: Mapping[Stage, Deadline]) -> ColumnElement[bool]:
        condition = TenderRow.stage == stage.value
        match stages[stage]:
            case Deadline.AHEAD:
                return and_(condition, TenderRow.deadline_at > self.now)
            case Deadline.OVER:
                return and_(condition, TenderRow.deadline_at <= self.now)
            case _:
                return condition

    def _filters(self) -> Conditions:
        """Return stages and categories as conditions to be judged row by row."""
        filters: Conditions = []
        if self.search.states or not self.newest:
            stages = stages_of(self.search)
            filters.append(or_(*(self._at(stage, stages) for stage in stages)))
        if self.search.categories:
            names = [each.value for each in self.search.categories]
            filters.append(TenderRow.category.in_(names))
        return filters

    def _worded(
        self, listed: ColumnElement[bool]
    ) -> tuple[tuple[ColumnElement[Any], ...], Conditions]:
        words = self.words
        if self.search.organisation_id:
            words = words.with_mark(self.search.organisation_id)
        if not is_sqlite(self.session):
            text = func.to_tsvector(literal_column("'english'::regconfig"), TenderRow.search)
            asked = func.to_tsquery(literal_column("'english'::regconfig"), words.for_postgresql())
            return self._key, [text.op("@@")(asked), listed, *self._filters()]
        matched = [_QUERY.op("MATCH")(words.for_sqlite()), *self._from_here_on()]
        if not self.newest:
            positions = select(_MATCHED).where(*matched)
            return self._key, [TenderRow.position.in_(positions), *self._filters()]
        if filters := self._filters():
            matched.append(exists().where(TenderRow.position == _MATCHED, *filters))
        return (_MATCHED,), matched

    def _from_here_on(self) -> Conditions:
        """Return where matches begin to count: tenders before their end are among the newest."""
        stages = stages_of(self.search)
        if not BEFORE_THE_END.issuperset(stages):
            return []
        names = [stage.value for stage in stages]
        first = select(func.min(TenderRow.position)).where(TenderRow.stage.in_(names))
        return [func.coalesce(first.scalar_subquery(), 0) <= _MATCHED]


def _ordered(
    key: Iterable[ColumnElement[Any]],
    *,
    descending: bool,
) -> list[ColumnElement[Any]]:
    return [each.desc() if descending else each.asc() for each in key]


def _beyond(
    key: tuple[ColumnElement[Any], ...], beyond: Key | None, *, descending: bool
) -> Conditions:
    if beyond is None:
        return []
    further = key[0] < beyond[0] if descending else key[0] > beyond[0]
    if len(key) == 1:
        return [further]
    among = key[1] < beyond[1] if descending else key[1] > beyond[1]
    # The first condition is where an index begins to be read.
    start = key[0] <= beyond[0] if descending else key[0] >= beyond[0]
    return [start, or_(further, and_(key[0] == beyond[0], among))]
