"""The page where two persons of the buyer decide about an opening after an outage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts.domain.roles import Role
from bids.acts import holding, postponing
from bids.domain.outage import LONGEST_REASON
from bids.domain.refusals import REFUSALS
from bids.facts import holds
from bids.forms import LaterDeadlineForm, ReasonForm
from bids.views.blueprint import pages
from bids.views.texts import _
from foundation.database import database_instant
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from foundation.values.typed_dates import parse_local_time
from tendering import facts as tenders
from tendering.domain import schedule
from tendering.domain.tender import Tender
from tendering.rulebooks import rulebook
from tendering.sealing_bundle import sealing_sha384
from tendering.views.saving import long_text
from tendering.views.telling import tell

AT_THE_FIELD = frozenset({"no-reason", "reason-too-long"})
LATER_FIELDS = {
    "bad-date": "deadline",
    "date-earlier": "deadline",
    "time-to-seal": "deadline",
    "deadline-too-early": "deadline",
    "deadline-too-far": "deadline",
    "opening-other-day": "deadline",
    "reason-missing": "reason_en",
    "reason-too-long": "reason_en",
}


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


@pages.post("/tenders/<tender_id>/opening/decision/later-deadline")
@access.roles(Role.OFFICER, Role.APPROVER)
def propose_later_deadline(tender_id: str) -> BaseResponse | tuple[str, int]:
    """Propose that the tender takes bids again until a later deadline."""
    tender, form = _own(tender_id), LaterDeadlineForm()
    reason = long_text(form.reason_en.data, form.reason_ur.data, LONGEST_REASON + 1)
    try:
        local = parse_local_time(form.deadline.data or "")
        zone = ZoneInfo(tender.schedule.zone)
        deadline_at = local.replace(tzinfo=zone).astimezone(UTC)
        with access.unit_of_work() as uow:
            postponing.propose_later_deadline(uow, tender_id, deadline_at, reason)
    except Refusal as refusal:
        tell(form, refusal, tender.schedule.zone, LATER_FIELDS)
        return _page(tender, ReasonForm(formdata=None), later=form), 422
    flash(_("Proposed. A second person decides."), "done")
    return redirect(url_for("bids.opening_decision", tender_id=tender.id), 303)


@pages.post("/tenders/<tender_id>/opening/decision/later-deadline/approval")
@access.roles(Role.APPROVER)
def set_later_deadline(tender_id: str) -> BaseResponse | str:
    """Decide as the second person that the tender takes bids again."""
    return _done(
        _own(tender_id),
        ReasonForm(formdata=None),
        lambda uow: postponing.set_later_deadline(uow, tender_id, sealing_sha384()),
        _("Decided. The tender takes bids again until the later deadline."),
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
    tender: Tender, form: ReasonForm, act: Callable[[UnitOfWork], object], text: str
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


def _page(
    tender: Tender,
    form: ReasonForm,
    refusal: Refusal | None = None,
    later: LaterDeadlineForm | None = None,
) -> str:
    actor, book = access.actor(), rulebook(tender.rulebook)
    span, now = book.addenda.time_to_seal.value, database_instant(access.session())
    hold = holds.hold(access.session(), tender.id)
    return render_template(
        "bids/decision.html",
        tender=tender,
        hold=hold,
        form=form,
        later=later or LaterDeadlineForm(formdata=None),
        least_deadline_at=schedule.add_span(book, now, span),
        refusal=refusal,
        own=hold is not None and hold.proposed_by == actor.account_id,
        approver=Role.APPROVER in actor.roles,
    )
