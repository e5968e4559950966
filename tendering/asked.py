"""Reading what was asked about a tender; only a firm's own reading knows whose question it is."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.domain.questions import (
    AskedQuestion,
    OwnQuestion,
    PublishedAnswer,
    QuestionState,
    SetAsideReason,
)
from tendering.models import AnswerRow, QuestionRow

MOST_OWN = 500


def published_answers(session: Session, tender_id: str) -> tuple[PublishedAnswer, ...]:
    """Return the published questions with their answers, in the order of their numbers."""
    rows = session.scalars(
        select(AnswerRow).where(AnswerRow.tender_id == tender_id).order_by(AnswerRow.number)
    )
    return tuple(
        PublishedAnswer(
            number=row.number,
            question=Text(row.question_en, row.question_ur),
            answer=Text(row.answer_en, row.answer_ur),
            asked_at=row.asked_at,
            answered_at=row.answered_at,
            version=row.version,
        )
        for row in rows
    )


def set_aside(session: Session, tender_id: str) -> tuple[tuple[SetAsideReason, datetime], ...]:
    """Return why and when questions were not published, the oldest first; never their text."""
    rows = session.execute(
        select(QuestionRow.reason, QuestionRow.settled_at)
        .where(
            QuestionRow.tender_id == tender_id,
            QuestionRow.state == QuestionState.SET_ASIDE.value,
            QuestionRow.settled_at.is_not(None),
        )
        .order_by(QuestionRow.settled_at, QuestionRow.id)
    )
    return tuple((SetAsideReason(row.reason), row.settled_at) for row in rows)


def waiting_questions(session: Session, tender_id: str) -> tuple[AskedQuestion, ...]:
    """Return the questions that wait for an answer, the oldest first, without their askers."""
    rows = session.execute(
        select(QuestionRow.id, QuestionRow.text, QuestionRow.language, QuestionRow.asked_at)
        .where(
            QuestionRow.tender_id == tender_id,
            QuestionRow.state == QuestionState.WAITING.value,
        )
        .order_by(QuestionRow.asked_at, QuestionRow.id)
    )
    return tuple(AskedQuestion(row.id, row.text, row.language, row.asked_at) for row in rows)


def waiting_question(session: Session, tender_id: str, question_id: str) -> AskedQuestion:
    """Return one question that waits for an answer.

    Raises:
        Refusal: ``question-settled`` for one that does not wait (any more) in this tender.
    """
    for question in waiting_questions(session, tender_id):
        if question.id == question_id:
            return question
    raise Refusal("question-settled")


def count_waiting(session: Session, tender_id: str) -> int:
    """Return how many questions wait for an answer."""
    return session.execute(
        select(func.count()).where(
            QuestionRow.tender_id == tender_id,
            QuestionRow.state == QuestionState.WAITING.value,
        )
    ).scalar_one()


def own_questions(
    session: Session, organisation_id: str, tender_id: str = ""
) -> tuple[OwnQuestion, ...]:
    """Return what this firm asked, about one tender or any, the newest first."""
    query = (
        select(QuestionRow, AnswerRow.number)
        .outerjoin(AnswerRow, AnswerRow.id == QuestionRow.answer_id)
        .where(QuestionRow.organisation_id == organisation_id)
        .order_by(QuestionRow.asked_at.desc(), QuestionRow.id)
        .limit(MOST_OWN)
    )
    if tender_id:
        query = query.where(QuestionRow.tender_id == tender_id)
    return tuple(
        OwnQuestion(
            id=row.id,
            tender_id=row.tender_id,
            text=row.text,
            language=row.language,
            asked_at=row.asked_at,
            state=QuestionState(row.state),
            number=number,
            reason=SetAsideReason(row.reason) if row.reason else None,
            settled_at=row.settled_at,
        )
        for row, number in session.execute(query)
    )
