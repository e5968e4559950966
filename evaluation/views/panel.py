"""The evaluator's pages: work list, declaration, the bids, findings, points, handing in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from evaluation.acts import declaring, disqualifying, finding, scoring
from evaluation.domain.panel import SeatState
from evaluation.forms import (
    DeclarationForm,
    DisqualificationForm,
    FindingForm,
    ScoreForm,
    SpreadForm,
    findings_form,
    has_errors,
    put,
    scores_form,
    spread_forms,
)
from evaluation.queries import bid_reading, working
from evaluation.views.blueprint import blueprint
from foundation.values.refusal import Refusal
from tendering import facts as tenders


def language() -> str:
    """Return the page's language."""
    return str(get_locale() or "en")[:2]


@blueprint.get("/evaluation")
@access.roles(Role.EVALUATOR)
def work_list() -> str:
    """Show the tenders on whose panel the evaluator sits."""
    lines = working.work_list(access.session(), access.actor())
    return render_template("evaluation/work.html", lines=lines)


@blueprint.route("/evaluation/<tender_id>/declaration", methods=["GET", "POST"])
@access.roles(Role.EVALUATOR)
def declaration(tender_id: str) -> Response | str:
    """Ask for the declaration of interests."""
    form = DeclarationForm()
    problems: list[Refusal] = []
    if request.method == "POST":
        problems = _declare(tender_id, form)
        if not problems and not has_errors(form):
            return redirect(url_for("evaluation.bids", tender_id=tender_id), 303)
    session, actor = access.session(), access.actor()
    return render_template(
        "evaluation/declaration.html",
        form=form,
        problems=problems,
        tender=tenders.tender(session, tender_id),
        seat=working.own_seat(session, actor, tender_id),
        bidders=working.bidders(session, actor, tender_id),
    )


def _declare(tender_id: str, form: DeclarationForm) -> list[Refusal]:
    if form.interest.data not in {"yes", "no"}:
        put(form.interest, Refusal("choice-needed"))
        return []
    try:
        with access.unit_of_work() as uow:
            declaring.declare_interests(
                uow,
                tender_id,
                interest=form.interest.data == "yes",
                statement=form.statement.data or "",
            )
    except Refusal as refusal:
        if refusal.code == "reason-needed":
            put(form.statement, refusal)
            return []
        return [refusal]
    return []


@blueprint.get("/evaluation/<tender_id>")
@access.roles(Role.EVALUATOR)
def bids(tender_id: str) -> Response | str:
    """Show the opened bids to a declared evaluator, or ask for the declaration."""
    seat = working.own_seat(access.session(), access.actor(), tender_id)
    if seat.state is not SeatState.DECLARED:
        return redirect(url_for("evaluation.declaration", tender_id=tender_id))
    return _bids(tender_id, [])


def _bids(tender_id: str, problems: list[Refusal], wrong: SpreadForm | None = None) -> str:
    page = working.panel_page(access.session(), access.actor(), tender_id)
    forms = spread_forms(page, wrong)
    return render_template("evaluation/bids.html", view=page, problems=problems, forms_of=forms)


@blueprint.get("/evaluation/<tender_id>/bids/<envelope_id>")
@access.roles(Role.EVALUATOR)
def bid(tender_id: str, envelope_id: str) -> str:
    """Show one bid with its prices, answers and files, and the forms for it."""
    return _bid(tender_id, envelope_id)


def _bid(
    tender_id: str,
    envelope_id: str,
    findings: FindingForm | None = None,
    scores: ScoreForm | None = None,
    out: DisqualificationForm | None = None,
    problems: list[Refusal] | None = None,
) -> str:
    page = bid_reading.bid_page(access.session(), access.actor(), tender_id, envelope_id)
    return render_template(
        "evaluation/bid.html",
        view=page,
        # The form that was not sent shows what stands, not the empty fields of the other one.
        findings=findings or findings_form(page, sent=False),
        scores=scores or scores_form(page, sent=False),
        out=out or DisqualificationForm(formdata=None, why=page.disqualified),
        problems=problems or [],
        scanner=bool(access.context().settings.clamd),
    )


