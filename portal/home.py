"""What the home page shows: what closes, opens and was awarded."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from foundation.values.money import Money
from foundation.values.text import Text
from tendering import queries as tenders
from tendering.domain.tender import Stage
from tendering.queries import Order, Search, State, TenderLine

_BEING_OPENED = frozenset({Stage.CLOSED, Stage.OPENING})


@dataclass(frozen=True)
class HomeTender:
    """A tender on the home page."""

    href: str
    number: str
    title: Text
    organisation_name: Text
    deadline_at: datetime
    opening_at: datetime
    zone: str
    estimate: Money | None
    awarded_to: str = ""


@dataclass(frozen=True)
class HomePage:
    """The lists of the home page."""

    closing: tuple[HomeTender, ...]
    opening: tuple[HomeTender, ...]
    now: datetime
    first_run: bool


def home_page(session: Session, *, first_run: bool) -> HomePage:
    """Return the home page's lists, short ones only."""
    open_now = tenders.public_tenders(session, Search(order=Order.CLOSING))
    opening = tenders.public_tenders(session, Search(states=(State.EVALUATION,)))
    return HomePage(
        closing=tuple(_line(line) for line in open_now.lines[:5]),
        opening=tuple(_line(line) for line in opening.lines if line.stage in _BEING_OPENED)[:3],
        now=open_now.now,
        first_run=first_run,
    )


def _line(line: TenderLine) -> HomeTender:
    return HomeTender(
        href=url_for("tendering.tender_page", tender_id=line.id),
        number=line.number or "",
        title=line.title,
        organisation_name=line.organisation_name,
        deadline_at=line.deadline_at,
        opening_at=line.opening_at,
        zone=line.zone,
        estimate=line.estimate,
    )
