"""The bidder's page about its own bids, and the link to it; others find nothing there."""

from collections.abc import Iterator
from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext

from accounts import access
from accounts.domain.roles import Role
from bids import facts as bids
from evaluation.queries import stored_report, stored_technical_report
from evaluation.queries.own_result import own_result as result_of
from evaluation.views.blueprint import blueprint
from tendering.domain.tender import Tender
from tendering.views.links import Link, Place, register


@blueprint.get("/tenders/<tender_id>/own-result")
@access.roles(Role.VENDOR)
def own_result(tender_id: str) -> str:
    """Show a bidder how its bids did and why, beside the first."""
    found = result_of(access.session(), access.actor(), tender_id)
    return render_template("evaluation/own_result.html", result=found)


@register
def own_link(tender: Tender, now: datetime) -> Iterator[Link]:
    """Lead a bidder to its own result once a report is public."""
    session, actor = access.session(), access.actor()
    if Role.VENDOR not in actor.roles:
        return
    reported = any(each(session, tender.id) for each in (stored_report, stored_technical_report))
    if reported and actor.organisation_id in bids.bidders(session, tender.id):
        href = url_for("evaluation.own_result", tender_id=tender.id)
        yield Link(Place.RECORD, gettext("Your result"), href)
