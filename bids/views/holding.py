"""The page where two persons of the buyer decide about an opening after an outage."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts.domain.roles import Role
from bids.acts import holding
from bids.domain.refusals import REFUSALS
from bids.facts import holds
from bids.forms import ReasonForm
from bids.views.blueprint import pages
from bids.views.texts import _
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Tender

AT_THE_FIELD = frozenset({"no-reason", "reason-too-long"})


@pages.get("/tenders/<tender_id>/opening/decision")
@access.roles(Role.OFFICER, Role.APPROVER)
def opening_decision(tender_id: str) -> str:
    """Show what was lost, what is proposed, and what the reader may do."""
    return _page(_own(tender_id), ReasonForm(formdata=None))


@pages.post("/tenders/<tender_id>/opening/decision")
@access.roles(Role.OFFICER, Role.APPROVER)
def propose_opening(tender_id: str) -> BaseResponse | str:
    """Propose to open the bids."""
    form = ReasonForm()
    return _done(
        _own(tender_id),
        form,
        lambda uow: holding.propose_release(uow, tender_id, form.reason.data or ""),
        _("Proposed. A second person decides."),
    )


@pages.post("/tenders/<tender_id>/opening/decision/approval")
@access.roles(Role.APPROVER)
def approve_opening(tender_id: str) -> BaseResponse | str:
    """Decide as the second person that the bids are opened."""
    return _done(
        _own(tender_id),
        ReasonForm(formdata=None),
        lambda uow: holding.release_opening(uow, tender_id),
        _("Decided. The bids open now, or at the announced time."),
    )


def _own(tender_id: str) -> Tender:
    """Return a tender of the reader's own organisation.

    Raises:
        Refusal: ``not-found`` for any other, and where no opening was ever held.
    """
    session = access.session()
    tender = tenders.tender(session, tender_id)
    if tender.organisation_id != access.actor().organisation_id:
        raise Refusal("not-found")
    if holds.hold(session, tender_id) is None:
        raise Refusal("not-found")
    return tender


def _done(
    tender: Tender, form: ReasonForm, act: Callable[[UnitOfWork], None], text: str
) -> BaseResponse | str:
    try:
        with access.unit_of_work() as uow:
            act(uow)
    except Refusal as refusal:
        if refusal.code == "fresh-sign-in":
            raise
        if refusal.code in AT_THE_FIELD:
            form.reason.errors = [_(REFUSALS[refusal.code], **refusal.params)]
            return _page(tender, form)
        return _page(tender, form, refusal)
    flash(text, "done")
    return redirect(url_for("bids.opening_decision", tender_id=tender.id), 303)


def _page(tender: Tender, form: ReasonForm, refusal: Refusal | None = None) -> str:
    actor = access.actor()
    hold = holds.hold(access.session(), tender.id)
    return render_template(
        "bids/decision.html",
        tender=tender,
        hold=hold,
        form=form,
        refusal=refusal,
        own=hold is not None and hold.proposed_by == actor.account_id,
        approver=Role.APPROVER in actor.roles,
    )
