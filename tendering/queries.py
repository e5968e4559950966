"""Reading lists of tenders: the public one with search and paging, an organisation's own."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from foundation.database import database_instant
from foundation.values.instants import instant_from_text, instant_text
from foundation.values.money import Money
from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_name, fold
from tendering.domain.tender import ENDED_STAGES, PUBLIC_STAGES, Category, Stage
from tendering.models import FollowerRow, TenderRow

PAGE = 20
MOST_COUNTED = 1_000
LONGEST_SEARCH = 200
MOST_WORDS = 8


class State(StrEnum):
    """What the public list calls the stage of a tender; it depends on the instant."""

    OPEN = "open"
    EVALUATION = "evaluation"
    AWARDED = "awarded"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


class Order(StrEnum):
    """How the public list is sorted; ``CLOSING`` lists only tenders that still take bids."""

    NEWEST = "newest"
    CLOSING = "closing"


@dataclass(frozen=True)
class Search:
    """What a reader asked the public list for; empty fields ask for everything."""

    words: str = ""
    states: tuple[State, ...] = ()
    categories: tuple[Category, ...] = ()
    organisation_id: str = ""
    order: Order = Order.NEWEST
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class TenderLine:
    """One tender as lists show it."""

    id: str
    number: str | None
    title: Text
    organisation_id: str
    organisation_name: Text
    category: Category
    estimate: Money | None
    stage: Stage
    published_at: datetime | None
    deadline_at: datetime
    opening_at: datetime
    zone: str
    changed_at: datetime
    created_by: str
    authors: tuple[str, ...]
    amends: str | None = None


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


def public_tenders(session: Session, search: Search) -> TenderPage:
    """Return one page of the published tenders that fit ``search``.

    Raises:
        Refusal: ``not-found`` for a cursor that this list never gave.
    """
    now = database_instant(session)
    conditions = _conditions(search, now)
    count = session.execute(
        select(func.count()).select_from(
            select(TenderRow.id).where(*conditions).limit(MOST_COUNTED + 1).subquery()
        )
    ).scalar_one()
    rows, newer, older = _page(session, search, conditions)
    return TenderPage(
        lines=tuple(_line(row) for row in rows),
        count=min(count, MOST_COUNTED),
        capped=count > MOST_COUNTED,
        newer=newer,
        older=older,
        now=now,
        search=search,
    )


def buyers(session: Session) -> tuple[tuple[str, Text], ...]:
    """Return the organisations that have published, by their English name."""
    rows = session.execute(
        select(
            TenderRow.organisation_id,
            func.max(TenderRow.organisation_name_en),
            func.max(TenderRow.organisation_name_ur),
        )
        .where(TenderRow.stage.in_(_PUBLIC))
        .group_by(TenderRow.organisation_id)
        .order_by(func.max(TenderRow.organisation_name_en))
    )
    return tuple((row[0], Text(en=row[1], ur=row[2])) for row in rows)


def tenders_of(
    session: Session, organisation_id: str, stages: frozenset[Stage] = frozenset(Stage)
) -> tuple[TenderLine, ...]:
    """Return an organisation's tenders at ``stages``, the last changed first.

    Whoever shows drafts must belong to the organisation.
    """
    rows = session.execute(
        select(*_COLUMNS)
        .where(
            TenderRow.organisation_id == organisation_id,
            TenderRow.stage.in_([stage.value for stage in stages]),
        )
        .order_by(TenderRow.changed_at.desc(), TenderRow.id)
        .limit(500)
    )
    return tuple(_line(row) for row in rows)


def followers(session: Session, tender_id: str) -> tuple[str, ...]:
    """Return the accounts that follow a tender."""
    query = select(FollowerRow.account_id).where(FollowerRow.tender_id == tender_id)
    return tuple(session.scalars(query.order_by(FollowerRow.account_id)))


def follows(session: Session, tender_id: str, account_id: str) -> bool:
    """Tell whether the account follows the tender."""
    return session.get(FollowerRow, (tender_id, account_id)) is not None


def state_of(stage: Stage, deadline_at: datetime, now: datetime) -> State:
    """Return what the public calls a published tender's stage at ``now``."""
    if stage is Stage.AWARDED:
        return State.AWARDED
    if stage is Stage.UNSUCCESSFUL:
        return State.UNSUCCESSFUL
    if stage is Stage.CANCELLED:
        return State.CANCELLED
    if stage is Stage.PUBLISHED and now < deadline_at:
        return State.OPEN
    return State.EVALUATION


