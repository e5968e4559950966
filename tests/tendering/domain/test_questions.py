"""The rules of questions: cut-offs, what text is taken, both languages of an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.calendar import Calendar, DayUnit
from foundation.values.refusal import Refusal
from foundation.values.text import Text, written_in
from tendering.domain import questions, schedule
from tendering.domain.tender import Schedule, Stage
from tendering.rulebooks import current_book

PUBLISHED_AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
CLOSE_AT = PUBLISHED_AT + timedelta(days=10)
DEADLINE_AT = PUBLISHED_AT + timedelta(days=16)
DATES = Schedule(PUBLISHED_AT, CLOSE_AT, DEADLINE_AT, DEADLINE_AT, 60, "Asia/Karachi")
A_MOMENT = timedelta(microseconds=1)


def test_questions_are_taken_until_the_cut_off_and_not_at_it() -> None:
    questions.check_asking(Stage.PUBLISHED, DATES, CLOSE_AT - A_MOMENT)
    with pytest.raises(Refusal) as refused:
        questions.check_asking(Stage.PUBLISHED, DATES, CLOSE_AT)

    assert refused.value.code == "questions-closed"
    assert refused.value.params["at"] == CLOSE_AT


def test_without_a_cut_off_they_close_with_the_bids() -> None:
    dates = replace(DATES, questions_close_at=None)

    questions.check_asking(Stage.PUBLISHED, dates, DEADLINE_AT - A_MOMENT)
    with pytest.raises(Refusal, match="questions-closed"):
        questions.check_asking(Stage.PUBLISHED, dates, DEADLINE_AT)


@given(st.timedeltas(min_value=timedelta(days=-5), max_value=timedelta(days=40)))
def test_what_may_be_asked_may_be_answered(after: timedelta) -> None:
    now = PUBLISHED_AT + after
    try:
        questions.check_asking(Stage.PUBLISHED, DATES, now)
    except Refusal:
        return
    questions.check_answering(Stage.PUBLISHED, DATES, now)
    assert now < CLOSE_AT <= DEADLINE_AT


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.PUBLISHED}))
def test_a_tender_that_ended_early_takes_neither(stage: Stage) -> None:
    for check in (questions.check_asking, questions.check_answering):
        with pytest.raises(Refusal, match="wrong-stage"):
            check(stage, DATES, PUBLISHED_AT)
    with pytest.raises(Refusal, match="answers-closed"):
        questions.check_answering(stage, DATES, DEADLINE_AT)


def test_a_draft_takes_no_question() -> None:
    dates = replace(DATES, published_at=None)

    for check in (questions.check_asking, questions.check_answering):
        with pytest.raises(Refusal, match="wrong-stage"):
            check(Stage.DRAFT, dates, PUBLISHED_AT)


def test_a_question_is_kept_without_direction_marks_and_with_its_markup() -> None:
    kept = questions.asked_text("  Is \u202e<b>this</b>\u2066 so?\r\n\r\nAnd that?\x00 ", 0)

    assert kept == "Is <b>this</b> so?\n\nAnd that?"


@pytest.mark.parametrize(
    ("text", "waiting", "code"),
    [
        ("", 0, "question-empty"),
        (" \u202e \n ", 0, "question-empty"),
        ("?!…", 0, "question-empty"),
        ("x" * (questions.LONGEST_QUESTION + 1), 0, "question-too-long"),
        ("Why?", questions.MOST_WAITING, "too-many-questions"),
    ],
)
def test_bad_questions_are_refused(text: str, waiting: int, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        questions.asked_text(text, waiting)


@given(st.text(max_size=300))
def test_whatever_is_kept_has_words_and_no_direction_marks(text: str) -> None:
    try:
        kept = questions.asked_text(text, 0)
    except Refusal:
        return
    assert questions.has_words(kept)
    assert not set(kept) & set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2069\x00")


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        (Text("Why?"), Text(), "answer-missing"),
        (Text(), Text("So."), "answer-missing"),
        (Text("Why?"), Text(ur="ہاں"), "answer-missing"),
        (Text("Why?", "کیوں؟"), Text("So."), "languages-differ"),
        (Text("Why?"), Text("So.", "ہاں"), "languages-differ"),
        (Text("Why?"), Text("x" * 10_001), "answer-too-long"),
        (Text("x" * 2_001), Text("So."), "question-too-long"),
    ],
)
def test_an_answer_stands_beside_its_question_in_each_language(
    question: Text, answer: Text, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        questions.published_texts(question, answer)


def test_one_language_or_both_are_published() -> None:
    both = (Text("Why?", "کیوں؟"), Text("So.", "یوں۔"))

    assert questions.published_texts(*both) == both
    assert questions.published_texts(Text(ur="کیوں؟"), Text(ur="یوں۔"))[0].en == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [("Is PVC pipe allowed?", "en"), ("کیا PVC پائپ چلے گا؟", "ur"), ("123", "en")],
)
def test_the_language_of_a_question_is_that_of_its_letters(text: str, language: str) -> None:
    assert written_in(text) == language


def test_a_book_counts_the_cut_off_back_from_the_deadline() -> None:
    practice, federal = current_book("practice"), current_book("pk-federal")

    assert schedule.usual_questions_close(practice, DEADLINE_AT) == DEADLINE_AT - timedelta(
        minutes=1
    )
    assert schedule.usual_questions_close(federal, DEADLINE_AT) is None


@given(st.integers(0, 30), st.sampled_from(list(DayUnit)))
def test_counting_back_is_undone_by_counting_on(count: int, unit: DayUnit) -> None:
    calendar = Calendar("Asia/Karachi")

    back = calendar.back(DEADLINE_AT, count, unit)

    assert back <= DEADLINE_AT
    assert calendar.add(back, count, unit) == DEADLINE_AT
