"""The links that evaluation adds to a tender's page and to the officer's dashboard."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from accounts import access
from evaluation.queries.next_steps import (
    FOLLOW,
    WAIT,
    WAIT_APPROVAL,
    WAIT_DECISION,
    WAIT_PRICES,
    next_steps,
)
from evaluation.queries.published import award
from evaluation.queries.reports import stored_report, stored_technical_report
from tendering.domain.tender import READ_STAGES, Stage, Tender
from tendering.views.links import Link, Place, register

AFTER_OPENING = frozenset(READ_STAGES) | {Stage.AWARDED, Stage.UNSUCCESSFUL}


@register
def records(tender: Tender, now: datetime) -> Iterator[Link]:
    """Give the reports and the award once they are public."""
    if tender.stage not in AFTER_OPENING:
        return
    session = access.session()
    if stored_technical_report(session, tender.id) is not None:
        href = url_for("evaluation.technical_report", tender_id=tender.id)
        yield Link(Place.RECORD, gettext("Technical report"), href)
    if stored_report(session, tender.id) is not None:
        href = url_for("evaluation.report", tender_id=tender.id)
        yield Link(Place.RECORD, gettext("Evaluation report"), href)
    if award(session, tender.id) is not None:
        href = url_for("evaluation.award", tender_id=tender.id)
        text = gettext("Award") if tender.stage is Stage.AWARDED else gettext("No award")
        yield Link(Place.RECORD, text, href)


@register
def office(tender: Tender, now: datetime) -> Iterator[Link]:
    """Give what the person who looks does next."""
    actor = access.actor()
    if not actor.signed_in:
        return
    for step in next_steps(access.session(), actor, tender.id):
        href = url_for(step.endpoint, tender_id=tender.id)
        waits = step.text in {FOLLOW, WAIT, WAIT_APPROVAL, WAIT_DECISION, WAIT_PRICES}
        waits = waits or (step.not_before is not None and now < step.not_before)
        yield Link(Place.OFFICE, gettext(step.text), href, todo=not waits)
