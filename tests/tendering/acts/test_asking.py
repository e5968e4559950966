"""Asking and answering: who may, until when, who is told, and that no name reaches the buyer."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.domain.roles import Role
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import asked, facts, queries
from tendering.acts import asking, following
from tendering.domain.questions import MOST_WAITING, QuestionState
from tendering.domain.tender import Tender
from tests.tendering import made
from transparency.models import Act, SealedAct

ASKED = "Is PVC pipe allowed instead of steel?"
EN = (Text("Is PVC pipe allowed?"), Text("Yes, of class D."))


class Desk:
    """A published tender with its council and two firms."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.council = made.council(sessions)
        self.tender: Tender = made.published(sessions, self.council)
        self.firm, self.other = (made.person(new_id(), Role.VENDOR) for _ in range(2))

    def ask(self, who: Actor, text: str = ASKED, key: str = "") -> str:
        key = key or new_id()
        with unit_of_work(self.sessions, who) as uow:
            asking.ask_question(uow, self.tender.id, question_id=key, text=text)
        return key

    def answer(self, *ids: str, texts: tuple[Text, Text] = EN, who: Actor | None = None) -> int:
        with unit_of_work(self.sessions, who or self.council.officer) as uow:
            return asking.answer_questions(uow, self.tender.id, ids, *texts)

    def set_aside(self, question_id: str, reason: str = "abuse") -> None:
        with unit_of_work(self.sessions, self.council.officer) as uow:
            asking.set_question_aside(uow, self.tender.id, question_id, reason)

    def own(self, who: Actor) -> list[QuestionState]:
        with reading(self.sessions) as session:
            found = asked.own_questions(session, who.organisation_id, self.tender.id)
        return [each.state for each in found]

    def public(self) -> str:
        with reading(self.sessions) as session:
            rows = session.scalars(select(Act).order_by(Act.seq)).all()
            return json.dumps([[row.kind, row.doc] for row in rows])

    def docs(self, table: type[Act] | type[SealedAct], kind: str) -> list[dict[str, Any]]:
        with reading(self.sessions) as session:
            rows = session.scalars(select(table).where(table.kind == kind))
            return [row.doc or {} for row in rows]

    def mails(self, kind: str) -> list[str | None]:
        with reading(self.sessions) as session:
            rows = session.scalars(select(MailMessage).where(MailMessage.kind == kind))
            return sorted(str(row.account_id) for row in rows)


@pytest.fixture
def desk(sessions: Sessions, clock: FrozenClock) -> Desk:
    return Desk(sessions)


def test_a_question_waits_is_answered_in_public_and_told_alike(desk: Desk) -> None:
    with unit_of_work(desk.sessions, desk.council.evaluator) as uow:
        following.follow_tender(uow, desk.tender.id)
    question = desk.ask(desk.firm)
    assert desk.own(desk.firm) == [QuestionState.WAITING]
    assert desk.own(desk.other) == []
    assert "PVC" not in desk.public()

    assert desk.answer(question) == 1

    assert desk.own(desk.firm) == [QuestionState.ANSWERED]
    with reading(desk.sessions) as session:
        (published,) = asked.published_answers(session, desk.tender.id)
        assert asked.waiting_questions(session, desk.tender.id) == ()
    assert (published.question, published.answer, published.version) == (*EN, 1)
    assert "class D" in desk.public()
    told = desk.mails("question.answered")
    assert told == sorted([desk.firm.account_id, desk.council.evaluator.account_id])


def test_nothing_public_and_nothing_for_the_buyer_names_the_asker(desk: Desk) -> None:
    question = desk.ask(desk.firm)
    aside = desk.ask(desk.other, "You crooks at the council!")
    with reading(desk.sessions) as session:
        seen = repr(asked.waiting_questions(session, desk.tender.id))
    desk.answer(question)
    desk.set_aside(aside)
    with reading(desk.sessions) as session:
        seen += repr(asked.published_answers(session, desk.tender.id))
        seen += repr(asked.set_aside(session, desk.tender.id))
    with reading(desk.sessions) as session:
        for mail in session.scalars(select(MailMessage)):
            if mail.account_id not in {desk.firm.account_id, desk.other.account_id}:
                seen += json.dumps(mail.params)
    for who in (desk.firm, desk.other):
        for secret in (who.account_id, who.organisation_id):
            assert secret not in seen + desk.public()
    assert "crooks" not in desk.public()
    for key in (question, aside):
        assert key not in desk.public()


def test_auditors_find_the_asker_in_the_sealed_journal(desk: Desk) -> None:
    question = desk.ask(desk.firm)

    (doc,) = desk.docs(SealedAct, "asking.question")
    assert (doc["question"], doc["text"]) == (question, ASKED)
    assert doc["by"]["account"] == desk.firm.account_id
    assert desk.docs(SealedAct, "tender.follow") == [], (
        "a follower's row at the same instant would tell who asked"
    )


def test_asking_makes_a_follower_who_gets_the_news(desk: Desk) -> None:
    desk.ask(desk.firm)

    with reading(desk.sessions) as session:
        assert queries.follows(session, desk.tender.id, desk.firm.account_id)


