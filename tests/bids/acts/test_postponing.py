"""After an outage at the deadline two persons set a later one, where a committee holds the bids."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from accounts.domain.roles import Role
from bids.acts import boxing, holding, postponing
from bids.domain.reception import SubmissionState
from bids.opening_pages import Waiting, gather
from foundation import heartbeats
from foundation.clock import FrozenClock
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from notices.domain.occasions import OCCASIONS
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import committee_made, made
from tests.bids.acts.opened import SECOND, opened, sweep
from tests.bids.acts.test_holding import kinds, people, stage
from tests.bids.acts.test_reconfirming import confirm, give_shares, stored
from tests.bids.acts.test_voiding import counted
from tests.bids.committee_made import Sitting
from tests.bids.conftest import TestBeacon
from tests.tendering import made as offices

REASON = Text("The power failed in the last hour.", "آخری گھنٹے میں بجلی چلی گئی۔")

# On PostgreSQL a standing clock is written into the statement that asks for it.
INSTANT = re.compile(r"'[^']*'::timestamptz")


def beat(context: JobContext, clock: FrozenClock, until: datetime) -> None:
    """Let the door give a sign of life every half minute."""
    while clock.at <= until:
        with unit_of_work(context.sessions, Actor.system("door")) as uow:
            heartbeats.keep_door(uow)
        clock.advance(seconds=30)


def lost(context: JobContext, clock: FrozenClock, tender: Tender) -> None:
    """Let the platform be away over a tender's deadline, long past its opening."""
    with unit_of_work(context.sessions, Actor.system("door")) as uow:
        heartbeats.keep_door(uow)
    clock.move_to(tender.schedule.opening_at + timedelta(hours=3))
    sweep(context)
    sweep(context)


def propose(
    context: JobContext, tender: Tender, who: Actor, at: datetime, reason: Text = REASON
) -> None:
    with unit_of_work(context.sessions, who) as uow:
        postponing.propose_later_deadline(uow, tender.id, at, reason)


def decide(context: JobContext, tender: Tender, who: Actor) -> Tender:
    with unit_of_work(context.sessions, who) as uow:
        return postponing.set_later_deadline(uow, tender.id, offices.BUNDLE)


def waiting(context: JobContext, tender_id: str) -> Waiting:
    with reading(context.sessions) as session:
        tender = tenders.tender(session, tender_id)
        return gather(session, tender, database_instant(session)).waiting


@pytest.fixture
def sitting(job_context: JobContext, beacon: TestBeacon) -> Sitting:
    return committee_made.published(job_context)


@pytest.fixture
def bidder(job_context: JobContext) -> Actor:
    return made.vendor(job_context)


@pytest.fixture
def held(
    job_context: JobContext, sitting: Sitting, bidder: Actor, clock: FrozenClock
) -> tuple[Sitting, made.Sealed]:
    """A tender with a bid whose deadline passed while the platform was down."""
    sealed = made.submit(job_context, sitting.tender, bidder)
    lost(job_context, clock, sitting.tender)
    assert stage(job_context, sitting.tender) is Stage.CLOSED
    return sitting, sealed


def test_whoever_was_kept_out_bids_and_a_bid_sealed_before_stands_once_confirmed(
    job_context: JobContext,
    held: tuple[Sitting, made.Sealed],
    bidder: Actor,
    clock: FrozenClock,
) -> None:
    sitting, sealed = held
    officer, approver = people(sitting.tender)
    kept_out = made.vendor(job_context, "Kept Out")
    at = clock.at + timedelta(minutes=10)
    propose(job_context, sitting.tender, officer, at)
    assert waiting(job_context, sitting.tender.id) is Waiting.DECISION

    later = decide(job_context, sitting.tender, approver)

    assert (later.stage, later.version, later.schedule.deadline_at) == (Stage.PUBLISHED, 2, at)
    assert waiting(job_context, later.id) is Waiting.DEADLINE
    assert stored(job_context, bidder).state is SubmissionState.UNCONFIRMED
    with reading(job_context.sessions) as session:
        (change,) = tenders.changes(session, later.id)
        assert tenders.pack(session, later.id).notice == later.notice
    assert (change.reason, change.dates_alone) == (REASON, True)
    told = [kind for kind in kinds(job_context) if kind in OCCASIONS]
    assert told == ["tender.publish", "tender.postpone"]
    reopened = replace(sitting, tender=later)
    confirm(job_context, reopened, bidder)
    new = made.submit(job_context, later, kept_out)
    beat(job_context, clock, later.schedule.deadline_at + timedelta(seconds=30))
    sweep(job_context)
    clock.move_to(made.unsealing_at(later) + 3 * SECOND)
    sweep(job_context)
    give_shares(job_context, reopened, sealed, new)
    assert [bid.code for bid in opened(job_context, later)] == [None, None]
    assert kinds(job_context).count("opening.hold") == 1
    assert kinds(job_context).count("box.closed") == 2


