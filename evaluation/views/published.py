"""The public pages: the evaluation report, its data, and the award."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from accounts import access
from evaluation import queries
from evaluation.queries import StoredReport
from evaluation.views.blueprint import blueprint
from foundation.database import database_instant
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Tender
from tendering.views.links import Link, Place, links_of


@blueprint.get("/tenders/<tender_id>/evaluation")
@access.public
def report(tender_id: str) -> str:
    """Show the published evaluation report."""
    session = access.session()
    found = queries.report(session, tender_id)
    if found is None:
        raise Refusal("not-found")
    tender = tenders.tender(session, tender_id)
    return render_template(
        "evaluation/report.html",
        tender=tender,
        records=_other_records(tender),
        report=found,
        decision=queries.award(session, tender_id),
    )


@blueprint.get("/tenders/<tender_id>/evaluation.json")
@access.public
def report_data(tender_id: str) -> Response:
    """Give the report byte for byte, as it was stored."""
    return _json(_stored(tender_id).document)


@blueprint.get("/tenders/<tender_id>/evaluation-case.json")
@access.public
def report_case(tender_id: str) -> Response:
    """Give the case, from which anybody can work out the ranking again."""
    return _json(_stored(tender_id).case)


@blueprint.get("/tenders/<tender_id>/award")
@access.public
def award(tender_id: str) -> str:
    """Show how the tender ended."""
    session = access.session()
    decision = queries.award(session, tender_id)
    if decision is None:
        raise Refusal("not-found")
    tender = tenders.tender(session, tender_id)
    return render_template(
        "evaluation/award.html",
        tender=tender,
        records=_other_records(tender),
        decision=decision,
        report=queries.report(session, tender_id),
    )


def _other_records(tender: Tender) -> tuple[Link, ...]:
    """Return the links to the tender's other public pages: opening, report, award, notices."""
    links = links_of(tender, database_instant(access.session()), Place.RECORD)
    return tuple(link for link in links if link.href != request.path)


def _stored(tender_id: str) -> StoredReport:
    stored = queries.stored_report(access.session(), tender_id)
    if stored is None:
        raise Refusal("not-found")
    return stored


def _json(data: bytes) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
