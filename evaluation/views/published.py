"""The public pages: the reports of the evaluation, their data, and the award."""

from collections.abc import Callable

from flask import make_response, render_template, request
from sqlalchemy.orm import Session
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


@blueprint.get("/tenders/<tender_id>/technical-report")
@access.public
def technical_report(tender_id: str) -> str:
    """Show who passed before any price was opened, and why the others did not."""
    session = access.session()
    found = queries.technical_report(session, tender_id)
    if found is None:
        raise Refusal("not-found")
    tender = tenders.tender(session, tender_id)
    return render_template(
        "evaluation/technical_report.html",
        tender=tender,
        records=_other_records(tender),
        report=found,
    )


@blueprint.get("/tenders/<tender_id>/technical-report.json")
@access.public
def technical_report_data(tender_id: str) -> Response:
    """Give the technical report byte for byte, as it was stored."""
    return _json(_stored(tender_id, queries.stored_technical_report).document)


@blueprint.get("/tenders/<tender_id>/technical-case.json")
@access.public
def technical_report_case(tender_id: str) -> Response:
    """Give the case before any price, from which anybody can work out again who passed."""
    return _json(_stored(tender_id, queries.stored_technical_report).case)


@blueprint.get("/tenders/<tender_id>/evaluation.json")
@access.public
def report_data(tender_id: str) -> Response:
    """Give the report byte for byte, as it was stored."""
    return _json(_stored(tender_id, queries.stored_report).document)


@blueprint.get("/tenders/<tender_id>/evaluation-case.json")
@access.public
def report_case(tender_id: str) -> Response:
    """Give the case, from which anybody can work out the ranking again."""
    return _json(_stored(tender_id, queries.stored_report).case)


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


def _stored(tender_id: str, which: Callable[[Session, str], StoredReport | None]) -> StoredReport:
    stored = which(access.session(), tender_id)
    if stored is None:
        raise Refusal("not-found")
    return stored


def _json(data: bytes) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
