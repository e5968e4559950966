"""Questions on a tender's public page, and the page on which a vendor asks and follows its own."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts import access
from accounts.domain.roles import Role
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from tendering import asked, facts
from tendering.acts import asking
from tendering.domain.questions import (
    LONGEST_QUESTION,
    OwnQuestion,
    PublishedAnswer,
    QuestionState,
    asking_is_open,
)
from tendering.domain.schedule import questions_close
from tendering.domain.tender import PUBLIC_STAGES, Tender
from tendering.forms import AskForm
from tendering.views import texts
from tendering.views.blueprint import public
from tendering.views.own import now
from tendering.views.telling import done, tell

FIELDS = dict.fromkeys(("question-empty", "question-too-long"), "text")


@dataclass(frozen=True)
class QuestionsPart:
    """What the public page says of questions; ``ask`` leads to the form, empty when closed."""

    answers: tuple[PublishedAnswer, ...]
    set_aside: tuple[str, ...]
    close_at: datetime
    open: bool
    ask: str
    version: int


@dataclass(frozen=True)
class OwnLine:
    """One of the firm's own questions with the words for its state."""

    question: OwnQuestion
    status: str
    kind: str
    reason: str
    tender: Tender


def questions_part(tender: Tender, at: datetime) -> QuestionsPart:
    """Return the answered questions of a published tender and whether one may ask."""
    session, actor = access.session(), access.actor()
    may_ask = not actor.signed_in or Role.VENDOR in actor.roles
    is_open = asking_is_open(tender.stage, tender.schedule, at)
    return QuestionsPart(
        answers=asked.published_answers(session, tender.id),
        set_aside=tuple(
            texts.translated(texts.SET_ASIDE_REASONS[reason])
            for reason, _at in asked.set_aside(session, tender.id)
        ),
        close_at=questions_close(tender.schedule),
        open=is_open,
        ask=url_for("tendering.ask", tender_id=tender.id) if may_ask and is_open else "",
        version=tender.version,
    )


@public.route("/tenders/<tender_id>/questions", methods=["GET", "POST"])
@access.roles(Role.VENDOR)
def ask(tender_id: str) -> Response | str | tuple[str, int]:
    """Take a question, and show what the firm asked about this tender."""
    tender = facts.tender(access.session(), tender_id)
    if tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    form = AskForm()
    if request.method == "GET":
        form.key.data = new_id()
        return _ask_page(tender, form)
    try:
        with access.unit_of_work() as uow:
            asking.ask_question(
                uow, tender_id, question_id=form.key.data or "", text=form.text.data or ""
            )
    except Refusal as refusal:
        tell(form, refusal, tender.schedule.zone, FIELDS)
        form.key.data = form.key.data or new_id()
        return _ask_page(tender, form), 422
    done(gettext("Your question is with the buyer. Nobody there is told who asked."))
    return redirect(url_for("tendering.ask", tender_id=tender_id), 303)


@public.get("/questions")
@access.roles(Role.VENDOR)
def my_questions() -> str:
    """List what the firm asked about any tender."""
    lines = _own_lines(access.actor().organisation_id)
    return render_template("tendering/my_questions.html", lines=lines)


def _ask_page(tender: Tender, form: AskForm) -> str:
    at = now()
    return render_template(
        "tendering/ask.html",
        form=form,
        tender=tender,
        close_at=questions_close(tender.schedule),
        open=asking_is_open(tender.stage, tender.schedule, at),
        longest=LONGEST_QUESTION,
        lines=_own_lines(access.actor().organisation_id, tender.id),
        now=at,
    )


def _own_lines(organisation_id: str, tender_id: str = "") -> list[OwnLine]:
    session, at = access.session(), now()
    found = asked.own_questions(session, organisation_id, tender_id)
    tenders = {each.tender_id: facts.tender(session, each.tender_id) for each in found}
    return [_own_line(each, tenders[each.tender_id], at) for each in found]


def _own_line(question: OwnQuestion, tender: Tender, at: datetime) -> OwnLine:
    status, kind = texts.QUESTION_STATES[question.state]
    words = texts.translated(status)
    if question.state is QuestionState.WAITING and at >= tender.schedule.deadline_at:
        words, kind = gettext("Not answered before bids closed"), ""
    reason = question.reason
    return OwnLine(
        question=question,
        status=words,
        kind=kind,
        reason=texts.translated(texts.SET_ASIDE_REASONS[reason]) if reason else "",
        tender=tender,
    )
