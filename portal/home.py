"""What the home page shows: what closes, opens and was awarded."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from evaluation import queries as evaluation
from foundation.values.money import Money
from foundation.values.text import Text
from tendering import public_list as tenders
from tendering.domain.listing import Order, Search, State
from tendering.domain.tender import Stage
from tendering.tender_lines import TenderLine

_BEING_OPENED = frozenset({Stage.CLOSED, Stage.OPENING, Stage.OPENING_PRICES})


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
    opening_href: str = ""
    awarded_to: str = ""
    award: Money | None = None


@dataclass(frozen=True)
class HomePage:
    """The lists of the home page."""

    closing: tuple[HomeTender, ...]
    opening: tuple[HomeTender, ...]
    awarded: tuple[HomeTender, ...]
    now: datetime
    first_run: bool


def home_page(session: Session, *, first_run: bool) -> HomePage:
    """Return the home page's lists, short ones only."""
    open_now = tenders.public_tenders(session, Search(order=Order.CLOSING))
    opening = tenders.public_tenders(session, Search(states=(State.EVALUATION,)))
    awarded = tenders.public_tenders(session, Search(states=(State.AWARDED,)))
    return HomePage(
        closing=tuple(_line(line) for line in open_now.lines[:5]),
        opening=tuple(_line(line) for line in opening.lines if line.stage in _BEING_OPENED)[:3],
        awarded=tuple(_awarded(session, line) for line in awarded.lines[:3]),
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
        opening_href=url_for("bids.opening", tender_id=line.id),
    )


def _awarded(session: Session, line: TenderLine) -> HomeTender:
    decision = evaluation.award(session, line.id)
    won = [lot for lot in decision.lots if lot.vendor_name] if decision else []
    return replace(
        _line(line),
        href=url_for("evaluation.award", tender_id=line.id),
        awarded_to=", ".join(dict.fromkeys(lot.vendor_name for lot in won)),
        award=won[0].amount if len(won) == 1 else None,
    )
