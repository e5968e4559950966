"""The page where two persons of the buyer declare an incident of an opening that cannot go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_bytes
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts import queries as people
from accounts.credentials import keyring
from accounts.domain.roles import Role
from bids.acts import declaring
from bids.domain import incident as rules
from bids.domain import opening
from bids.domain.incident import Incident, Trouble
from bids.domain.refusals import REFUSALS
from bids.forms import IncidentForm
from bids.queries import incidents
from bids.views.blueprint import pages
from bids.views.texts import _, trouble_words
from foundation.database import database_instant
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from foundation.values.typed_dates import parse_local_time
from sealing import age
from tendering import facts as tenders
from tendering.domain.refusals import REFUSALS as DATE_REFUSALS
from tendering.domain.tender import Tender
from tendering.rulebooks import rulebook
from tendering.views.texts import span_words

AT_THE_FIELD = {
    "no-reason": "reason",
    "reason-too-long": "reason",
    "bad-date": "until",
    "window-too-short": "until",
    "no-incident": "trouble",
    "incident-too-early": "trouble",
}
TYPED = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class IncidentPage:
    """What the buyer's people see: the trouble, from when it may be declared, what is proposed."""

    tender: Tender
    found: Incident | None
    ripe: Mapping[Trouble, datetime]
    now: datetime
    earliest_end: datetime
    patience: str
    window: str
    proposer: Text | None
    own: bool
    approver: bool
    officer: bool

    @property
    def proposed(self) -> bool:
        """Tell whether a proposal waits for the second person."""
        return self.found is not None and not self.found.declared

    @property
    def may_be_declared(self) -> bool:
        """Tell whether the trouble has lasted long enough."""
        return any(self.now >= at for at in self.ripe.values())


@pages.get("/tenders/<tender_id>/opening/incident")
@access.roles(Role.OFFICER, Role.APPROVER)
def incident(tender_id: str) -> str:
    """Show what keeps the opening from going on, and what two persons may do."""
    return _shown(_page(tender_id), IncidentForm(formdata=None))


@pages.post("/tenders/<tender_id>/opening/incident")
@access.roles(Role.OFFICER)
def propose_incident(tender_id: str) -> BaseResponse | str | tuple[str, int]:
    """Propose to declare an incident."""
    page, form = _page(tender_id), IncidentForm()

    def act(uow: UnitOfWork) -> None:
        local = parse_local_time(form.until.data or "")
        until_at = local.replace(tzinfo=ZoneInfo(page.tender.schedule.zone)).astimezone(UTC)
        declaring.propose_incident(
            uow, tender_id, form.trouble.data or "", form.reason.data or "", until_at
        )

    return _done(page, form, act, _("Proposed. A second person decides."))


@pages.post("/tenders/<tender_id>/opening/incident/declaration")
@access.roles(Role.APPROVER)
def declare_incident(tender_id: str) -> BaseResponse | str | tuple[str, int]:
    """Declare the proposed incident as the second person."""
    ring = keyring(access.context().settings)

    def act(uow: UnitOfWork) -> None:
        declaring.declare_incident(uow, tender_id, ring, age.Identity(token_bytes(32)))

    done = _("Declared. Bidders are asked to reveal their private receipts.")
    return _done(_page(tender_id), IncidentForm(formdata=None), act, done)


def _page(tender_id: str) -> IncidentPage:
    """Return the page of a tender of the reader's own organisation whose opening runs.

    Raises:
        Refusal: ``not-found`` for any other.
    """
    session, actor = access.session(), access.actor()
    tender = tenders.tender(session, tender_id)
    if tender.organisation_id != actor.organisation_id:
        raise Refusal("not-found")
    if tender.stage not in opening.OPENING_STAGES:
        raise Refusal("not-found")
    now, book = database_instant(session), rulebook(tender.rulebook)
    found = incidents.newest(session, tender_id)
    if found is not None and (
        found.ended_at is not None or found.envelope != opening.kind_opened(tender)
    ):
        found = None
    return IncidentPage(
        tender=tender,
        found=found,
        ripe=rules.declarable_from(incidents.stuck(session, tender, now), book),
        now=now,
        earliest_end=rules.earliest_end(book, now),
        patience=span_words(book.incident.patience.value),
        window=span_words(book.incident.window.value),
        proposer=people.person(session, found.proposed_by).name if found else None,
        own=found is not None and found.proposed_by == actor.account_id,
        approver=Role.APPROVER in actor.roles,
        officer=Role.OFFICER in actor.roles,
    )


def _done(
    page: IncidentPage, form: IncidentForm, act: Callable[[UnitOfWork], None], text: str
) -> BaseResponse | tuple[str, int]:
    try:
        with access.unit_of_work() as uow:
            act(uow)
    except Refusal as refusal:
        if refusal.code == "fresh-sign-in":
            raise
        field = AT_THE_FIELD.get(refusal.code)
        page = _page(page.tender.id)
        if field is None or not form.is_submitted() or form.until.data is None:
            return _shown(page, form, refusal), 422
        form[field].errors = [_said(refusal)]
        return _shown(page, form), 422
    flash(text, "done")
    return redirect(url_for("bids.incident", tender_id=page.tender.id), 303)


def _said(refusal: Refusal) -> str:
    texts = DATE_REFUSALS if refusal.code == "bad-date" else REFUSALS
    return _(texts[refusal.code], **refusal.params)


def _shown(page: IncidentPage, form: IncidentForm, refusal: Refusal | None = None) -> str:
    form.trouble.choices = [(each.value, trouble_words(each)) for each in page.ripe]
    if not form.trouble.data and len(page.ripe) == 1:
        form.trouble.data = next(iter(page.ripe)).value
    return render_template(
        "bids/incident.html", view=page, form=form, refusal=refusal, trouble_words=trouble_words
    )
