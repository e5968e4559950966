"""The page on which a vendor reveals the private receipt of an own envelope in an incident."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_bytes

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts.domain.roles import Role
from bids.acts import revealing
from bids.domain.incident import Incident
from bids.forms import RevealForm
from bids.queries import incidents
from bids.queries.incidents import OwnEnvelope
from bids.views import answering
from bids.views.blueprint import pages
from bids.views.texts import _, kind_words, trouble_words
from foundation.database import database_instant
from foundation.values.refusal import Refusal
from sealing import base64
from sealing.receipt import PrivateReceipt
from sealing.reveal import Reveal
from tendering import facts as tenders
from tendering.domain.tender import Tender

# A receipt has about 1 kB; more is something else and is not read.
LARGEST_RECEIPT = 16_384


@dataclass(frozen=True)
class RevealPage:
    """What a vendor sees: the incident, and its own envelopes that can be revealed."""

    tender: Tender
    incident: Incident
    envelopes: tuple[OwnEnvelope, ...]
    open: bool
    fresh: bool

    @property
    def facts(self) -> dict[str, object]:
        """Return what the page's program needs to seal a reveal on the device."""
        return {
            "tender": self.tender.id,
            "incident": self.incident.id,
            "recipient": self.incident.recipient,
            "envelopes": [each.sha256 for each in self.envelopes],
            "texts": {
                code: answering.message(code)
                for code in ("no-receipt", "bad-receipt", "receipt-of-another-bid")
            },
        }


@pages.get("/tenders/<tender_id>/reveal")
@access.roles(Role.VENDOR)
def reveal(tender_id: str) -> str:
    """Show what is asked for, what it means, and the place for the private receipt."""
    return _shown(_page(tender_id), RevealForm(formdata=None))


@pages.post("/tenders/<tender_id>/reveal")
@access.roles(Role.VENDOR)
def send_reveal(tender_id: str) -> BaseResponse | tuple[str, int]:
    """Take a reveal sealed on the device, or seal a receipt at once and keep nothing else of it."""
    page, form = _page(tender_id), RevealForm()
    try:
        sha256, sealed = _given(page, form)
        with access.unit_of_work() as uow:
            revealing.reveal_envelope(uow, tender_id, page.incident.id, sha256, sealed)
    except Refusal as refusal:
        if refusal.code in {"fresh-sign-in", "not-found"}:
            raise
        form.receipt.errors = [answering.message(refusal.code)]
        return _shown(page, form), 422
    flash(_("Revealed. It stays sealed until the window ends."), "done")
    return redirect(url_for("bids.reveal", tender_id=tender_id), 303)


def _given(page: RevealPage, form: RevealForm) -> tuple[str, bytes]:
    """Return the envelope's hash and the sealed reveal.

    Raises:
        Refusal: `no-receipt`, `bad-receipt`, `bad-reveal`, `receipt-of-another-bid`.
    """
    if form.sealed.data:
        try:
            sealed = base64.decode(form.sealed.data)
        except ValueError as error:
            raise Refusal("bad-reveal") from error
        return _own(page, form.sha256.data or ""), sealed
    file = form.receipt.data
    if not file or not file.filename:
        raise Refusal("no-receipt")
    data = file.stream.read(LARGEST_RECEIPT + 1)
    if len(data) > LARGEST_RECEIPT:
        raise Refusal("bad-receipt")
    receipt = PrivateReceipt.parse(data)
    sha256 = _own(page, receipt.sha256)
    incident = page.incident
    return sha256, Reveal.of(receipt, incident.id).seal(incident.recipient, token_bytes)


def _own(page: RevealPage, sha256: str) -> str:
    """Return the hash of one of the reader's envelopes that can be revealed.

    Raises:
        Refusal: `receipt-of-another-bid`; once the window is over the act says so.
    """
    if page.open and sha256 not in {each.sha256 for each in page.envelopes}:
        raise Refusal("receipt-of-another-bid")
    return sha256


def _page(tender_id: str) -> RevealPage:
    """Return the page of a declared incident that has not ended.

    Raises:
        Refusal: `not-found` where none is, or to a vendor without an envelope in it.
    """
    session, actor = access.session(), access.actor()
    tender = tenders.tender(session, tender_id)
    found = incidents.newest(session, tender_id)
    if found is None or not found.live:
        raise Refusal("not-found")
    envelopes = incidents.own_envelopes(session, tender, found.id, actor.organisation_id)
    if not envelopes:
        raise Refusal("not-found")
    now = database_instant(session)
    return RevealPage(tender, found, envelopes, found.takes_reveals(now), actor.fresh)


def _shown(page: RevealPage, form: RevealForm) -> str:
    form.sealed.data = form.sha256.data = ""
    return render_template(
        "bids/reveal.html",
        view=page,
        form=form,
        kind_words=kind_words,
        trouble_words=trouble_words,
    )