def test_a_second_outage_is_held_anew(
    job_context: JobContext, held: tuple[Sitting, made.Sealed], clock: FrozenClock
) -> None:
    sitting, _ = held
    officer, approver = people(sitting.tender)
    propose(job_context, sitting.tender, officer, clock.at + timedelta(minutes=10))
    later = decide(job_context, sitting.tender, approver)

    lost(job_context, clock, later)

    assert stage(job_context, later) is Stage.CLOSED
    assert waiting(job_context, later.id) is Waiting.DECISION
    assert kinds(job_context).count("opening.hold") == 2
    assert "opening.begin" not in kinds(job_context)


def test_it_makes_the_same_statements_for_no_bid_and_for_many(
    job_context: JobContext, sitting: Sitting, clock: FrozenClock
) -> None:
    made_of: list[list[str]] = []
    for bids in (0, 3):
        for n in range(bids):
            made.submit(job_context, sitting.tender, made.vendor(job_context, f"Firm {n}"))
        lost(job_context, clock, sitting.tender)
        officer, approver = people(sitting.tender)
        propose(job_context, sitting.tender, officer, clock.at + timedelta(minutes=10))
        with counted(job_context) as seen:
            decide(job_context, sitting.tender, approver)
        made_of.append([INSTANT.sub("now", statement) for statement in seen])
        sitting = committee_made.another(job_context, sitting)
    assert made_of[0] == made_of[1]


def test_one_person_alone_sets_none_and_each_approval_is_for_its_own_proposal(
    job_context: JobContext, held: tuple[Sitting, made.Sealed], clock: FrozenClock
) -> None:
    tender = held[0].tender
    officer, approver = people(tender)
    both = replace(approver, roles=frozenset({Role.OFFICER, Role.APPROVER}))
    with pytest.raises(Refusal, match="not-proposed"):
        decide(job_context, tender, approver)
    propose(job_context, tender, both, clock.at + timedelta(minutes=10))
    with pytest.raises(Refusal, match="own-decision"):
        decide(job_context, tender, both)
    other = made.made.person(tender.organisation_id, Role.APPROVER)
    with (
        pytest.raises(Refusal, match="not-proposed"),
        unit_of_work(job_context.sessions, other) as uow,
    ):
        holding.release_opening(uow, tender.id)
    with unit_of_work(job_context.sessions, officer) as uow:
        holding.propose_release(uow, tender.id, "Nobody was kept out after all.")
    with pytest.raises(Refusal, match="not-proposed"):
        decide(job_context, tender, other)


@pytest.mark.parametrize(
    ("minutes", "reason", "code"),
    [
        (10, Text("", "وجہ"), "reason-missing"),
        (0, REASON, "time-to-seal"),
        (-600, REASON, "date-earlier"),
    ],
)
def test_too_short_or_without_a_reason_in_both_languages_is_refused(
    job_context: JobContext,
    held: tuple[Sitting, made.Sealed],
    clock: FrozenClock,
    minutes: int,
    reason: Text,
    code: str,
) -> None:
    tender = held[0].tender
    officer, _ = people(tender)
    with pytest.raises(Refusal, match=code):
        propose(job_context, tender, officer, clock.at + timedelta(minutes=minutes), reason)


def test_a_proposal_that_waited_too_long_is_judged_again(
    job_context: JobContext, held: tuple[Sitting, made.Sealed], clock: FrozenClock
) -> None:
    tender = held[0].tender
    officer, approver = people(tender)
    propose(job_context, tender, officer, clock.at + timedelta(minutes=10))
    clock.advance(seconds=10 * 60)
    with pytest.raises(Refusal, match="time-to-seal"):
        decide(job_context, tender, approver)
    assert stage(job_context, tender) is Stage.CLOSED


def test_a_time_lock_alone_can_not_be_set_anew(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    lost(job_context, clock, tender)
    officer, _ = people(tender)
    with pytest.raises(Refusal, match="no-committee-holds"):
        propose(job_context, tender, officer, clock.at + timedelta(minutes=10))


def test_without_an_outage_nobody_reopens_a_closed_tender(
    job_context: JobContext, sitting: Sitting, clock: FrozenClock
) -> None:
    tender = sitting.tender
    beat(job_context, clock, tender.schedule.deadline_at)
    officer, approver = people(tender)
    with unit_of_work(job_context.sessions, Actor.system("opening")) as uow:
        assert boxing.close_box(uow, tender.id)
    for act in (
        lambda: propose(job_context, tender, officer, clock.at + timedelta(minutes=10)),
        lambda: decide(job_context, tender, approver),
    ):
        with pytest.raises(Refusal, match="nothing-held"):
            act()
