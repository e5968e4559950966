"""Questions about a tender: until when they are asked and answered, and what text is taken."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.values.refusal import Refusal
from foundation.values.text import Text, clean_text
from tendering.domain.schedule import questions_close, windows
from tendering.domain.tender import Schedule, Stage

LONGEST_QUESTION = 2_000
LONGEST_ANSWER = 10_000
MOST_WAITING = 20


class QuestionState(StrEnum):
    """Where a question stands; an asker sees it, the public sees only what is published."""

    WAITING = "waiting"
    ANSWERED = "answered"
    SET_ASIDE = "set-aside"


class SetAsideReason(StrEnum):
    """Why a question is not published; the list is closed, so that none disappears unexplained."""

    ABUSE = "abuse"
    TELLS_A_BID = "tells-a-bid"
    OTHER_MATTER = "other-matter"


@dataclass(frozen=True)
class AskedQuestion:
    """A question as the officer sees it: nothing here says who asked."""

    id: str
    text: str
    language: str
    asked_at: datetime


@dataclass(frozen=True)
class OwnQuestion:
    """A question as its own firm sees it; ``number`` is that of the published answer."""

    id: str
    tender_id: str
    text: str
    language: str
    asked_at: datetime
    state: QuestionState
    number: int | None
    reason: SetAsideReason | None
    settled_at: datetime | None


@dataclass(frozen=True)
class PublishedAnswer:
    """A question with its answer, as everybody reads them; ``version`` is that of the notice."""

    number: int
    question: Text
    answer: Text
    asked_at: datetime
    answered_at: datetime
    version: int


def check_asking(stage: Stage, schedule: Schedule, now: datetime) -> None:
    """Check that questions about a tender are taken at ``now``.

    Raises:
        Refusal: ``questions-closed`` with ``at``, the cut-off; ``wrong-stage`` for a tender that
            is not public or ended before its cut-off.
    """
    if schedule.published_at is None:
        raise Refusal("wrong-stage")
    close_at = questions_close(schedule)
    if now >= close_at:
        raise Refusal("questions-closed", at=close_at)
    if stage is not Stage.PUBLISHED:
        raise Refusal("wrong-stage")


def check_answering(stage: Stage, schedule: Schedule, now: datetime) -> None:
    """Check that an answer still reaches everybody before the deadline.

    Raises:
        Refusal: ``answers-closed`` with ``at``, the deadline; ``wrong-stage``.
    """
    if schedule.published_at is None:
        raise Refusal("wrong-stage")
    if now >= schedule.deadline_at:
        raise Refusal("answers-closed", at=schedule.deadline_at)
    if stage is not Stage.PUBLISHED:
        raise Refusal("wrong-stage")


def asking_is_open(stage: Stage, schedule: Schedule, now: datetime) -> bool:
    """Tell whether the page offers to ask."""
    return stage is Stage.PUBLISHED and windows(schedule, now).questions_open


def asked_text(given: str, waiting: int) -> str:
    """Return the question as it is kept.

    Args:
        given: as typed; direction marks and controls are taken off, markup stays plain text.
        waiting: how many questions of this firm about this tender wait for an answer.

    Raises:
        Refusal: ``question-empty``, ``question-too-long`` with ``most``, ``too-many-questions``.
    """
    if len(given) > LONGEST_QUESTION:
        raise Refusal("question-too-long", most=LONGEST_QUESTION)
    text = clean_text(given)
    if not has_words(text):
        raise Refusal("question-empty")
    if waiting >= MOST_WAITING:
        raise Refusal("too-many-questions", most=MOST_WAITING)
    return text


def published_texts(question: Text, answer: Text) -> tuple[Text, Text]:
    """Return question and answer as they are published, in the same language or languages.

    Raises:
        Refusal: ``question-too-long`` or ``answer-too-long`` with ``most``; ``answer-missing``
            unless one language has both; ``languages-differ`` when a language has only one.
    """
    for text, most, code in (
        (question, LONGEST_QUESTION, "question-too-long"),
        (answer, LONGEST_ANSWER, "answer-too-long"),
    ):
        if max(len(text.en), len(text.ur)) > most:
            raise Refusal(code, most=most)
    asked, said = _cleaned(question), _cleaned(answer)
    if not (has_words(asked.en) and has_words(said.en)) and not (
        has_words(asked.ur) and has_words(said.ur)
    ):
        raise Refusal("answer-missing")
    if has_words(asked.en) != has_words(said.en) or has_words(asked.ur) != has_words(said.ur):
        raise Refusal("languages-differ")
    return asked, said


def has_words(text: str) -> bool:
    """Tell whether a text has a letter or a digit: dots alone ask nothing."""
    return any(character.isalnum() for character in text)


def _cleaned(text: Text) -> Text:
    return Text(clean_text(text.en), clean_text(text.ur))
