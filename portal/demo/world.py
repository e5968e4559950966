"""Builds the demo through acts, walking from the past to now by the practice clock."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Concatenate, ParamSpec

from accounts.acts.organising import create_organisation, write_organisation
from accounts.acts.practising import create_practice_account
from accounts.acts.visiting import actor_for
from accounts.credentials import keyring, new_password
from accounts.domain.organisations import OrganisationForm, Person, PersonForm
from accounts.domain.roles import OrganisationKind
from beacon.domain.chain import ChainInfo
from bids import facts as bids
from bids.jobs import sweep
from bids.opening_pool import in_this_process
from evaluation.acts import awarding, convening, declaring, finding, reporting, scoring
from foundation.database import database_instant, move_clock
from foundation.jobs import JobContext
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.identifiers import new_id
from foundation.values.money import Money
from foundation.values.text import Text
from notices.jobs import issue_due_notices
from portal.demo import changing, story
from portal.demo.bidding import Paper, seal_and_send
from portal.demo.papers import paper
from portal.demo.story import DemoTender
from tendering import facts
from tendering.acts import approving, asking, beginning, drafting, publishing
from tendering.beacon_chain import present_chain
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

P = ParamSpec("P")
# What happened weeks ago was begun before the second version, which asks for a committee.
FEDERAL = "pk-federal@1"
PRACTICE = "practice"
LIVE_SECONDS = 180
PAPER = Paper(
    "registration.pdf",
    "application/pdf",
    paper("Certificate of registration", "A paper made for practice. It certifies nothing."),
)


@dataclass(frozen=True)
class World:
    """What the builder works with: the people by their key in the story."""

    context: JobContext
    chain: ChainInfo
    people: Mapping[str, Person]

    def actor(self, key: str) -> Actor:
        """Return the person as one who has just signed in."""
        return actor_for(self.people[key], fresh=True)

    def act(
        self,
        key: str,
        act: Callable[Concatenate[UnitOfWork, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Do one act as the person ``key``."""
        with unit_of_work(self.context.sessions, self.actor(key)) as uow:
            act(uow, *args, **kwargs)

    def now(self) -> datetime:
        """Return the practice database's instant."""
        with reading(self.context.sessions) as session:
            return database_instant(session)

    def tender(self, tender_id: str) -> Tender:
        """Return a tender as it stands."""
        with reading(self.context.sessions) as session:
            return facts.tender(session, tender_id)


def build(context: JobContext) -> World:
    """Build people and tenders in every stage; the last one closes in three minutes."""
    world = World(context, present_chain(context.settings), build_people(context))
    travel = Travel(context)
    travel.to_days_ago(48)
    pumps = publish(world, story.HANDPUMPS, FEDERAL)
    generator = publish(world, story.GENERATOR, FEDERAL)
    bid_all(world, story.HANDPUMPS, pumps)
    open_all(world, travel, pumps)
    world.act("officer", awarding.end_without_bids, generator)
    evaluate(world, story.HANDPUMPS, pumps)
    travel.to_days_ago(24)
    tanks = publish(world, story.TANKS, FEDERAL)
    trolleys = publish(world, story.TROLLEYS, FEDERAL)
    bid_all(world, story.TANKS, tanks)
    bid_all(world, story.TROLLEYS, trolleys)
    travel.to_days_ago(12)
    benches = publish(world, story.BENCHES, FEDERAL)
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
    travel.to_now()
    changing.correct(world.act, world.tender(solar))
    issue_due_notices(context)
    live = publish(world, story.FURNITURE, PRACTICE, closes_in=timedelta(seconds=LIVE_SECONDS))
    bid_all(world, story.FURNITURE, live)
    return world


