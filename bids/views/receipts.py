"""A vendor's own bids and receipts; to anybody else there is nothing at these addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts.domain.roles import Role
from bids import queries
from bids.acts import reconfirming
from bids.domain.reception import SubmissionState
from bids.queries import Attempt, BoxReceipt, Submission, incidents
from bids.views import answering
from bids.views.blueprint import pages
from bids.views.texts import _, kind_words
from foundation.database import database_instant
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import Document, canonical
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender

NOT_CONFIRMED = frozenset({"late-confirmation", "wrong-notice", "nothing-to-confirm"})
_TO_CONFIRM = frozenset({SubmissionState.UNCONFIRMED})
STATE_KINDS = {
    SubmissionState.COMMITTED: "soon",
    SubmissionState.SEALED: "sealed",
    SubmissionState.OPENED: "done",
    SubmissionState.UNREADABLE: "problem",
    SubmissionState.UNCONFIRMED: "soon",
}


@dataclass(frozen=True)
class BidLine:
    """One line of a vendor's own list."""

    submission: Submission
    tender: Tender
    status: str
    kind: str
    envelope: str


@dataclass(frozen=True)
class Unconfirmed:
    """An envelope that one press confirms, with all others of the same bid."""

    submission: Submission
    envelope: str


@dataclass(frozen=True)
class AttemptLine:
    """One refused attempt and why."""

    attempt: Attempt
    tender: Tender
    reason: str


@dataclass(frozen=True)
class ReceiptPage:
    """One receipt: the signed acknowledgement and, from the next tick on, the place in the box."""

    submission: Submission
    tender: Tender
    box: BoxReceipt | None
    status: str
    kind: str
    envelope: str
    may_replace: bool
    reason: str
    verifier: str
    waiting: tuple[Unconfirmed, ...]
    void: bool = False
    revealed_at: datetime | None = None


@pages.get("/bids/")
@access.roles(Role.VENDOR)
def my_bids() -> str:
    """Show a vendor its own bids and refused attempts."""
    session = access.session()
    vendor_id = access.actor().organisation_id
    lines = [
        BidLine(
            submission=found,
            tender=tender,
            status=status_text(found, void=_is_void(found), open_now=_is_open(tender)),
            kind=STATE_KINDS.get(found.state, ""),
            envelope=kind_words(found.kind),
        )
        for found in queries.own_submissions(session, vendor_id)
        for tender in (tenders.tender(session, found.tender_id),)
    ]
    attempts = [
        AttemptLine(found, tenders.tender(session, found.tender_id), answering.message(found.code))
        for found in queries.own_attempts(session, vendor_id)
    ]
    firsts = {each.tender.id: each for each in lines if each.submission.state in _TO_CONFIRM}
    asked = [
        (line.tender, waiting)
        for line in firsts.values()
        if (waiting := _waiting(line.submission, line.tender))
    ]
    return render_template("bids/own_bids.html", lines=lines, attempts=attempts, asked=asked)


def _waiting(found: Submission, tender: Tender) -> tuple[Unconfirmed, ...]:
    """Return what one press confirms with a sealed file, in the tender's order; else nothing."""
    if found.state not in _TO_CONFIRM or not _is_open(tender):
        return ()
    every = queries.own_submissions(access.session(), access.actor().organisation_id)
    of_bid = [each for each in every if (each.tender_id, each.state) == (tender.id, found.state)]
    of_bid.sort(key=lambda each: (each.lot_id, tender.envelopes.index(each.kind)))
    return tuple(Unconfirmed(each, kind_words(each.kind)) for each in of_bid)


@pages.get("/bids/receipts/<number>")
@access.roles(Role.VENDOR)
def receipt(number: str) -> str:
    """Show a vendor one of its receipts."""
    session = access.session()
    found = queries.own_receipt(session, number, access.actor().organisation_id)
    tender = tenders.tender(session, found.tender_id)
    open_now = _is_open(tender)
    page = ReceiptPage(
        submission=found,
        tender=tender,
        box=queries.box_receipt(session, found),
        status=status_text(found, void=_is_void(found), open_now=open_now),
        kind=STATE_KINDS.get(found.state, ""),
        envelope=kind_words(found.kind),
        may_replace=open_now,
        waiting=_waiting(found, tender),
        reason=answering.message(found.code) if found.code else "",
        void=_is_void(found),
        revealed_at=incidents.revealed_at(session, found.id),
        verifier=str(answering.platform_key().verifier()),
    )
    return render_template("bids/receipt.html", page=page)


