"""The approver's page: everything that will be published, remarks, and the publication."""

from datetime import datetime

from flask import redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts import queries as accounts
from accounts.domain.roles import Role
from foundation.values.instants import instant_from_text, instant_text
from foundation.values.refusal import Refusal
from tendering.acts import approving, publishing
from tendering.beacon_chain import present_chain
from tendering.domain import publication, schedule
from tendering.domain.tender import Stage, Tender
from tendering.forms import ApprovalForm
from tendering.sealing_bundle import sealing_sha384
from tendering.views import texts
from tendering.views.blueprint import office
from tendering.views.changing import change_shown
from tendering.views.own import OFFICE, book_of, gaps_of, now, own_tender
from tendering.views.telling import done, tell
from tendering.views.whole import whole_draft

REMARKS = {"remarks-missing": "remarks", "remarks-too-long": "remarks"}


@office.get("/<tender_id>/approval")
@access.roles(*OFFICE)
def approval(tender_id: str) -> Response | str:
    """Show the whole tender to the person who may publish it, or to its waiting author."""
    tender = own_tender(tender_id)
    if tender.stage is not Stage.IN_APPROVAL:
        return redirect(url_for("drafts.task_list", tender_id=tender_id))
    return approval_page(tender, ApprovalForm())


@office.post("/<tender_id>/publish")
@access.roles(Role.APPROVER)
def publish(tender_id: str) -> Response | tuple[str, int]:
    """Approve and publish what the page showed."""
    tender = own_tender(tender_id)
    form = ApprovalForm()
    try:
        settings = access.context().settings
        chain, bundle = present_chain(settings), sealing_sha384()
        with access.unit_of_work() as uow:
            published = publishing.publish_tender(
                uow,
                tender_id,
                chain=chain,
                sealing_sha384=bundle,
                revision=form.revision_number(),
                seen_deadline_at=_seen(form),
            )
    except Refusal as refusal:
        tell(form, refusal, tender.schedule.zone, {})
        return approval_page(own_tender(tender_id), form), 422
    done(gettext("Published as %(number)s.", number=published.number))
    return redirect(url_for("tendering.tender_page", tender_id=tender_id), 303)


@office.post("/<tender_id>/send-back")
@access.roles(Role.APPROVER)
def send_back(tender_id: str) -> Response | tuple[str, int]:
    """Return the draft to its authors with remarks."""
    tender = own_tender(tender_id)
    form = ApprovalForm()
    try:
        with access.unit_of_work() as uow:
            approving.send_back(uow, tender_id, form.remarks.data or "")
    except Refusal as refusal:
        tell(form, refusal, tender.schedule.zone, REMARKS)
        return approval_page(own_tender(tender_id), form), 422
    done(gettext("The draft is back with its author."))
    return redirect(url_for("tendering.dashboard"), 303)


def approval_page(tender: Tender, form: ApprovalForm) -> str:
    """Return the page of a draft in approval, with what its form was refused for."""
    actor = access.actor()
    at = now()
    form.revision.data = str(tender.revision)
    gaps = gaps_of(tender, at)
    author = accounts.person(access.session(), tender.submitted_by or tender.created_by)
    if tender.amends is None:
        template, whole = "tendering/approval.html", _whole(tender, form, at)
    else:
        template, whole = "tendering/change_approval.html", change_shown(tender)
    return render_template(
        template,
        form=form,
        **whole,
        gaps=[(texts.refusal_text(gap.refusal, tender.schedule.zone), "") for gap in gaps],
        author=author.name,
        may_publish=Role.APPROVER in actor.roles and actor.account_id not in tender.authors,
        is_author=actor.account_id in tender.authors and Role.OFFICER in actor.roles,
        editable=False,
    )


def _whole(tender: Tender, form: ApprovalForm, at: datetime) -> dict[str, object]:
    book = book_of(tender)
    shown = publication.previewed(tender, book, at).schedule
    minutes = schedule.is_minutes(book.response[tender.reach].value)
    form.deadline.data = "" if minutes else instant_text(shown.deadline_at)
    return {**whole_draft(tender, at), "minutes": minutes and not tender.dates_set}


def _seen(form: ApprovalForm) -> datetime | None:
    try:
        return instant_from_text(form.deadline.data or "")
    except ValueError:
        return None
