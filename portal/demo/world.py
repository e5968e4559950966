"""Builds the demo through acts, walking from the past to now by the practice clock."""

from datetime import timedelta

from evaluation.acts import awarding
from foundation.jobs import JobContext
from notices.jobs import issue_due_notices
from portal.demo import changing, consulting, consulting_story, story
from portal.demo.judging import award, begin_evaluation, evaluate
from portal.demo.making import ask_and_answer, bid_all, draft, open_all, publish, submit
from portal.demo.peopling import build_people
from portal.demo.walking import Travel, World
from tendering.beacon_chain import present_chain

# The time lock alone: begun before the second version, which asks for a committee.
FEDERAL = "pk-federal@1"
PRACTICE = "practice"
LIVE_SECONDS = 180


def build(context: JobContext) -> World:
    """Build people and tenders in every stage; the last one closes in three minutes."""
    world = World(context, present_chain(context.settings), build_people(context))
    travel = Travel(context)
    travel.to_days_ago(70)
    drains = consulting.offer(world, consulting_story.DRAINAGE)
    consulting.open_quality(world, travel, consulting_story.DRAINAGE, drains)
    travel.to_days_ago(48)
    pumps = publish(world, story.HANDPUMPS, FEDERAL)
    generator = publish(world, story.GENERATOR, FEDERAL)
    bid_all(world, story.HANDPUMPS, pumps)
    open_all(world, travel, pumps)
    world.act("officer", awarding.end_without_bids, generator)
    evaluate(world, story.HANDPUMPS, pumps)
    consulting.open_prices(world, travel, drains)
    travel.to_days_ago(30)
    water = consulting.offer(world, consulting_story.WATER)
    travel.to_days_ago(24)
    tanks = publish(world, story.TANKS, FEDERAL)
    trolleys = publish(world, story.TROLLEYS, FEDERAL)
    bid_all(world, story.TANKS, tanks)
    bid_all(world, story.TROLLEYS, trolleys)
    consulting.open_quality(world, travel, consulting_story.WATER, water)
    travel.to_days_ago(12)
    benches = publish(world, story.BENCHES, FEDERAL)
    award(world, drains.tender_id)
    award(world, pumps)
    open_all(world, travel, trolleys)
    evaluate(world, story.TANKS, tanks)
    begin_evaluation(world, story.TROLLEYS, trolleys)
    travel.to_days_ago(3)
    solar = publish(world, story.PUMPS, FEDERAL)
    ask_and_answer(world, solar)
    changing.cancel(world.act, world.tender(benches))
    submit(world, story.UNIFORMS, FEDERAL)
    draft(world, story.LIGHTS, FEDERAL)
    consulting.take_bids(world)
    consulting.await_a_key(world)
    consulting.await_a_share(world, travel)
    travel.to_now()
    changing.correct(world.act, world.tender(solar))
    issue_due_notices(context)
    live = publish(world, story.FURNITURE, PRACTICE, closes_in=timedelta(seconds=LIVE_SECONDS))
    bid_all(world, story.FURNITURE, live)
    return world