_PUBLIC = sorted(stage.value for stage in PUBLIC_STAGES)
_BEFORE_THE_END = sorted(stage.value for stage in PUBLIC_STAGES - ENDED_STAGES)
_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    TenderRow.id,
    TenderRow.number,
    TenderRow.title_en,
    TenderRow.title_ur,
    TenderRow.organisation_id,
    TenderRow.organisation_name_en,
    TenderRow.organisation_name_ur,
    TenderRow.category,
    TenderRow.estimate,
    TenderRow.currency,
    TenderRow.stage,
    TenderRow.published_at,
    TenderRow.deadline_at,
    TenderRow.opening_at,
    TenderRow.zone,
    TenderRow.changed_at,
    TenderRow.created_by,
    TenderRow.authors,
    TenderRow.amends,
)


def _conditions(search: Search, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [TenderRow.stage.in_(_PUBLIC)]
    words = fold(clean_name(search.words, longest=LONGEST_SEARCH)).split()[:MOST_WORDS]
    conditions += [TenderRow.search.contains(word, autoescape=True) for word in words]
    if search.categories:
        conditions.append(TenderRow.category.in_([each.value for each in search.categories]))
    if search.organisation_id:
        conditions.append(TenderRow.organisation_id == search.organisation_id)
    if search.states:
        conditions.append(or_(*(_in_state(state, now) for state in search.states)))
    if search.order is Order.CLOSING:
        conditions.append(_in_state(State.OPEN, now))
    return conditions


def _in_state(state: State, now: datetime) -> ColumnElement[bool]:
    open_now = and_(TenderRow.stage == Stage.PUBLISHED.value, TenderRow.deadline_at > now)
    match state:
        case State.OPEN:
            return open_now
        case State.AWARDED:
            return TenderRow.stage == Stage.AWARDED.value
        case State.UNSUCCESSFUL:
            return TenderRow.stage == Stage.UNSUCCESSFUL.value
        case State.CANCELLED:
            return TenderRow.stage == Stage.CANCELLED.value
        case _:
            return and_(TenderRow.stage.in_(_BEFORE_THE_END), ~open_now)


def _page(
    session: Session, search: Search, conditions: list[ColumnElement[bool]]
) -> tuple[list[Row[Any]], str, str]:
    """Return the rows of one page and the cursors on both sides.

    Pages are cut by key, not by count, so that a tender published meanwhile moves nothing.
    """
    key = TenderRow.published_at if search.order is Order.NEWEST else TenderRow.deadline_at
    backwards = bool(search.before)
    descending = (search.order is Order.NEWEST) != backwards
    cursor = search.before or search.after
    query = select(*_COLUMNS).where(*conditions)
    if cursor:
        at, tender_id = _read_cursor(cursor)
        beyond = key < at if descending else key > at
        among = TenderRow.id < tender_id if descending else TenderRow.id > tender_id
        query = query.where(or_(beyond, and_(key == at, among)))
    order = (key.desc(), TenderRow.id.desc()) if descending else (key, TenderRow.id)
    rows = list(session.execute(query.order_by(*order).limit(PAGE + 1)))
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
    at = row.published_at if order is Order.NEWEST else row.deadline_at
    return base64.urlsafe_b64encode(f"{instant_text(at)} {row.id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, tender_id = base64.urlsafe_b64decode(padded.encode()).decode().split(" ")
        return instant_from_text(at), tender_id
    except (ValueError, binascii.Error) as error:
        raise Refusal("not-found") from error


def _line(row: Row[Any]) -> TenderLine:
    return TenderLine(
        id=row.id,
        number=row.number,
        title=Text(row.title_en, row.title_ur),
        organisation_id=row.organisation_id,
        organisation_name=Text(row.organisation_name_en, row.organisation_name_ur),
        category=Category(row.category),
        estimate=None if row.estimate is None else Money(row.estimate, row.currency),
        stage=Stage(row.stage),
        published_at=row.published_at,
        deadline_at=row.deadline_at,
        opening_at=row.opening_at,
        zone=row.zone,
        changed_at=row.changed_at,
        created_by=row.created_by,
        authors=tuple(row.authors),
        amends=row.amends,
    )
