"""The public pages: the evaluation report, its data, and the award."""

from flask import make_response, render_template
from werkzeug.wrappers import Response

from accounts import access
from evaluation import queries
from evaluation.queries import StoredReport
from evaluation.views.blueprint import blueprint
from foundation.values.refusal import Refusal
from tendering import facts as tenders


@blueprint.get("/tenders/<tender_id>/evaluation")
@access.public
def report(tender_id: str) -> str:
    """Show the published evaluation report."""
    session = access.session()
    found = queries.report(session, tender_id)
    if found is None:
        raise Refusal("not-found")
    return render_template(
        "evaluation/report.html",
        tender=tenders.tender(session, tender_id),
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
    return render_template(
        "evaluation/award.html",
        tender=tenders.tender(session, tender_id),
        decision=decision,
        report=queries.report(session, tender_id),
    )


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
