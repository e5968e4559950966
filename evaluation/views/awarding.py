"""Proposing and approving the award."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from evaluation import queries
from evaluation.acts import awarding, ending
from evaluation.forms import EarlyEndForm, ProposalForm, ReturnForm, put
from evaluation.queries import working
from evaluation.queries.working import EarlyEnd
from evaluation.views.blueprint import blueprint
from foundation.database import database_instant
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal


@blueprint.get("/evaluation/<tender_id>/award")
@access.roles(Role.OFFICER, Role.APPROVER)
def award_work(tender_id: str) -> str:
    """Show where the award stands and what may be done about it."""
    return _page(tender_id)


def _page(
    tender_id: str,
    form: ProposalForm | None = None,
    returning: ReturnForm | None = None,
    problems: list[Refusal] | None = None,
    early: EarlyEndForm | None = None,
) -> str:
    session, actor = access.session(), access.actor()
    view = working.award_page(session, actor, tender_id)
    early = early or EarlyEndForm(formdata=None)
    early.what.choices = _early_choices(view.early)
    return render_template(
        "evaluation/award_work.html",
        view=view,
        early=early,
        report=queries.report(session, tender_id),
        technical=queries.technical_report(session, tender_id),
        now=database_instant(session),
        officer=Role.OFFICER in actor.roles,
        approver=Role.APPROVER in actor.roles,
        form=form or ProposalForm(formdata=None),
        returning=returning or ReturnForm(formdata=None),
        problems=problems or [],
    )


@blueprint.post("/evaluation/<tender_id>/award/proposal")
@access.roles(Role.OFFICER)
def propose(tender_id: str) -> Response | str:
    """Propose how the tender ends."""
    form = ProposalForm()
    try:
        with access.unit_of_work() as uow:
            awarding.propose_award(
                uow,
                tender_id,
                reject_all=form.decision.data == "reject",
                reason=form.reason.data or "",
            )
    except Refusal as refusal:
        if refusal.code == "reason-needed":
            put(form.reason, refusal)
            return _page(tender_id, form=form)
        return _page(tender_id, form=form, problems=[refusal])
    flash(gettext("The award is proposed. Another person approves it."), "done")
    return redirect(url_for("evaluation.award_work", tender_id=tender_id), 303)


def _early_choices(early: EarlyEnd) -> list[tuple[str, str]]:
    choices = [("end", gettext("End the tender. The bids are destroyed unopened."))]
    if early.may_open:
        choices.append(("open", gettext("Open the bids all the same.")))
    return choices


@blueprint.post("/evaluation/<tender_id>/award/early-end")
@access.roles(Role.OFFICER)
def propose_early_end(tender_id: str) -> Response | str:
    """Propose an end without a report, or to open fewer bids than the rules ask for."""
    form = EarlyEndForm()
    try:
        with access.unit_of_work() as uow:
            _propose_early(uow, tender_id, form.what.data or "", form.why.data or "")
    except Refusal as refusal:
        field = {"reason-needed": form.why, "decision-missing": form.what}.get(refusal.code)
        if field is not None:
            put(field, refusal)
            return _page(tender_id, early=form)
        return _page(tender_id, early=form, problems=[refusal])
    flash(gettext("It is proposed. Another person decides."), "done")
    return redirect(url_for("evaluation.award_work", tender_id=tender_id), 303)


def _propose_early(uow: UnitOfWork, tender_id: str, what: str, why: str) -> None:
    if what == "reject":
        ending.propose_rejection(uow, tender_id, why)
    elif what in {"end", "open"}:
        ending.propose_below_minimum(uow, tender_id, open_all_the_same=what == "open", reason=why)
    else:
        raise Refusal("decision-missing")


@blueprint.post("/evaluation/<tender_id>/award/prices")
@access.roles(Role.OFFICER)
def propose_prices(tender_id: str) -> Response | str:
    """Propose to open the price envelopes of those that passed, or to end if nobody did."""
    try:
        with access.unit_of_work() as uow:
            awarding.propose_prices(uow, tender_id)
    except Refusal as refusal:
        return _page(tender_id, problems=[refusal])
    flash(gettext("It is proposed. Another person decides."), "done")
    return redirect(url_for("evaluation.award_work", tender_id=tender_id), 303)


@blueprint.post("/evaluation/<tender_id>/award/return")
@access.roles(Role.APPROVER)
def send_back(tender_id: str) -> Response | str:
    """Send the proposal back to the officer."""
    form = ReturnForm()
    try:
        with access.unit_of_work() as uow:
            awarding.return_proposal(uow, tender_id, form.remarks.data or "")
    except Refusal as refusal:
        if refusal.code == "reason-needed":
            put(form.remarks, refusal)
            return _page(tender_id, returning=form)
        return _page(tender_id, returning=form, problems=[refusal])
    flash(gettext("The proposal went back to the officer."), "done")
    return redirect(url_for("evaluation.award_work", tender_id=tender_id), 303)


@blueprint.post("/evaluation/<tender_id>/award/approval")
@access.roles(Role.APPROVER)
def approve(tender_id: str) -> Response | str:
    """Approve the award; a fresh sign-in is asked first."""
    try:
        with access.unit_of_work() as uow:
            awarding.approve_award(uow, tender_id)
    except Refusal as refusal:
        if refusal.code == "fresh-sign-in":
            raise
        return _page(tender_id, problems=[refusal])
    if queries.award(access.session(), tender_id) is None:
        flash(gettext("The opening goes on."), "done")
        return redirect(url_for("evaluation.award_work", tender_id=tender_id), 303)
    flash(gettext("The decision is approved and public."), "done")
    return redirect(url_for("evaluation.award", tender_id=tender_id), 303)