@blueprint.post("/evaluation/<tender_id>/bids/<envelope_id>/findings")
@access.roles(Role.EVALUATOR)
def record_findings(tender_id: str, envelope_id: str) -> Response | str:
    """Record the panel's findings on one bid."""
    page = bid_reading.bid_page(access.session(), access.actor(), tender_id, envelope_id)
    form = findings_form(page)
    found = form.findings(page.requirements)
    if has_errors(form):
        return _bid(tender_id, envelope_id, findings=form)
    try:
        with access.unit_of_work() as uow:
            finding.record_findings(uow, tender_id, envelope_id, found)
    except Refusal as refusal:
        return _bid(tender_id, envelope_id, findings=form, problems=[refusal])
    flash(gettext("The findings are recorded."), "done")
    return redirect(url_for("evaluation.bid", tender_id=tender_id, envelope_id=envelope_id), 303)


@blueprint.post("/evaluation/<tender_id>/bids/<envelope_id>/scores")
@access.roles(Role.EVALUATOR)
def record_scores(tender_id: str, envelope_id: str) -> Response | str:
    """Record one's own points for one bid."""
    page = bid_reading.bid_page(access.session(), access.actor(), tender_id, envelope_id)
    form = scores_form(page)
    given = form.scores(page.criteria)
    if has_errors(form):
        return _bid(tender_id, envelope_id, scores=form)
    try:
        with access.unit_of_work() as uow:
            scoring.record_scores(uow, tender_id, envelope_id, given)
    except Refusal as refusal:
        return _bid(tender_id, envelope_id, scores=form, problems=[refusal])
    flash(gettext("Your points are saved. You can change them until you hand in."), "done")
    return redirect(url_for("evaluation.bids", tender_id=tender_id), 303)


@blueprint.post("/evaluation/<tender_id>/bids/<envelope_id>/disqualification")
@access.roles(Role.EVALUATOR)
def disqualify(tender_id: str, envelope_id: str) -> Response | str:
    """Take a bid out after its price was opened, or take that back."""
    form = DisqualificationForm()
    back = "back" in request.form
    try:
        with access.unit_of_work() as uow:
            if back:
                disqualifying.reinstate_bid(uow, tender_id, envelope_id)
            else:
                disqualifying.disqualify_bid(uow, tender_id, envelope_id, form.why.data or "")
    except Refusal as refusal:
        if refusal.code == "reason-needed":
            put(form.why, refusal)
            return _bid(tender_id, envelope_id, out=form)
        return _bid(tender_id, envelope_id, problems=[refusal])
    done = gettext("The bid counts again.") if back else gettext("The bid is disqualified.")
    flash(done, "done")
    return redirect(url_for("evaluation.bid", tender_id=tender_id, envelope_id=envelope_id), 303)


@blueprint.post("/evaluation/<tender_id>/hand-in")
@access.roles(Role.EVALUATOR)
def hand_in(tender_id: str) -> Response | str:
    """Hand in one's own points for good."""
    try:
        with access.unit_of_work() as uow:
            scoring.hand_in(uow, tender_id)
    except Refusal as refusal:
        return _bids(tender_id, [refusal])
    flash(gettext("You have handed in."), "done")
    return redirect(url_for("evaluation.bids", tender_id=tender_id), 303)


@blueprint.post("/evaluation/<tender_id>/spreads")
@access.roles(Role.EVALUATOR)
def explain_spread(tender_id: str) -> Response | str:
    """Record why points lie far apart."""
    form = SpreadForm()
    try:
        with access.unit_of_work() as uow:
            scoring.explain_spread(
                uow,
                tender_id,
                form.envelope_id.data or "",
                form.criterion_id.data or "",
                form.reason.data or "",
            )
    except Refusal as refusal:
        if refusal.code == "reason-needed":
            put(form.reason, refusal)
            return _bids(tender_id, [], wrong=form)
        return _bids(tender_id, [refusal])
    flash(gettext("The reason is recorded."), "done")
    return redirect(url_for("evaluation.bids", tender_id=tender_id), 303)
