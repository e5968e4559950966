"""The practice tender of one press: published, soon closed, and mistaken for no other."""

from datetime import timedelta

import pytest

from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from portal.demo import consulting_story, practising, story
from portal.demo.peopling import build_people
from portal.demo.practising import CLOSES_IN, new_practice_tender
from tendering import facts
from tendering.domain.tender import Stage
from tests.bids import made

MINUTE = timedelta(minutes=1)


def test_a_practice_tender_closes_in_minutes_and_has_the_name_of_no_draft(
    job_context: JobContext, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practising, "present_chain", lambda _settings: made.CHAIN)
    build_people(job_context)
    found = []
    for _ in range(len(practising.STORIES)):
        clock.at += MINUTE
        with reading(job_context.sessions) as session:
            found.append(facts.tender(session, new_practice_tender(job_context)))
        assert found[-1].stage is Stage.PUBLISHED
        assert timedelta() < found[-1].schedule.deadline_at - clock.at <= CLOSES_IN

    titles = {tender.title for tender in found}
    drafts = {each.title for each in (story.LIGHTS, story.UNIFORMS, consulting_story.MAPS)}
    assert len(titles) == len(practising.STORIES)
    assert not titles & drafts
