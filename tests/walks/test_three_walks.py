"""The three walks against a frozen clock: publish, submit, deadline to award."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from beacon import client
from beacon.client import BeaconLate
from beacon.domain.chain import ChainInfo, last_round
from bids import facts as bids
from bids.jobs import sweep
from bids.opening_pool import in_this_process
from evaluation import queries as evaluations
from evaluation.acts import awarding
from foundation import clock as foundation_clock
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from notices.jobs import issue_due_notices
from portal.demo import judging, making, story
from portal.demo.peopling import build_people
from portal.demo.walking import World
from portal.demo.world import PRACTICE
from tendering.domain.tender import Stage
from tests.bids.made import CHAIN, sign_round
from transparency.models import Act, SealedAct


def signature(chain: ChainInfo, _address: str, round_number: int) -> bytes:
    """Sign as the test beacon does, never a round that is not due."""
    if round_number > last_round(chain, foundation_clock.now()):
        raise BeaconLate("not yet")
    return sign_round(round_number)


@pytest.fixture
def town(job_context: JobContext, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(client, "fetch_signature", signature)
    monkeypatch.setattr(making, "sealing_sha384", lambda: "00" * 48)
    return World(job_context, CHAIN, build_people(job_context))


def public_kinds(town: World, tender_id: str) -> list[str]:
    with reading(town.context.sessions) as session:
        acts = session.scalars(select(Act).where(Act.tender_id == tender_id).order_by(Act.n)).all()
        assert [act.n for act in acts] == list(range(1, len(acts) + 1)), "a gap in n"
        return [act.kind for act in acts]


def test_publish_leaves_a_frozen_pack_and_a_notice(town: World) -> None:
    tender_id = making.publish(town, story.HANDPUMPS, PRACTICE)

    tender = town.tender(tender_id)
    assert tender.stage is Stage.PUBLISHED
    assert tender.number == "NTC-2026-0001"
    assert tender.notice
    assert len(tender.notice) == 64
    assert public_kinds(town, tender_id) == ["tender.publish", "notice.issue"]


def test_submitting_leaves_no_public_trace(town: World) -> None:
    tender_id = making.publish(town, story.HANDPUMPS, PRACTICE)
    before = public_kinds(town, tender_id)

    making.bid_all(town, story.HANDPUMPS, tender_id)

    assert public_kinds(town, tender_id) == before
    with reading(town.context.sessions) as session:
        sealed = session.scalars(
            select(SealedAct.kind).where(SealedAct.tender_id == tender_id)
        ).all()
    assert sealed.count("bid.record") == len(story.HANDPUMPS.bids)


def test_from_the_deadline_to_the_award(town: World, clock: FrozenClock) -> None:
    tender_id = making.publish(town, story.HANDPUMPS, PRACTICE)
    making.bid_all(town, story.HANDPUMPS, tender_id)
    schedule = town.tender(tender_id).schedule

    clock.move_to(schedule.deadline_at - timedelta(microseconds=1))
    sweep(town.context, in_this_process)
    assert town.tender(tender_id).stage is Stage.PUBLISHED
    clock.move_to(schedule.opening_at)
    sweep(town.context, in_this_process)
    assert town.tender(tender_id).stage is Stage.OPENING
    with reading(town.context.sessions) as session:
        assert bids.opened_bids(session, tender_id) == ()
    clock.move_to(schedule.opening_at + timedelta(seconds=schedule.guard_seconds + 3))
    sweep(town.context, in_this_process)
    assert town.tender(tender_id).stage is Stage.OPENED
    judging.evaluate(town, story.HANDPUMPS, tender_id)
    with pytest.raises(Refusal):
        judging.award(town, tender_id)
    clock.advance(minutes=2)
    town.act("approver", awarding.approve_award, tender_id)
    issue_due_notices(town.context)

    assert town.tender(tender_id).stage is Stage.AWARDED
    with reading(town.context.sessions) as session:
        decided = evaluations.award(session, tender_id)
    assert decided is not None
    assert [lot.vendor_name for lot in decided.lots] == ["Indus Brothers"]
    kinds = public_kinds(town, tender_id)
    assert kinds.index("box.closed") < kinds.index("opening.begin") < kinds.index("opening.unlock")
    assert kinds.count("opening.envelope") == len(story.HANDPUMPS.bids)
    assert kinds.count("notice.issue") == 4