@pages.post("/bids/receipts/<number>/confirmation")
@access.roles(Role.VENDOR)
def confirm_bid(number: str) -> BaseResponse:
    """Let the vendor's whole bid stand after the dates moved: one press, without a program too."""
    own = queries.own_receipt(access.session(), number, access.actor().organisation_id)
    notice, signer = request.form.get("notice", ""), answering.platform_key()

    def act(uow: UnitOfWork) -> reconfirming.Confirmed:
        return reconfirming.confirm_bid(uow, own.number, notice, signer)

    try:
        done = answering.intake().run(access.actor(), act)
    except Refusal as refusal:
        if refusal.code not in NOT_CONFIRMED:
            raise
        flash(answering.message(refusal.code), "problem")
    else:
        said = _("Confirmed. Your bid stands for the new dates.")
        if done.envelopes > 1:
            said = _("%(said)s Envelopes confirmed: %(count)s.", said=said, count=done.envelopes)
        flash(said, "done")
    return redirect(url_for("bids.receipt", number=own.number), 303)


@pages.get(
    "/bids/receipts/<number>/<any(acknowledgement,attempt,withdrawal,confirmation):which>.txt"
)
@access.roles(Role.VENDOR)
def receipt_note(number: str, which: str) -> Response:
    """Give a vendor a signed note of its own as a file."""
    found = queries.own_receipt(access.session(), number, access.actor().organisation_id)
    notes = {
        "acknowledgement": found.ack,
        "attempt": found.attempt,
        "withdrawal": found.withdrawal,
        "confirmation": found.confirmation,
    }
    return _note(notes[which], f"{which}-{found.number}.txt")


@pages.get("/bids/receipts/<number>/box.json")
@access.roles(Role.VENDOR)
def receipt_box(number: str) -> Response:
    """Give a vendor the place of its bid in the box: slot, blind, path, document."""
    session = access.session()
    found = queries.own_receipt(session, number, access.actor().organisation_id)
    box = queries.box_receipt(session, found)
    if box is None:
        return _note(None, "")
    document: dict[str, Document] = {
        "v": 1,
        "tender": found.tender_id,
        "i": box.i,
        "root": box.root,
        "slot": box.slot,
        "blind": box.blind,
        "commitment": box.commitment,
        "path": list(box.path),
        "document": dict(box.document),
        "salt": box.salt,
    }
    return Response(canonical(document), mimetype="application/json")


@pages.get("/bids/attempts/<attempt_id>.txt")
@access.roles(Role.VENDOR)
def attempt_note(attempt_id: str) -> Response:
    """Give a vendor the signed note of a refused attempt."""
    found = queries.own_attempt(access.session(), attempt_id, access.actor().organisation_id)
    return _note(found.note, f"attempt-{found.id}.txt")


def _is_open(tender: Tender) -> bool:
    """Tell whether the tender takes bids, and confirmations of bids, now."""
    now = database_instant(access.session())
    return tender.stage is Stage.PUBLISHED and now < tender.schedule.deadline_at


def _is_void(found: Submission) -> bool:
    """Tell whether a change to the tender ended this bid, not its own vendor."""
    if found.state is not SubmissionState.SUPERSEDED:
        return False
    changes = tenders.changes(access.session(), found.tender_id)
    return any(change.at == found.ended_at for change in changes)


def status_text(found: Submission, *, void: bool = False, open_now: bool = False) -> str:
    """Return a submission's state in words, in a tender that takes bids now or does not."""
    if void:
        return _("Void, unopened: the tender changed")
    return {
        SubmissionState.COMMITTED: _("Bytes awaited"),
        SubmissionState.SEALED: _("Sealed"),
        SubmissionState.OPENED: _("Opened"),
        SubmissionState.UNREADABLE: _("Could not be opened"),
        SubmissionState.SUPERSEDED: _("Replaced, unopened"),
        SubmissionState.UNOPENED: _("Left unopened"),
        SubmissionState.UNCONFIRMED: _("Awaits your confirmation")
        if open_now
        else _("Not confirmed after the dates moved, unopened"),
        SubmissionState.WITHDRAWN: _("Withdrawn, unopened"),
        SubmissionState.ABANDONED: _("Given up"),
        SubmissionState.REFUSED: _("Refused"),
    }[found.state]


def _note(text: str | None, name: str) -> Response:
    if text is None:
        return answering.refuse("not-found", status=404)
    response = Response(text, mimetype="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