class Travel:
    """Moves the practice clock: first back, then forward until it is right again."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._offset = timedelta()

    def to_days_ago(self, days: int) -> None:
        """Stand ``days`` before now."""
        self._move(-timedelta(days=days))

    def to_now(self) -> None:
        """Stand at the true instant."""
        self._move(timedelta())

    def onward(self, span: timedelta) -> None:
        """Go on by ``span``."""
        self._move(self._offset + span)

    def _move(self, offset: timedelta) -> None:
        with unit_of_work(self._context.sessions, Actor.system("demo")) as uow:
            move_clock(uow.session, offset - self._offset)
        self._offset = offset


def build_people(context: JobContext) -> dict[str, Person]:
    """Found the council, the oversight body and the firms, each with practice accounts."""
    ring, system = keyring(context.settings), Actor.system("demo")
    people: dict[str, Person] = {}
    password = new_password(secrets.token_urlsafe(24))
    with unit_of_work(context.sessions, system) as uow:
        council = create_organisation(
            uow,
            OrganisationKind.PROCURING_ENTITY,
            OrganisationForm(
                story.COUNCIL,
                short_name=story.COUNCIL_SHORT,
                city=story.COUNCIL_CITY,
                phone=story.COUNCIL_PHONE,
            ),
        )
        audit = create_organisation(
            uow,
            OrganisationKind.OVERSIGHT_BODY,
            OrganisationForm(story.OVERSIGHT, city=story.COUNCIL_CITY),
        )
        members = [(council.id, person) for person in story.PEOPLE]
        members.append((audit.id, story.AUDITOR))
        for firm in story.FIRMS:
            form = OrganisationForm(
                firm.name, city=firm.city, phone=firm.phone, tax_number=firm.tax_number
            )
            created = write_organisation(uow, OrganisationKind.VENDOR, form)
            members.append((created.id, firm.person))
        for organisation_id, person in members:
            form_of_person = PersonForm(person.name, person.email)
            people[person.key] = create_practice_account(
                uow, ring, organisation_id, form_of_person, person.roles, password
            )
    return people


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
        method=tender.method,
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
    return tender_id


def publish(
    world: World, wanted: DemoTender, book_id: str, closes_in: timedelta | None = None
) -> str:
    """Write, submit and publish a tender by two persons; return its id."""
    tender_id = submit(world, wanted, book_id, closes_in)
    world.act(
        "approver",
        publishing.publish_tender,
        tender_id,
        chain=world.chain,
        sealing_sha384=sealing_sha384(),
    )
    issue_due_notices(world.context)
    return tender_id


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
    for firm, percent in wanted.bids.items():
        prices = {
            str(n): (item.usual_price * percent / 100).quantize(Decimal(10))
            for n, item in enumerate(wanted.items, start=1)
        }
        papers = () if firm in wanted.failed else (PAPER,)
        seal_and_send(world.context, world.actor(firm), tender, prices, papers)


def open_all(world: World, travel: Travel, tender_id: str) -> None:
    """Go to a tender's opening, let the worker's own sweeps open what is due, and sleep on it."""
    schedule = world.tender(tender_id).schedule
    travel.onward(schedule.deadline_at - world.now())
    sweep(world.context, in_this_process)
    travel.onward(schedule.opening_at - world.now())
    for _ in range(3):
        sweep(world.context, in_this_process)
        issue_due_notices(world.context)
        travel.onward(timedelta(seconds=90))
    travel.onward(timedelta(hours=26))


def begin_evaluation(world: World, wanted: DemoTender, tender_id: str) -> None:
    """Name the panel, declare, record the findings and the first evaluator's points."""
    _convene(world, tender_id)
    _find(world, wanted, tender_id)
    _score(world, wanted, tender_id, "evaluator-1", 0)


def evaluate(world: World, wanted: DemoTender, tender_id: str) -> None:
    """Evaluate an opened tender to the end and publish the report."""
    _convene(world, tender_id)
    _find(world, wanted, tender_id)
    for index, evaluator in enumerate(("evaluator-1", "evaluator-2")):
        _score(world, wanted, tender_id, evaluator, index)
    world.act("officer", reporting.publish_report, tender_id)
    issue_due_notices(world.context)


def award(world: World, tender_id: str) -> None:
    """Propose and approve the award by two persons."""
    world.act("officer", awarding.propose_award, tender_id)
    world.act("approver", awarding.approve_award, tender_id)
    issue_due_notices(world.context)


def _convene(world: World, tender_id: str) -> None:
    panel = [world.people[key].id for key in ("evaluator-1", "evaluator-2")]
    world.act("officer", convening.convene_panel, tender_id, panel, panel[0])
    for evaluator in ("evaluator-1", "evaluator-2"):
        world.act(
            evaluator,
            declaring.declare_interests,
            tender_id,
            interest=False,
            statement="",
        )


def _envelopes(world: World, tender_id: str) -> dict[str, str]:
    """Return the envelope of each firm's key."""
    by_firm = {
        person.organisation_id: key
        for key, person in world.people.items()
        if person.organisation.kind is OrganisationKind.VENDOR
    }
    with reading(world.context.sessions) as session:
        opened = bids.opened_bids(session, tender_id)
    return {by_firm[bid.vendor_id]: bid.envelope_id for bid in opened}


def _find(world: World, wanted: DemoTender, tender_id: str) -> None:
    tender = world.tender(tender_id)
    for firm, envelope_id in _envelopes(world, tender_id).items():
        missing = firm in wanted.failed
        findings = {
            asked.id: (not (missing and n == 0), "No certificate was sent." if missing else "")
            for n, asked in enumerate(tender.requirements)
        }
        world.act(
            "evaluator-1",
            finding.record_findings,
            tender_id,
            envelope_id,
            findings,
        )


def _score(world: World, wanted: DemoTender, tender_id: str, evaluator: str, index: int) -> None:
    tender = world.tender(tender_id)
    envelopes = _envelopes(world, tender_id) if tender.criteria else {}
    for firm, envelope_id in envelopes.items():
        points = wanted.scores[firm][index]
        scores = {criterion.id: (points, "") for criterion in tender.criteria}
        world.act(
            evaluator,
            scoring.record_scores,
            tender_id,
            envelope_id,
            scores,
        )
    world.act(evaluator, scoring.hand_in, tender_id)
