"""How the demo's tenders are written, handed over, published, bid for and opened, by acts alone."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from bids.jobs import sweep
from bids.opening_pool import in_this_process
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.money import Money
from foundation.values.text import Text
from notices.jobs import issue_due_notices
from portal.demo import story
from portal.demo.bidding import Offer, Paper, seal_and_send
from portal.demo.papers import paper
from portal.demo.proposals import proposal
from portal.demo.story import DemoTender
from portal.demo.walking import Travel, World
from tendering.acts import approving, asking, beginning, drafting, publishing
from tendering.domain.tender import (
    Category,
    Criterion,
    Item,
    Lot,
    Reach,
    Requirement,
    Tender,
)
from tendering.sealing_bundle import sealing_sha384

PAPER = Paper(
    "registration.pdf",
    "application/pdf",
    paper("Certificate of registration", "A paper made for practice. It certifies nothing."),
)
SWEEP_AGAIN = timedelta(seconds=90)


def draft(world: World, wanted: DemoTender, book_id: str) -> str:
    """Write a draft as the officer and return its id."""
    tender_id = new_id()

    def write(uow: UnitOfWork) -> None:
        tender = beginning.create_draft(
            uow, tender_id=tender_id, book_id=book_id, title=wanted.title
        )
        tender = drafting.edit_facts(uow, tender_id, tender.revision, _facts(wanted, tender))
        lots = [Lot("1", wanted.title)]
        tender = drafting.edit_lots(uow, tender_id, tender.revision, lots)
        tender = drafting.edit_items(uow, tender_id, tender.revision, _items(wanted))
        if wanted.requirements:
            requirements = [
                Requirement(f"r{n}", text, needs_file=n == 1)
                for n, text in enumerate(wanted.requirements, start=1)
            ]
            tender = drafting.edit_requirements(uow, tender_id, tender.revision, requirements)
        if wanted.criteria:
            criteria = [
                Criterion(f"c{n}", title, Text(), weight)
                for n, (title, weight) in enumerate(wanted.criteria, start=1)
            ]
            drafting.edit_criteria(uow, tender_id, tender.revision, criteria, wanted.pass_mark)

    world.act("officer", write)
    return tender_id


def _facts(wanted: DemoTender, tender: Tender) -> drafting.DraftFacts:
    return drafting.DraftFacts(
        title=wanted.title,
        summary=wanted.summary,
        category=Category(wanted.category),
        method=wanted.method or tender.method,
        reach=Reach.NATIONAL,
        estimate=Money(wanted.estimate, tender.currency),
        validity_days=tender.validity_days,
        security=None,
    )


def _items(wanted: DemoTender) -> list[Item]:
    return [
        Item(str(n), "1", item.description, item.quantity, item.unit)
        for n, item in enumerate(wanted.items, start=1)
    ]


def submit(
    world: World, wanted: DemoTender, book_id: str, closes_in: timedelta | None = None
) -> str:
    """Write a draft and hand it to the approver."""
    tender_id = draft(world, wanted, book_id)
    hand_over(world, tender_id, closes_in)
    return tender_id


def hand_over(world: World, tender_id: str, closes_in: timedelta | None = None) -> None:
    """Hand a draft to the approver; without ``closes_in`` its dates are left to the rules."""
    if closes_in is not None:
        deadline_at = (world.now() + closes_in).replace(microsecond=0)
        revision = world.tender(tender_id).revision
        world.act(
            "officer",
            drafting.edit_dates,
            tender_id,
            revision,
            deadline_at,
            deadline_at,
        )
    revision = world.tender(tender_id).revision
    world.act("officer", approving.submit_for_approval, tender_id, revision)


def publish(
    world: World, wanted: DemoTender, book_id: str, closes_in: timedelta | None = None
) -> str:
    """Write, submit and publish a tender by two persons; return its id."""
    tender_id = submit(world, wanted, book_id, closes_in)
    approve(world, tender_id)
    return tender_id


def approve(world: World, tender_id: str) -> None:
    """Publish as the second person what was handed over."""
    world.act(
        "approver",
        publishing.publish_tender,
        tender_id,
        chain=world.chain,
        sealing_sha384=sealing_sha384(),
    )
    issue_due_notices(world.context)


def ask_and_answer(world: World, tender_id: str) -> None:
    """Let a firm ask twice about a tender and the officer answer once, in both languages."""
    question, answer, left = story.QUESTION, story.ANSWER, story.UNANSWERED
    first = new_id()
    for key, text in ((first, question.en), (new_id(), left)):
        world.act("ravi", asking.ask_question, tender_id, question_id=key, text=text)
    world.act("officer", asking.answer_questions, tender_id, [first], question, answer)


def bid_all(world: World, wanted: DemoTender, tender_id: str) -> None:
    """Seal the bids of the story for one tender."""
    tender = world.tender(tender_id)
    for number, (firm, percent) in enumerate(wanted.bids.items()):
        prices = {
            str(n): (item.usual_price * percent / 100).quantize(Decimal(10))
            for n, item in enumerate(wanted.items, start=1)
        }
        papers = () if firm in wanted.failed else (PAPER,)
        offered = {each.id: proposal(each.title, number) for each in tender.criteria}
        offer = Offer(prices, offered, papers)
        for kind in tender.envelopes:
            seal_and_send(world.context, world.actor(firm), tender, kind, offer)


def open_all(
    world: World, travel: Travel, tender_id: str, give_shares: Callable[[], None] | None = None
) -> None:
    """Go to a tender's opening, let the worker's own sweeps open what is due, and sleep on it."""
    schedule = world.tender(tender_id).schedule
    travel.onward(schedule.deadline_at - world.now())
    sweep(world.context, in_this_process)
    travel.onward(schedule.opening_at - world.now())
    sweep(world.context, in_this_process)
    if give_shares is not None:
        travel.onward(SWEEP_AGAIN)
        sweep(world.context, in_this_process)
        give_shares()
    sleep(world, travel)


def sleep(world: World, travel: Travel) -> None:
    """Let the worker open what it can, and go on the next day."""
    for _ in range(3):
        sweep(world.context, in_this_process)
        issue_due_notices(world.context)
        travel.onward(SWEEP_AGAIN)
    travel.onward(timedelta(hours=26))
