"""Reading both journals, newest first, by opaque cursors; who may look is judged above.

A cursor is an act's random id, never its place: places would show how many rows are hidden.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from foundation.values.refusal import Refusal
from transparency.models import Act, SealedAct

MOST_EXPORTED = 50_000


def newest_act(session: Session) -> int:
    """Return the last place of the public journal: while it stays, no public record changed.

    Nothing about a sealed bid moves it. It is for comparing alone and never shown.
    """
    return session.execute(select(func.max(Act.seq))).scalar() or 0


@dataclass(frozen=True)
class PublicEntry:
    """One public act with all that is needed to work its leaf out again."""

    act_id: str
    tender_id: str
    n: int
    kind: str
    at: datetime
    doc: dict[str, Any] | None
    salt: str | None
    leaf: bytes


@dataclass(frozen=True)
class SealedEntry:
    """One sealed act."""

    act_id: str
    tender_id: str
    organisation_id: str
    kind: str
    at: datetime
    doc: dict[str, Any] | None


@dataclass(frozen=True)
class Wanted:
    """What a reader asks for; empty means any. ``before`` and ``after`` are act ids."""

    tender_id: str = ""
    kinds: frozenset[str] = frozenset()
    before: str = ""
    after: str = ""
    limit: int = 50


@dataclass(frozen=True)
class Scope:
    """What a reader of the sealed journal may see.

    Args:
        hidden_tenders: not opened yet; their rows are left out.
        only_organisation: rows of this organisation and of ``only_tenders`` alone, if given.
        only_tenders: see ``only_organisation``.
        horizon: rows without a tender from here on are left out ...
        office_organisations: ... unless they are of one of these.
        hidden_kinds: rows of these kinds are left out.
    """

    hidden_tenders: frozenset[str]
    only_organisation: str = ""
    only_tenders: frozenset[str] = frozenset()
    horizon: datetime | None = None
    office_organisations: frozenset[str] = frozenset()
    hidden_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PublicSlice:
    """Some public entries, newest first, and whether there are newer and older ones."""

    entries: tuple[PublicEntry, ...]
    newer: bool
    older: bool


@dataclass(frozen=True)
class SealedSlice:
    """Some sealed entries, newest first, and whether there are newer and older ones."""

    entries: tuple[SealedEntry, ...]
    newer: bool
    older: bool


def public_entry(session: Session, act_id: str) -> PublicEntry:
    """Return one public act.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.scalars(select(Act).where(Act.act_id == act_id)).one_or_none()
    if row is None:
        raise Refusal("not-found")
    return _public(row)


def public_entries(session: Session, wanted: Wanted) -> PublicSlice:
    """Return a page of the public journal."""
    rows, newer, older = _slice(session, Act, _asked(Act, wanted), wanted)
    return PublicSlice(tuple(_public(row) for row in rows), newer, older)


def sealed_entries(session: Session, wanted: Wanted, scope: Scope) -> SealedSlice:
    """Return a page of the sealed journal, as far as ``scope`` reaches."""
    conditions = [*_asked(SealedAct, wanted), *_within(scope)]
    rows, newer, older = _slice(session, SealedAct, conditions, wanted)
    return SealedSlice(tuple(_sealed(row) for row in rows), newer, older)


def _asked(table: type[Act] | type[SealedAct], wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.tender_id:
        conditions.append(table.tender_id == wanted.tender_id)
    if wanted.kinds:
        conditions.append(table.kind.in_(sorted(wanted.kinds)))
    return conditions


def _within(scope: Scope) -> Iterable[ColumnElement[bool]]:
    yield SealedAct.tender_id.not_in(sorted(scope.hidden_tenders))
    if scope.hidden_kinds:
        yield SealedAct.kind.not_in(sorted(scope.hidden_kinds))
    if scope.horizon is not None:
        yield not_(
            and_(
                SealedAct.tender_id == "",
                SealedAct.at >= scope.horizon,
                SealedAct.organisation_id.not_in(sorted(scope.office_organisations)),
            )
        )
    if scope.only_organisation:
        yield or_(
            SealedAct.tender_id.in_(sorted(scope.only_tenders)),
            and_(SealedAct.tender_id == "", SealedAct.organisation_id == scope.only_organisation),
        )


def _slice(
    session: Session,
    table: type[Any],
    conditions: list[ColumnElement[bool]],
    wanted: Wanted,
) -> tuple[list[Any], bool, bool]:
    place = _place(session, table, wanted.before or wanted.after)
    query = select(table).where(*conditions).limit(min(wanted.limit, MOST_EXPORTED) + 1)
    if place is not None and not wanted.before:
        rows = list(session.scalars(query.where(table.seq > place).order_by(table.seq)))
        more = len(rows) > wanted.limit
        return rows[: wanted.limit][::-1], more, True
    if place is not None:
        query = query.where(table.seq < place)
    rows = list(session.scalars(query.order_by(table.seq.desc())))
    return rows[: wanted.limit], place is not None, len(rows) > wanted.limit


def _place(session: Session, table: type[Any], act_id: str) -> int | None:
    if not act_id:
        return None
    place: int | None = session.execute(
        select(table.seq).where(table.act_id == act_id)
    ).scalar_one_or_none()
    return place


def _public(row: Act) -> PublicEntry:
    salt = row.salt.hex() if row.salt else None
    return PublicEntry(row.act_id, row.tender_id, row.n, row.kind, row.at, row.doc, salt, row.leaf)


def _sealed(row: SealedAct) -> SealedEntry:
    return SealedEntry(row.act_id, row.tender_id, row.organisation_id, row.kind, row.at, row.doc)
