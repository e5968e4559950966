"""A committee member's pages: making the key, comparing it, rehearsing, proving, losing it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.acts import rehearsing, seating
from tendering.domain.committee import OpeningCommittee, Seat, seated
from tendering.domain.exercises import DUMMY_VENDOR, Exercise
from tendering.domain.permissions import COMMITTEE_ROLES
from tendering.domain.schedule import keys_kept_until
from tendering.domain.tender import Stage, Tender
from tendering.views import texts
from tendering.views.blueprint import api, public
from tendering.views.own import book_of, now
from tendering.views.telling import NOT_HERE, done

BEFORE_THE_OPENING = frozenset({Stage.PUBLISHED, Stage.CLOSED})

NEEDED = BEFORE_THE_OPENING | {Stage.DRAFT, Stage.IN_APPROVAL, Stage.OPENING, Stage.OPENING_PRICES}
BEFORE_THE_PRICES = frozenset({Stage.OPENED, Stage.TECHNICAL_REPORTED})


@dataclass(frozen=True)
class SeatPage:
    """What a member's page shows; ``step`` is what the member does next, "" for nothing."""

    tender: Tender
    committee: OpeningCommittee
    seat: Seat
    exercise: Exercise | None
    step: str
    kept_until: datetime | None = None

    @property
    def may_lose(self) -> bool:
        """Tell whether the key is still needed, so that its loss matters."""
        seat, stage = self.seat, self.tender.stage
        prices = self.tender.has_two_envelopes and stage in BEFORE_THE_PRICES
        return bool(seat.recipient and not seat.lost_at) and (stage in NEEDED or prices)

    @property
    def facts(self) -> dict[str, object]:
        """Return what the page's program needs; nothing of it is secret."""
        found: dict[str, object] = {
            "number": self.seat.number,
            "recipient": self.seat.recipient,
            "title": self.tender.number or self.tender.title.in_language("en") or self.tender.id,
        }
        if self.step == "prove" and self.exercise is not None:
            dummy = self.exercise.dummy
            found["part"] = dummy.part.document()
            found["approved"] = {
                "tender": self.tender.id,
                "lot": "1",
                "kind": "single",
                "vendor": DUMMY_VENDOR,
                "eid": dummy.eid.hex(),
            }
        return found


@public.get("/committee/", strict_slashes=False)
@access.roles(*COMMITTEE_ROLES)
def seats() -> str:
    """List the tenders on whose committee the reader sits."""
    account_id = access.actor().account_id
    tenders = facts.seats_of(access.session(), account_id)
    pages = [_page(tender) for tender in tenders if tender.sealing_committee is not None]
    # The draft of a change repeats its tender, unless it asks the member for something.
    shown = [page for page in pages if page.tender.amends is None or page.step]
    return render_template("tendering/seats.html", pages=shown)


@public.get("/committee/<tender_id>")
@access.roles(*COMMITTEE_ROLES)
def seat(tender_id: str) -> str:
    """Show a member the own key for one tender and what to do with it now."""
    page = _own_page(tender_id)
    if page.step and not access.actor().fresh:
        raise Refusal("fresh-sign-in")
    return render_template("tendering/seat.html", view=page, problems=[])


@public.post("/committee/<tender_id>/key")
@access.roles(*COMMITTEE_ROLES)
def hand_in_key(tender_id: str) -> Response | tuple[str, int]:
    """Take the public key that was made on the member's device."""
    recipient = request.form.get("recipient", "").strip()
    return _do(
        tender_id,
        lambda uow: seating.admit_key(uow, tender_id, recipient),
        gettext("Your public key was handed in."),
    )


@public.post("/committee/<tender_id>/fingerprint")
@access.roles(*COMMITTEE_ROLES)
def compare_key(tender_id: str) -> Response | tuple[str, int]:
    """Take the fingerprint that the member read from the own paper copy."""
    typed = request.form.get("fingerprint", "")
    return _do(
        tender_id,
        lambda uow: seating.compare_key(uow, tender_id, typed),
        gettext("The board shows your key."),
    )


