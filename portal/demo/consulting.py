"""The demo with two envelopes: awarded, before prices, open, awaiting a share, a draft."""

from datetime import timedelta

from bids.domain.opening import decryptable_at
from bids.jobs import sweep
from bids.opening_pool import in_this_process
from evaluation.acts import awarding, reporting
from notices.jobs import issue_due_notices
from portal.demo import consulting_story as story
from portal.demo.judging import judge, report
from portal.demo.making import (
    approve,
    bid_all,
    draft,
    hand_over,
    open_all,
    sleep,
)
from portal.demo.sitting import Sitting
from portal.demo.story import DemoTender
from portal.demo.walking import Travel, World

# Of the federal rules the newest version.
FEDERAL, PRACTICE = "pk-federal", "practice"
FIRST, SECOND, THIRD = story.MEMBERS
PROOFS = (timedelta(days=7), timedelta(days=1))
A_MOMENT = timedelta(seconds=5)
CLOSES_IN = timedelta(minutes=3)
CLOSED_AGO = timedelta(minutes=10)


def publish(
    world: World, wanted: DemoTender, book_id: str, closes_in: timedelta | None = None
) -> Sitting:
    """Write a tender, make its committee's keys ready, and publish it by a second person."""
    sitting = Sitting(world, draft(world, wanted, book_id))
    sitting.name()
    sitting.hand_in()
    sitting.prove()
    hand_over(world, sitting.tender_id, closes_in)
    approve(world, sitting.tender_id)
    return sitting


def offer(world: World, wanted: DemoTender) -> Sitting:
    """Publish a tender under the federal rules and let the firms seal both envelopes."""
    sitting = publish(world, wanted, FEDERAL)
    bid_all(world, wanted, sitting.tender_id)
    return sitting


def open_quality(world: World, travel: Travel, wanted: DemoTender, sitting: Sitting) -> None:
    """Let members prove their keys, open the quality envelopes and say in public who passed."""
    opening_at = world.tender(sitting.tender_id).schedule.opening_at
    for before in PROOFS:
        travel.onward(opening_at - before - world.now())
        sitting.prove()
    open_all(world, travel, sitting.tender_id, lambda: sitting.give((FIRST, THIRD)))
    judge(world, wanted, sitting.tender_id)
    world.act("officer", reporting.publish_technical_report, sitting.tender_id)
    issue_due_notices(world.context)


def open_prices(world: World, travel: Travel, sitting: Sitting) -> None:
    """Open the prices of those who passed, by a second person and two members; rank the bids."""
    world.act("officer", awarding.propose_prices, sitting.tender_id)
    world.act("approver", awarding.approve_award, sitting.tender_id)
    sweep(world.context, in_this_process)
    sitting.give((SECOND, THIRD))
    sleep(world, travel)
    report(world, sitting.tender_id)


def take_bids(world: World) -> None:
    """Leave a tender open for bids; two firms have sealed theirs."""
    offer(world, story.SCHOOLS).keep_for_practice()


def await_a_share(world: World, travel: Travel) -> None:
    """Close a practice tender some minutes ago; one member gave shares, a second one is awaited."""
    travel.to_now(CLOSED_AGO)
    wanted = story.ACCOUNTS
    sitting = publish(world, wanted, PRACTICE, CLOSES_IN)
    sitting.keep_for_practice()
    bid_all(world, wanted, sitting.tender_id)
    schedule = world.tender(sitting.tender_id).schedule
    travel.onward(schedule.deadline_at - world.now())
    sweep(world.context, in_this_process)
    travel.onward(decryptable_at(schedule) + A_MOMENT - world.now())
    sweep(world.context, in_this_process)
    sitting.give((FIRST,))
    issue_due_notices(world.context)


def await_a_key(world: World) -> None:
    """Leave a draft whose committee lacks one member's key."""
    sitting = Sitting(world, draft(world, story.MAPS, FEDERAL))
    sitting.name()
    sitting.hand_in((SECOND, THIRD))
    sitting.keep_for_practice((SECOND, THIRD))
