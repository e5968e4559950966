"""Following a tender: once, by anybody with an account, and the same news for all."""

import pytest
from sqlalchemy import func, select

from foundation.database import Sessions
from foundation.jobs import JobContext
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from notices.jobs import issue_due_notices
from tendering import queries
from tendering.acts import following
from tests.tendering import made
from transparency.models import Act


def test_following_twice_is_following_once(sessions: Sessions) -> None:
    council = made.council(sessions)
    tender = made.published(sessions, council)
    for _ in range(2):
        with unit_of_work(sessions, council.evaluator) as uow:
            following.follow_tender(uow, tender.id)

    with reading(sessions) as session:
        assert queries.followers(session, tender.id) == (council.evaluator.account_id,)
        assert queries.follows(session, tender.id, council.evaluator.account_id)
        public = session.scalars(select(Act.kind).where(Act.tender_id == tender.id)).all()
    assert public == ["tender.publish"], "who follows is not public"


def test_stopping_ends_it(sessions: Sessions) -> None:
    council = made.council(sessions)
    tender = made.published(sessions, council)
    with unit_of_work(sessions, council.evaluator) as uow:
        following.follow_tender(uow, tender.id)
        following.unfollow_tender(uow, tender.id)
        following.unfollow_tender(uow, tender.id)

    with reading(sessions) as session:
        assert queries.followers(session, tender.id) == ()


def test_a_draft_cannot_be_followed_nor_anything_without_an_account(sessions: Sessions) -> None:
    council = made.council(sessions)
    draft = made.complete_draft(sessions, council)
    tender = made.published(sessions, council)

    for act in (following.follow_tender, following.unfollow_tender):
        with (
            unit_of_work(sessions, council.evaluator) as uow,
            pytest.raises(Refusal, match="not-found"),
        ):
            act(uow, draft.id)
    with (
        unit_of_work(sessions, Actor.anonymous()) as uow,
        pytest.raises(Refusal, match="not-permitted"),
    ):
        following.follow_tender(uow, tender.id)


def test_every_follower_gets_the_same_news_once(job_context: JobContext) -> None:
    sessions = job_context.sessions
    council = made.council(sessions)
    tender = made.published(sessions, council)
    for who in (council.evaluator, council.officer):
        with unit_of_work(sessions, who) as uow:
            following.follow_tender(uow, tender.id)
    for _ in range(2):
        issue_due_notices(job_context)

    with reading(sessions) as session:
        news = (
            session.execute(
                select(MailMessage.params).where(MailMessage.kind == "notice.tender_notice")
            )
            .scalars()
            .all()
        )
        assert session.scalar(select(func.count()).select_from(MailMessage)) is not None
    assert len(news) == 2
    assert news[0] == news[1]