@public.post("/committee/<tender_id>/proof")
@access.roles(*COMMITTEE_ROLES)
def prove_key(tender_id: str) -> Response | tuple[str, int]:
    """Take the member's share of the dummy."""
    exercise, share = request.form.get("exercise", ""), request.form.get("share", "").strip()
    return _do(
        tender_id,
        lambda uow: rehearsing.prove_key(uow, tender_id, exercise, share),
        gettext("Your key opened its share of the dummy."),
    )


@public.post("/committee/<tender_id>/lost")
@access.roles(*COMMITTEE_ROLES)
def report_lost(tender_id: str) -> Response | tuple[str, int]:
    """Take the member's word that the key is lost."""

    def report(uow: UnitOfWork) -> Tender:
        if request.form.get("sure") != "yes":
            raise Refusal("not-sure")
        return seating.report_lost(uow, tender_id)

    return _do(tender_id, report, gettext("The loss is on record, and the officer was told."))


@api.get("/<tender_id>/committee/dummy-share.age")
@access.roles(*COMMITTEE_ROLES)
def dummy_share(tender_id: str) -> Response:
    """Give a member the own share file of the dummy, which any age program opens."""
    page = _own_page(tender_id)
    if page.exercise is None:
        raise Refusal("not-found")
    share = page.exercise.dummy.part.shares[page.seat.number - 1]
    answer = make_response(share)
    answer.headers["Content-Type"] = "application/octet-stream"
    answer.headers["Content-Disposition"] = 'attachment; filename="dummy-share.age"'
    return answer


@public.post("/committee/<tender_id>/destroyed")
@access.roles(*COMMITTEE_ROLES)
def state_destroyed(tender_id: str) -> Response | tuple[str, int]:
    """Take the member's statement that every copy of the own key is destroyed."""

    def state(uow: UnitOfWork) -> Tender:
        if request.form.get("sure") != "yes":
            raise Refusal("not-sure")
        return seating.state_destroyed(uow, tender_id, request.form.get("fingerprint", ""))

    return _do(tender_id, state, gettext("Your statement is on public record."))


def _do(
    tender_id: str, act: Callable[[UnitOfWork], object], text: str
) -> Response | tuple[str, int]:
    page = _own_page(tender_id)
    try:
        with access.unit_of_work() as uow:
            act(uow)
    except Refusal as refusal:
        if refusal.code in NOT_HERE:
            raise
        said = texts.refusal_text(refusal, page.tender.schedule.zone)
        page = _own_page(tender_id)
        return render_template("tendering/seat.html", view=page, problems=[said]), 422
    done(text)
    return redirect(url_for("tendering.seat", tender_id=tender_id), 303)


def _own_page(tender_id: str) -> SeatPage:
    tender = facts.tender(access.session(), tender_id)
    committee = tender.sealing_committee
    if committee is None or committee.seat_of(access.actor().account_id) is None:
        raise Refusal("not-found")
    return _page(tender)


def _page(tender: Tender) -> SeatPage:
    committee = tender.sealing_committee
    seat = seated(committee, access.actor().account_id)
    if committee is None:
        raise Refusal("not-found")
    exercise = facts.newest_exercise(access.session(), tender.id)
    if exercise is not None and exercise.committee_id != committee.id:
        exercise = None  # of a committee that sat before
    until = keys_kept_until(book_of(tender), tender)
    step = _step(tender, seat, exercise)
    has_key = bool(seat.recipient) and not seat.lost_at and not seat.destroyed_at
    if until is not None and has_key and now() >= until:
        step = "destroy"
    return SeatPage(tender, committee, seat, exercise, step, until)


def _step(tender: Tender, seat: Seat, exercise: Exercise | None) -> str:
    """Return what the member does next until the end: make, compare, prove, release, nothing."""
    unproved = exercise is not None and seat.number not in exercise.proofs and not seat.lost_at
    if tender.stage is Stage.DRAFT:
        if not seat.recipient or seat.lost_at:
            return "make"
        if seat.compared_at is None:
            return "compare"
        return "prove" if unproved else ""
    if tender.stage in BEFORE_THE_OPENING:
        return "prove" if unproved else ""
    return "release" if tender.stage in {Stage.OPENING, Stage.OPENING_PRICES} else ""
