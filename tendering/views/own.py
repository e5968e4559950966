"""The draft that a page is about, given only to the people of its organisation."""

from datetime import datetime

from flask import redirect, url_for
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from foundation.database import database_instant
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.domain import changing, publication
from tendering.domain.publication import Gap, Topic
from tendering.domain.rulebook import RuleBook
from tendering.domain.tender import Tender
from tendering.rulebooks import rulebook

OFFICE = (Role.OFFICER, Role.APPROVER)


def own_tender(tender_id: str) -> Tender:
    """Return a tender of the actor's organisation; to all others there is none.

    Raises:
        Refusal: ``not-found``.
    """
    tender = facts.tender(access.session(), tender_id)
    if tender.organisation_id != access.actor().organisation_id:
        raise Refusal("not-found")
    return tender


def book_of(tender: Tender) -> RuleBook:
    """Return the rule book that the tender is under."""
    return rulebook(tender.rulebook)


def tender_changed_by(draft: Tender) -> Tender | None:
    """Return the published tender that a draft changes; None for the draft of a new one."""
    return None if draft.amends is None else facts.tender(access.session(), draft.amends.of)


def gaps_of(draft: Tender, at: datetime) -> tuple[Gap, ...]:
    """Return what stands between a draft, of a tender or of a change, and its publication."""
    book = book_of(draft)
    changed = tender_changed_by(draft)
    if changed is None:
        return publication.gaps(draft, book, at)
    return changing.gaps(draft, changed, book, at)


def now() -> datetime:
    """Return the database's present instant, for the proposals that pages show."""
    return database_instant(access.session())


def to_task_list(tender: Tender) -> Response:
    """Lead back to the draft's task list."""
    return redirect(url_for("drafts.task_list", tender_id=tender.id), 303)


def to_topic(tender: Tender, topic: Topic) -> Response:
    """Lead to one topic's page."""
    return redirect(url_for(f"drafts.{topic.value}", tender_id=tender.id), 303)
