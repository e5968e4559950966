"""A vendor asks about a tender; the officer answers in public without learning who asked.

Source: decision 17 (nothing tells who bids) and docs/adr/0110-questions-without-names.md.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from accounts import queries as accounts
from accounts.domain.authority import authorise
from accounts.domain.roles import Role
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import check_id, new_id
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from foundation.values.text import Text, written_in
from tendering import facts
from tendering.acts.following import add_follower
from tendering.acts.telling import tell, tell_asker, tell_followers
from tendering.domain import questions
from tendering.domain.permissions import PERMISSIONS, AskingAct, QuestionAct
from tendering.domain.questions import QuestionState, SetAsideReason
from tendering.domain.tender import PUBLIC_STAGES, Tender
from tendering.models import AnswerRow, QuestionRow
from transparency import journal


def ask_question(uow: UnitOfWork, tender_id: str, *, question_id: str, text: str) -> None:
    """Ask about a published tender; the same form sent twice is one question.

    Raises:
        Refusal: ``questions-closed`` with ``at``, ``question-empty``, ``question-too-long``,
            ``too-many-questions``, ``bad-identifier``, those of the permission row.
    """
    tender = _public_tender(uow, tender_id)
    authorise(uow.actor, AskingAct.ASK, tender, PERMISSIONS)
    known = uow.session.get(QuestionRow, check_id(question_id))
    if known is not None and known.account_id == uow.actor.account_id:
        return
    if known is not None:
        raise Refusal("bad-identifier")
    questions.check_asking(tender.stage, tender.schedule, uow.now)
    text = questions.asked_text(text, _waiting_of(uow, tender_id))
    language = written_in(text)
    uow.session.add(
        QuestionRow(
            id=question_id,
            tender_id=tender_id,
            organisation_id=uow.actor.organisation_id,
            account_id=uow.actor.account_id,
            text=text,
            language=language,
            asked_at=uow.now,
            state=QuestionState.WAITING.value,
        )
    )
    uow.session.flush()
    # One row for both: a follower's own row beside this one would tell who asked.
    follows = add_follower(uow, tender_id)
    journal.append(
        uow,
        AskingAct.ASK,
        {"question": question_id, "text": text, "language": language, "follows": follows},
        tender_id=tender_id,
    )
    officers = accounts.people_of(uow.session, tender.organisation_id, roles=(Role.OFFICER,))
    for person in officers:
        tell(uow, "question.asked", tender, person.id, page="drafts", tail="/questions")


def answer_questions(
    uow: UnitOfWork,
    tender_id: str,
    question_ids: Sequence[str],
    question: Text,
    answer: Text,
) -> int:
    """Publish a question, or several joined into one, together with its answer.

    The officer words what is published, so that no question tells its asker.

    Returns:
        The number of the answer within the tender.

    Raises:
        Refusal: ``question-settled`` when one of them waits no more, ``answers-closed`` with
            ``at``, those of ``questions.published_texts`` and of the permission row.
    """
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, QuestionAct.ANSWER, tender, PERMISSIONS)
    questions.check_answering(tender.stage, tender.schedule, uow.now)
    rows = [_waiting(uow, tender_id, each) for each in dict.fromkeys(question_ids)]
    if not rows:
        raise Refusal("question-settled")
    asked, said = questions.published_texts(question, answer)
    row = AnswerRow(
        id=new_id(),
        tender_id=tender_id,
        number=_next_number(uow, tender_id),
        question_en=asked.en,
        question_ur=asked.ur,
        answer_en=said.en,
        answer_ur=said.ur,
        asked_at=min(each.asked_at for each in rows),
        answered_at=uow.now,
        answered_by=uow.actor.account_id,
        version=tender.version,
    )
    uow.session.add(row)
    uow.session.flush()
    for each in rows:
        each.state, each.answer_id, each.settled_at = (
            QuestionState.ANSWERED.value,
            row.id,
            uow.now,
        )
    uow.session.flush()
    _record_answer(uow, tender, row, rows)
    tell_followers(uow, "question.answered", tender, f"answer:{row.id}", tail="#questions")
    return row.number


def set_question_aside(uow: UnitOfWork, tender_id: str, question_id: str, reason: str) -> None:
    """Keep a question unpublished for a coded reason, which everybody may read.

    Raises:
        Refusal: ``set-aside-reason-missing``, ``question-settled``, ``answers-closed``, of the
            permission row.
    """
    tender = facts.tender_for_update(uow, tender_id)
    authorise(uow.actor, QuestionAct.SET_ASIDE, tender, PERMISSIONS)
    questions.check_answering(tender.stage, tender.schedule, uow.now)
    if reason not in set(SetAsideReason):
        raise Refusal("set-aside-reason-missing")
    row = _waiting(uow, tender_id, question_id)
    row.state, row.reason, row.settled_at = QuestionState.SET_ASIDE.value, reason, uow.now
    uow.session.flush()
    journal.append(uow, QuestionAct.SET_ASIDE, {"reason": reason}, tender_id=tender_id)
    journal.append(
        uow, AskingAct.SETTLE, {"questions": [row.id], "reason": reason}, tender_id=tender_id
    )
    tell_asker(uow, row.account_id, row.id)


def _public_tender(uow: UnitOfWork, tender_id: str) -> Tender:
    tender = facts.tender(uow.session, tender_id)
    if tender.stage not in PUBLIC_STAGES:
        raise Refusal("not-found")
    return tender


def _waiting(uow: UnitOfWork, tender_id: str, question_id: str) -> QuestionRow:
    row = uow.session.get(QuestionRow, question_id, populate_existing=True)
    if row is None or row.tender_id != tender_id or row.state != QuestionState.WAITING.value:
        raise Refusal("question-settled")
    return row


def _waiting_of(uow: UnitOfWork, tender_id: str) -> int:
    return uow.session.execute(
        select(func.count()).where(
            QuestionRow.tender_id == tender_id,
            QuestionRow.organisation_id == uow.actor.organisation_id,
            QuestionRow.state == QuestionState.WAITING.value,
        )
    ).scalar_one()


def _next_number(uow: UnitOfWork, tender_id: str) -> int:
    """Return the next number of the tender, whose row is locked by this change."""
    last = uow.session.execute(
        select(func.max(AnswerRow.number)).where(AnswerRow.tender_id == tender_id)
    ).scalar()
    return (last or 0) + 1


def _record_answer(
    uow: UnitOfWork, tender: Tender, row: AnswerRow, rows: Sequence[QuestionRow]
) -> None:
    """Record in public what was published, and sealed which and how many questions it settles."""
    journal.append(
        uow,
        QuestionAct.ANSWER,
        {
            "number": row.number,
            "version": row.version,
            "question": {"en": row.question_en, "ur": row.question_ur},
            "answer": {"en": row.answer_en, "ur": row.answer_ur},
            "asked_at": instant_text(row.asked_at),
        },
        tender_id=tender.id,
    )
    settled = {"questions": sorted(each.id for each in rows), "number": row.number}
    journal.append(uow, AskingAct.SETTLE, settled, tender_id=tender.id)
