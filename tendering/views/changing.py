"""The pages of a change to a published tender: begun, explained, given up, shown to everybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from accounts import access
from accounts.domain.roles import Role
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from tendering import facts
from tendering.acts import changing as acts
from tendering.domain import changing
from tendering.domain.difference import Difference, Part, differences, only_dates
from tendering.domain.publication import Topic
from tendering.domain.tender import PUBLIC_STAGES, ChangeKind, Stage, Tender
from tendering.facts import PastChange
from tendering.forms import ChangeForm, ReasonForm
from tendering.views import change_texts
from tendering.views.blueprint import office, public
from tendering.views.links import Link, Place, register
from tendering.views.own import book_of, now, own_tender, tender_changed_by
from tendering.views.saving import Page, edit_topic, long_text
from tendering.views.telling import done, tell

REASON_FIELDS = {"reason-code-missing": "code", "reason-missing": "reason_en"}
TOPIC_OF: Mapping[Part, Topic] = {
    **dict.fromkeys(Part, Topic.FACTS),
    Part.DEADLINE: Topic.DATES,
    Part.OPENING: Topic.DATES,
    Part.LOT: Topic.LOTS,
    Part.ITEM: Topic.ITEMS,
    Part.REQUIREMENT: Topic.REQUIREMENTS,
    Part.CRITERION: Topic.CRITERIA,
    Part.TECHNICAL_WEIGHT: Topic.CRITERIA,
    Part.PRICE_FORMULA: Topic.CRITERIA,
    Part.TECHNICAL_SCALE: Topic.CRITERIA,
    Part.PASS_MARK: Topic.CRITERIA,
    Part.DOCUMENT: Topic.DOCUMENTS,
    Part.COMMITTEE: Topic.COMMITTEE,
}


@dataclass(frozen=True)
class ShownChange:
    """A change as pages show it: why, and field by field what differs."""

    change: PastChange
    reason: str
    rows: tuple[change_texts.ShownDifference, ...]


@office.route("/<tender_id>/change", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def change(tender_id: str) -> Page:
    """Begin a change to a published tender, or lead to the one that is being prepared."""
    tender = own_tender(tender_id)
    if tender.stage not in PUBLIC_STAGES:
        return redirect(url_for("drafts.task_list", tender_id=tender_id), 303)
    known = facts.open_change(access.session(), tender_id)
    if known is not None:
        return redirect(url_for("drafts.task_list", tender_id=known.id), 303)
    form = ChangeForm()
    form.kind.choices = [
        (ChangeKind.ADDENDUM.value, gettext("Correct texts, documents or dates")),
        (ChangeKind.CANCELLATION.value, gettext("Cancel the tender")),
    ]
    status = 200
    if request.method == "POST":
        try:
            draft_id = _begun(tender_id, form)
            return redirect(url_for("drafts.task_list", tender_id=draft_id), 303)
        except Refusal as refusal:
            tell(form, refusal, tender.schedule.zone, {"choose-change": "kind"})
            status = 422
    form.key.data = form.key.data or new_id()
    in_time = tender.stage is Stage.PUBLISHED and now() < tender.schedule.deadline_at
    page = render_template("tendering/change.html", form=form, tender=tender, in_time=in_time)
    return page, status


def _begun(tender_id: str, form: ChangeForm) -> str:
    if form.kind.data not in set(ChangeKind):
        raise Refusal("choose-change")
    with access.unit_of_work() as uow:
        kind = ChangeKind(form.kind.data)
        return acts.begin_change(uow, tender_id, kind, form.key.data or "").id


@office.route("/<tender_id>/reason", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def reason(tender_id: str) -> Page:
    """Say why a published tender is changed or cancelled."""
    draft = own_tender(tender_id)
    if draft.amends is None:
        raise Refusal("not-found")
    if draft.stage is Stage.IN_APPROVAL:
        return redirect(url_for("drafts.approval", tender_id=tender_id), 303)
    form = ReasonForm()
    form.code.choices = change_texts.reason_choices(draft.amends.kind)

    def fill(shown: Tender) -> None:
        given = changing.change_of(shown)
        form.code.data = given.code
        form.reason_en.data, form.reason_ur.data = given.reason.en, given.reason.ur

    def save(shown: Tender) -> Tender:
        longest = changing.LONGEST_REASON + 1
        why = long_text(form.reason_en.data, form.reason_ur.data, longest)
        with access.unit_of_work() as uow:
            code = form.code.data or ""
            return acts.explain_change(uow, shown.id, form.revision_number(), code, why)

    page = edit_topic(
        tender_id,
        form,
        "reason",
        fill=fill,
        save=save,
        fields=REASON_FIELDS,
        before=lambda shown: {"changed": tender_changed_by(shown)},
    )
    saved = isinstance(page, BaseResponse)
    if saved and draft.amends.kind is ChangeKind.CANCELLATION and request.method == "POST":
        return redirect(url_for("drafts.check", tender_id=tender_id), 303)
    return page


@office.post("/<tender_id>/discard")
@access.roles(Role.OFFICER)
def discard(tender_id: str) -> BaseResponse:
    """Give a change up; the published tender stays as it is."""
    own_tender(tender_id)
    with access.unit_of_work() as uow:
        of = acts.discard_change(uow, tender_id)
    done(gettext("The change was given up. The tender stays as it is."))
    return redirect(url_for("tendering.tender_page", tender_id=of), 303)


@public.get("/tenders/<tender_id>/changes")
@access.public
def changes(tender_id: str) -> Response:
    """Show every change to a published tender, field by field."""
    tender = facts.tender(access.session(), tender_id)
    if tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    shown = [_shown(each, tender) for each in facts.changes(access.session(), tender_id)]
    html = render_template("tendering/changes.html", tender=tender, shown=shown)
    answer = make_response(html)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _shown(past: PastChange, tender: Tender) -> ShownChange:
    return ShownChange(
        past,
        change_texts.reason_words(past.kind, past.code),
        change_texts.shown_differences(past.differences, tender, book_of(tender)),
    )


def change_shown(draft: Tender) -> dict[str, object]:
    """Return what the pages of a change in preparation show of it and of what it does."""
    given = changing.change_of(draft)
    tender = facts.tender(access.session(), given.of)
    found: tuple[Difference, ...] = ()
    if given.kind is ChangeKind.ADDENDUM:
        found = differences(tender, draft)
    return {
        "tender": draft,
        "published": tender,
        "change": given,
        "reason_words": change_texts.reason_words(given.kind, given.code) if given.code else "",
        "rows": change_texts.shown_differences(found, tender, book_of(tender)),
        "only_dates": bool(found) and only_dates(found),
        "old_round_at": changing.old_round_at(tender),
        "moves_dates": any(TOPIC_OF[each.part] is Topic.DATES for each in found),
    }


@register
def change_links(tender: Tender, at: datetime) -> Iterator[Link]:
    """Give the officer's way to change a tender, and everybody's way to its changes."""
    if tender.version > 1:
        href = url_for("tendering.changes", tender_id=tender.id)
        yield Link(Place.RECORD, gettext("Changes to this tender"), href)
    open_now = tender.stage is Stage.PUBLISHED and at < tender.schedule.deadline_at
    if open_now and Role.OFFICER in access.actor().roles:
        href = url_for("drafts.change", tender_id=tender.id)
        yield Link(Place.OFFICE, gettext("Change or cancel this tender"), href)