def test_joined_questions_share_one_answer_and_their_number_stays_sealed(desk: Desk) -> None:
    first, second = desk.ask(desk.firm), desk.ask(desk.other, "Would plastic pipe do?")

    assert desk.answer(first, second, first) == 1

    assert desk.own(desk.firm) == desk.own(desk.other) == [QuestionState.ANSWERED]
    (act,) = desk.docs(Act, "question.answer")
    (settled,) = desk.docs(SealedAct, "asking.settled")
    assert set(act) == {"number", "version", "question", "answer", "asked_at", "by"}
    assert settled["questions"] == sorted([first, second])


def test_numbers_are_gap_free_and_answers_never_touch_the_tender(desk: Desk) -> None:
    keys = [desk.ask(desk.firm, f"Question {n}?") for n in range(3)]
    desk.set_aside(keys[1])

    assert [desk.answer(keys[2]), desk.answer(keys[0])] == [1, 2]

    with reading(desk.sessions) as session:
        now = facts.tender(session, desk.tender.id)
        assert (now, facts.pack(session, desk.tender.id).notice) == (
            desk.tender, desk.tender.notice,
        )  # fmt: skip


def test_the_same_form_sent_twice_is_one_question(desk: Desk) -> None:
    key = desk.ask(desk.firm)
    desk.ask(desk.firm, key=key)

    assert len(desk.own(desk.firm)) == 1
    assert desk.mails("question.asked") == []  # this council has no account of an officer
    with pytest.raises(Refusal, match="bad-identifier"):
        desk.ask(desk.other, key=key)


def test_a_question_set_aside_has_a_public_code_and_its_asker_is_told_nothing_by_mail(
    desk: Desk,
) -> None:
    key = desk.ask(desk.firm, "Tell me what the others bid, or else.")
    with pytest.raises(Refusal, match="set-aside-reason-missing"):
        desk.set_aside(key, "dull")
    desk.set_aside(key, "tells-a-bid")

    with reading(desk.sessions) as session:
        (own,) = asked.own_questions(session, desk.firm.organisation_id)
        settled = select(MailMessage.params).where(MailMessage.kind == "question.settled")
        (params,) = session.scalars(settled)
    assert (own.state, own.reason) == (QuestionState.SET_ASIDE, "tells-a-bid")
    assert params == {"address": {"en": "/en/questions", "ur": "/ur/questions"}}
    assert '"tells-a-bid"' in desk.public() and "or else" not in desk.public()
    for again in (lambda: desk.answer(key), lambda: desk.set_aside(key)):
        with pytest.raises(Refusal, match="question-settled"):
            again()


def test_after_the_cut_off_no_question_and_after_the_deadline_no_answer(
    desk: Desk, clock: FrozenClock
) -> None:
    key = desk.ask(desk.firm)
    clock.move_to(desk.tender.schedule.deadline_at - timedelta(microseconds=1))
    late = desk.ask(desk.other, "In the last moment?")
    clock.move_to(desk.tender.schedule.deadline_at)

    with pytest.raises(Refusal) as refused:
        desk.ask(desk.firm, "One more?")
    assert refused.value.code == "questions-closed"
    assert refused.value.params["at"] == desk.tender.schedule.deadline_at
    desk.ask(desk.firm, key=key)  # pressed again: it is there already
    for again in (lambda: desk.answer(late), lambda: desk.set_aside(late)):
        with pytest.raises(Refusal, match="answers-closed"):
            again()


def test_only_vendors_ask_and_only_the_buyers_officer_answers(desk: Desk) -> None:
    key = desk.ask(desk.firm)
    for role in set(Role) - {Role.VENDOR}:
        with pytest.raises(Refusal, match="not-permitted"):
            desk.ask(made.person(new_id(), role))
    for who in (
        desk.firm, desk.council.approver, desk.council.evaluator, made.person("x", Role.OFFICER)
    ):  # fmt: skip
        with pytest.raises(Refusal, match="not-permitted"):
            desk.answer(key, who=who)


def test_a_draft_takes_no_questions(desk: Desk) -> None:
    draft = made.complete_draft(desk.sessions, desk.council)

    with unit_of_work(desk.sessions, desk.firm) as uow, pytest.raises(Refusal, match="not-found"):
        asking.ask_question(uow, draft.id, question_id=new_id(), text=ASKED)


def test_one_firm_cannot_bury_the_officer(desk: Desk) -> None:
    for _ in range(MOST_WAITING):
        desk.ask(desk.firm)
    with pytest.raises(Refusal, match="too-many-questions"):
        desk.ask(desk.firm)
    desk.ask(desk.other)


def test_a_question_of_another_tender_is_not_answered_here(desk: Desk) -> None:
    other = made.published(desk.sessions, desk.council)
    key = desk.ask(desk.firm)

    with (
        unit_of_work(desk.sessions, desk.council.officer) as uow,
        pytest.raises(Refusal, match="question-settled"),
    ):
        asking.answer_questions(uow, other.id, [key], *EN)
    with reading(desk.sessions) as session:
        assert asked.published_answers(session, other.id) == ()
