"""The page on which a tender or its approval is handed to a colleague, and taken back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts import queries as accounts
from accounts.domain.organisations import Person
from foundation.values.money import western_digits
from foundation.values.refusal import N_, Refusal
from foundation.values.text import Text
from tendering import facts
from tendering.acts import handing_over
from tendering.domain import handover
from tendering.domain.handover import ENDED, ROLE_OF, Asked, Handover, Part, Why
from tendering.domain.tender import Tender
from tendering.forms import HandoverForm
from tendering.views import texts
from tendering.views.blueprint import office
from tendering.views.own import OFFICE, now, own_tender
from tendering.views.telling import done, tell

WHY_NAMES = {
    Why.ABSENCE: N_("Absence (leave, journey or illness)"),
    Why.LEFT: N_("Left the post"),
    Why.INTEREST: N_("An interest in this tender"),
    Why.WORKLOAD: N_("Too much work"),
}
PART_NAMES = {Part.TENDER: N_("The work on the tender"), Part.APPROVAL: N_("The approvals")}
FIELDS = {
    "handover-nobody": "to",
    "handover-to-oneself": "to",
    "handover-standing": "to",
    "second-person": "to",
    "handover-dates": "until_day",
    "handover-bad-date": "from_day",
    "handover-no-reason": "why",
}


@dataclass(frozen=True)
class HandoverLine:
    """One handing over as the office sees it."""

    id: str
    part: str
    from_name: Text
    to_name: Text
    why: str
    note: str
    from_at: datetime
    until_at: datetime | None
    ended_at: datetime | None
    ahead: bool


@office.route("/<tender_id>/handover/<any(tender, approval):part>", methods=["GET", "POST"])
@access.roles(*OFFICE)
def hand_over(tender_id: str, part: str) -> Response | tuple[str, int]:
    """Hand the work on a tender, or its approvals, to a colleague."""
    tender, chosen = own_tender(tender_id), Part(part)
    form, status = _form(tender, chosen), 200
    if request.method == "POST":
        try:
            asked = _asked(tender, chosen, form)
            with access.unit_of_work() as uow:
                handing_over.hand_over(uow, tender_id, asked)
        except Refusal as refusal:
            tell(form, refusal, tender.schedule.zone, FIELDS)
            status = 422
        else:
            done(gettext("It is handed over. Both people are told."))
            return redirect(request.path, 303)
    return _page(tender, chosen, form), status


@office.post("/<tender_id>/handover/<handover_id>/end")
@access.roles(*OFFICE)
def hand_back(tender_id: str, handover_id: str) -> Response:
    """End a handing over before its date."""
    own_tender(tender_id)
    with access.unit_of_work() as uow:
        handing_over.hand_back(uow, tender_id, handover_id)
    done(gettext("The handing over has ended. Both people are told."))
    return redirect(url_for("drafts.hand_over", tender_id=tender_id, part="tender"), 303)


def _page(tender: Tender, part: Part, form: HandoverForm) -> str:
    at, before = now(), facts.handovers(access.session(), tender.id)
    return render_template(
        "tendering/handover.html",
        form=form,
        tender=tender,
        part=str(part),
        responsible=_name(handover.responsible(tender, before, at)),
        lines=[_line(each, at) for each in reversed(before)],
        ended=tender.stage in ENDED,
    )


def _form(tender: Tender, part: Part) -> HandoverForm:
    form = HandoverForm()
    people = _colleagues(tender, part)
    hands = handover.hands_of(tender) if part is Part.APPROVAL else frozenset()
    form.to.choices = [_choice(each) for each in people if each.id not in hands]
    form.absent.choices = [_choice(each) for each in people]
    form.why.choices = [(str(why), texts.translated(name)) for why, name in WHY_NAMES.items()]
    if request.method == "GET":
        zone = ZoneInfo(tender.schedule.zone)
        form.from_day.data = now().astimezone(zone).date().isoformat()
    return form


def _colleagues(tender: Tender, part: Part) -> tuple[Person, ...]:
    return accounts.people_of(access.session(), tender.organisation_id, roles=(ROLE_OF[part],))


def _choice(person: Person) -> tuple[str, str]:
    return person.id, person.name.in_language(texts.language())


def _asked(tender: Tender, part: Part, form: HandoverForm) -> Asked:
    if form.why.data not in set(Why):
        raise Refusal("handover-no-reason")
    first, last = _day(form.from_day.data), _day(form.until_day.data)
    if first is None:
        raise Refusal("handover-bad-date")
    return Asked(
        part=part,
        from_account=_absent(tender, form) if part is Part.APPROVAL else "",
        to_account=form.to.data or "",
        why=Why(form.why.data),
        note=form.note.data or "",
        from_at=_begin(first, tender),
        until_at=None if last is None else _begin(last + timedelta(days=1), tender),
    )


def _absent(tender: Tender, form: HandoverForm) -> str:
    known = {each.id for each in _colleagues(tender, Part.APPROVAL)}
    if form.absent.data not in known:
        raise Refusal("handover-nobody")
    return str(form.absent.data)


def _day(typed: str | None) -> date | None:
    text = western_digits((typed or "").strip())
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("handover-bad-date") from error
    if not 2000 <= day.year <= 2200:
        raise Refusal("handover-bad-date")
    return day


def _begin(day: date, tender: Tender) -> datetime:
    """Return the first instant of a day in the tender's zone."""
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tender.schedule.zone))
    return local.astimezone(UTC)


def _line(each: Handover, at: datetime) -> HandoverLine:
    return HandoverLine(
        id=each.id,
        part=texts.translated(PART_NAMES[each.part]),
        from_name=_name(each.from_account),
        to_name=_name(each.to_account),
        why=texts.translated(WHY_NAMES[each.why]),
        note=each.note,
        from_at=each.from_at,
        until_at=each.until_at,
        ended_at=each.ended_at,
        ahead=handover.is_ahead(each, at),
    )


def _name(account_id: str) -> Text:
    try:
        return accounts.person(access.session(), account_id).name
    except Refusal:
        return Text()
