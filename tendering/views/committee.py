"""The officer's page on which the opening committee is named and its keys are followed."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.organisations import Person
from accounts.domain.roles import Role
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.acts import seating
from tendering.domain.committee import COMMITTEE_SEAL, LEAST_THRESHOLD
from tendering.domain.tender import Stage, Tender
from tendering.forms import CommitteeForm
from tendering.views import texts
from tendering.views.blueprint import office
from tendering.views.own import own_tender
from tendering.views.telling import done, tell

FIELDS = {
    "committee-size": "threshold",
    "bad-number": "threshold",
    "not-eligible": "members",
    "member-twice": "members",
}


@office.route("/<tender_id>/committee", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def committee(tender_id: str) -> Response | str | tuple[str, int]:
    """Name the members and how many of them open a bid; follow who is ready."""
    tender = own_tender(tender_id)
    if tender.seal != COMMITTEE_SEAL:
        raise Refusal("not-found")
    form = CommitteeForm()
    people = seating.eligible(access.session(), tender.organisation_id)
    form.members.choices = [(person.id, _name(person)) for person in people]
    status = 200
    if request.method == "POST":
        try:
            with access.unit_of_work() as uow:
                seating.name_committee(
                    uow, tender_id, form.revision_number(), _ordered(form), _threshold(form)
                )
        except Refusal as refusal:
            tell(form, refusal, tender.schedule.zone, FIELDS)
            tender, status = own_tender(tender_id), 422
        else:
            done(gettext("The committee is named, and its new members were told."))
            return redirect(url_for("drafts.committee", tender_id=tender_id), 303)
    else:
        _fill(form, tender)
    form.revision.data = str(tender.revision)
    page = render_template(
        "tendering/committee.html",
        form=form,
        tender=tender,
        exercise=facts.newest_exercise(access.session(), tender_id),
        editable=tender.stage is Stage.DRAFT,
    )
    return page, status


def _fill(form: CommitteeForm, tender: Tender) -> None:
    committee = tender.committee
    form.threshold.data = str(committee.threshold if committee else LEAST_THRESHOLD)
    form.members.data = [seat.account_id for seat in committee.seats] if committee else []


def _ordered(form: CommitteeForm) -> list[str]:
    """Return the chosen members in the order in which the page lists them."""
    chosen = set(form.members.data or [])
    return [account_id for account_id, _ in form.members.choices if account_id in chosen]


def _threshold(form: CommitteeForm) -> int:
    text = form.threshold.data or ""
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Refusal("bad-number")
    return int(text)


def _name(person: Person) -> str:
    language = texts.language()
    house = person.organisation.name.in_language(language)
    return f"{person.name.in_language(language)} ({house})"
