"""The officer's pages of questions: which wait, one to answer or set aside; never who asked."""

from collections.abc import Iterator
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import asked
from tendering.acts import asking
from tendering.domain.questions import AskedQuestion
from tendering.domain.schedule import questions_close, windows
from tendering.domain.tender import PUBLIC_STAGES, Stage, Tender
from tendering.forms import AnswerForm, SetAsideForm
from tendering.views import texts
from tendering.views.blueprint import office
from tendering.views.links import Link, Place, register
from tendering.views.own import OFFICE, now, own_tender
from tendering.views.telling import done, tell

Page = Response | str | tuple[str, int]
FIELDS = {
    "question-too-long": "question_en",
    "answer-missing": "answer_en",
    "answer-too-long": "answer_en",
    "languages-differ": "answer_en",
}
SHORT = 120


@register
def question_links(tender: Tender, at: datetime) -> Iterator[Link]:
    """Lead the office to the questions, as a thing to do while one waits for an answer."""
    actor = access.actor()
    if tender.stage not in PUBLIC_STAGES or tender.organisation_id != actor.organisation_id:
        return
    if not actor.roles & set(OFFICE):
        return
    waiting = 0
    if tender.stage is Stage.PUBLISHED and windows(tender.schedule, at).bids_open:
        waiting = asked.count_waiting(access.session(), tender.id)
    href = url_for("drafts.questions", tender_id=tender.id)
    if waiting:
        text = gettext("Answer questions: %(count)s", count=waiting)
        yield Link(Place.OFFICE, text, href, todo=Role.OFFICER in actor.roles)
    else:
        yield Link(Place.OFFICE, gettext("Questions and answers"), href)


@office.get("/<tender_id>/questions")
@access.roles(*OFFICE)
def questions(tender_id: str) -> str:
    """List the questions that wait, and the answers that were published."""
    tender = _published(tender_id)
    session, at = access.session(), now()
    return render_template(
        "tendering/office_questions.html",
        tender=tender,
        waiting=asked.waiting_questions(session, tender_id),
        answers=asked.published_answers(session, tender_id),
        set_aside=[
            (texts.translated(texts.SET_ASIDE_REASONS[reason]), settled_at)
            for reason, settled_at in asked.set_aside(session, tender_id)
        ],
        close_at=questions_close(tender.schedule),
        now=at,
        may_answer=_may_answer(tender, at),
    )


@office.route("/<tender_id>/questions/<question_id>", methods=["GET", "POST"])
@access.roles(Role.OFFICER)
def question(tender_id: str, question_id: str) -> Page:
    """Answer a question, with others like it where there are some."""
    tender = _published(tender_id)
    form = AnswerForm()
    try:
        one = asked.waiting_question(access.session(), tender_id, question_id)
    except Refusal as refusal:
        return _settled(tender, refusal)
    if request.method == "GET":
        form.question_en.data = one.text if one.language == "en" else ""
        form.question_ur.data = one.text if one.language == "ur" else ""
        return _answer_page(tender, one, form, SetAsideForm())
    try:
        with access.unit_of_work() as uow:
            number = asking.answer_questions(
                uow,
                tender_id,
                [question_id, *(form.joined.data or [])],
                Text(form.question_en.data or "", form.question_ur.data or ""),
                Text(form.answer_en.data or "", form.answer_ur.data or ""),
            )
    except Refusal as refusal:
        tell(form, refusal, tender.schedule.zone, FIELDS)
        return _answer_page(tender, one, form, SetAsideForm()), 422
    done(gettext("Published as question %(number)s. All followers are told alike.", number=number))
    return redirect(url_for("drafts.questions", tender_id=tender_id), 303)


@office.post("/<tender_id>/questions/<question_id>/set-aside")
@access.roles(Role.OFFICER)
def set_aside(tender_id: str, question_id: str) -> Page:
    """Keep a question unpublished for a coded reason."""
    tender = _published(tender_id)
    form = SetAsideForm()
    try:
        one = asked.waiting_question(access.session(), tender_id, question_id)
    except Refusal as refusal:
        return _settled(tender, refusal)
    try:
        with access.unit_of_work() as uow:
            asking.set_question_aside(uow, tender_id, question_id, form.reason.data or "")
    except Refusal as refusal:
        tell(form, refusal, tender.schedule.zone, {"set-aside-reason-missing": "reason"})
        return _answer_page(tender, one, AnswerForm(formdata=None), form), 422
    done(gettext("The question stays unpublished. The reason is public."))
    return redirect(url_for("drafts.questions", tender_id=tender_id), 303)


def _published(tender_id: str) -> Tender:
    tender = own_tender(tender_id)
    if tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    return tender


def _may_answer(tender: Tender, at: datetime) -> bool:
    is_open = tender.stage is Stage.PUBLISHED and windows(tender.schedule, at).bids_open
    return is_open and Role.OFFICER in access.actor().roles


def _settled(tender: Tender, refusal: Refusal) -> Response:
    done(texts.refusal_text(refusal, tender.schedule.zone))
    return redirect(url_for("drafts.questions", tender_id=tender.id), 303)


def _answer_page(tender: Tender, one: AskedQuestion, form: AnswerForm, aside: SetAsideForm) -> str:
    others = [
        each for each in asked.waiting_questions(access.session(), tender.id) if each.id != one.id
    ]
    form.joined.choices = [(each.id, _short(each.text)) for each in others]
    aside.reason.choices = [
        (reason.value, texts.translated(text)) for reason, text in texts.SET_ASIDE_REASONS.items()
    ]
    return render_template(
        "tendering/answer.html",
        form=form,
        aside=aside,
        tender=tender,
        question=one,
        others=others,
        may_answer=_may_answer(tender, now()),
    )


def _short(text: str) -> str:
    """Return a line of the text, isolated so that its direction is its own."""
    line = " ".join(text.split())
    line = line if len(line) <= SHORT else line[: SHORT - 1] + "…"
    return f"\u2068{line}\u2069"
