"""The officer's pages: naming the panel, following it, replacing a member, the report."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from evaluation.acts import awarding, convening, reporting
from evaluation.forms import PanelForm, ReplaceForm, put
from evaluation.queries import working
from evaluation.views.blueprint import blueprint
from evaluation.views.panel import language
from foundation.values.refusal import Refusal

FIELDS = {
    "evaluators-needed": "members",
    "named-twice": "members",
    "not-an-evaluator": "members",
    "chair-needed": "chair",
}


@blueprint.get("/evaluation/<tender_id>/progress")
@access.roles(Role.OFFICER)
def progress(tender_id: str) -> str:
    """Show how far the evaluation has come; never a value."""
    return _page(tender_id)


def _page(
    tender_id: str,
    form: PanelForm | None = None,
    replacing: ReplaceForm | None = None,
    problems: list[Refusal] | None = None,
) -> str:
    view = working.progress_page(access.session(), access.actor(), tender_id)
    form = form or PanelForm(formdata=None)
    form.offer(view.candidates, language())
    replacing = replacing or ReplaceForm(formdata=None)
    replacing.offer(view.candidates, language())
    return render_template(
        "evaluation/progress.html",
        view=view,
        form=form,
        replacing=replacing,
        problems=problems or [],
    )


def _done(tender_id: str, text: str) -> Response:
    flash(text, "done")
    return redirect(url_for("evaluation.progress", tender_id=tender_id), 303)


@blueprint.post("/evaluation/<tender_id>/panel")
@access.roles(Role.OFFICER)
def name_panel(tender_id: str) -> Response | str:
    """Name the panel."""
    form = PanelForm()
    try:
        with access.unit_of_work() as uow:
            convening.convene_panel(uow, tender_id, form.members.data or [], form.chair.data or "")
    except Refusal as refusal:
        if refusal.code in FIELDS:
            put(form[FIELDS[refusal.code]], refusal)
            return _page(tender_id, form=form)
        return _page(tender_id, form=form, problems=[refusal])
    return _done(tender_id, gettext("The panel is named."))


@blueprint.post("/evaluation/<tender_id>/replace")
@access.roles(Role.OFFICER)
def replace(tender_id: str) -> Response | str:
    """Give a member's seat to somebody else."""
    form = ReplaceForm()
    try:
        with access.unit_of_work() as uow:
            convening.replace_evaluator(
                uow,
                tender_id,
                form.account_id.data or "",
                form.by.data or "",
                form.reason.data or "",
            )
    except Refusal as refusal:
        if refusal.code == "reason-needed":
            put(form.reason, refusal)
            return _page(tender_id, replacing=form)
        return _page(tender_id, replacing=form, problems=[refusal])
    return _done(tender_id, gettext("The seat has been given to somebody else."))


@blueprint.post("/evaluation/<tender_id>/report")
@access.roles(Role.OFFICER)
def publish(tender_id: str) -> Response | str:
    """Publish the evaluation report."""
    try:
        with access.unit_of_work() as uow:
            reporting.publish_report(uow, tender_id)
    except Refusal as refusal:
        return _page(tender_id, problems=[refusal])
    flash(gettext("The evaluation report is public."), "done")
    return redirect(url_for("evaluation.award_work", tender_id=tender_id), 303)


@blueprint.post("/evaluation/<tender_id>/technical-report")
@access.roles(Role.OFFICER)
def publish_technical(tender_id: str) -> Response | str:
    """Publish the technical report, before any price is opened."""
    try:
        with access.unit_of_work() as uow:
            reporting.publish_technical_report(uow, tender_id)
    except Refusal as refusal:
        return _page(tender_id, problems=[refusal])
    flash(gettext("The technical report is public. Every price is still sealed."), "done")
    return redirect(url_for("evaluation.award_work", tender_id=tender_id), 303)


@blueprint.post("/evaluation/<tender_id>/no-bids")
@access.roles(Role.OFFICER)
def end_without_bids(tender_id: str) -> Response | str:
    """End a tender to which nobody sent a bid."""
    try:
        with access.unit_of_work() as uow:
            awarding.end_without_bids(uow, tender_id)
    except Refusal as refusal:
        if refusal.code == "fresh-sign-in":
            raise
        return _page(tender_id, problems=[refusal])
    return redirect(url_for("evaluation.award", tender_id=tender_id), 303)
