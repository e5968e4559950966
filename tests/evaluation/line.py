"""A whole tender up to its opened bids, made through acts, with real people and real seals."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts import credentials
from accounts.acts import practising
from accounts.acts.organising import create_organisation
from accounts.acts.visiting import actor_for
from accounts.credentials import new_password
from accounts.domain.organisations import OrganisationForm, Person, PersonForm
from accounts.domain.roles import OrganisationKind, Role
from bids import facts as bid_facts
from bids import jobs, opening_pool
from bids.facts import OpenedBid
from evaluation.acts import convening, declaring, finding, scoring
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.domain.tender import Criterion, Item, Tender
from tests.bids import made as sealed_bids
from tests.tendering import made

ITEMS = (
    Item("1", "1", Text("Hand pump", "ہینڈ پمپ"), Decimal(100), "piece"),
    Item("2", "1", Text("Pipe", "پائپ"), Decimal(40), "m"),
    Item("3", "1", Text("Fitting", "تنصیب"), Decimal(10), "day"),
)
PEOPLE = {
    "officer": Role.OFFICER,
    "approver": Role.APPROVER,
    "chair": Role.EVALUATOR,
    "second": Role.EVALUATOR,
    "third": Role.EVALUATOR,
    "auditor": Role.AUDITOR,
}
Prices = Mapping[str, tuple[str, str | None]]
SCENARIO_8: Mapping[str, tuple[str, Prices]] = {
    "Alif Pumps": (
        "1095000",
        {"1": ("2450", None), "2": ("12500", None), "3": ("35000", None)},
    ),
    "Bolan Works": (
        "1059000",
        {"1": ("2300", "203000"), "2": ("12900", None), "3": ("34000", None)},
    ),
    "Chenab Supply": ("730000", {"1": ("2500", None), "2": ("12000", None)}),
}


@dataclass
class Line:
    """One tender with its people; ``bids`` are the opened envelopes by vendor's name."""

    context: JobContext
    clock: FrozenClock
    people: Mapping[str, Person]
    tender_id: str

    @property
    def bids(self) -> dict[str, OpenedBid]:
        with reading(self.context.sessions) as session:
            opened = bid_facts.opened_bids(session, self.tender_id)
        return {bid.vendor_name: bid for bid in opened}

    @property
    def tender(self) -> Tender:
        with reading(self.context.sessions) as session:
            return tenders.tender(session, self.tender_id)

    def actor(self, name: str) -> Actor:
        return actor_for(self.people[name], fresh=True)

    def acting(self, name: str) -> AbstractContextManager[UnitOfWork]:
        return unit_of_work(self.context.sessions, self.actor(name))

    def convene(self, *names: str) -> None:
        ids = [self.people[name].id for name in names]
        with self.acting("officer") as uow:
            convening.convene_panel(uow, self.tender_id, ids, ids[0])

    def declare(self, name: str, *, interest: bool = False, statement: str = "") -> None:
        with self.acting(name) as uow:
            declaring.declare_interests(uow, self.tender_id, interest=interest, statement=statement)

    def find(self, *failed: str, by: str = "chair") -> None:
        for vendor, bid in self.bids.items():
            found = {
                each.id: (vendor not in failed, "Not sent." if vendor in failed else "")
                for each in self.tender.requirements
            }
            with self.acting(by) as uow:
                finding.record_findings(uow, self.tender_id, bid.envelope_id, found)

    def score(self, name: str, points: str, *, skip: Sequence[str] = ()) -> None:
        for vendor, bid in self.bids.items():
            if vendor not in skip:
                given = {each.id: (Decimal(points), "") for each in self.tender.criteria}
                with self.acting(name) as uow:
                    scoring.record_scores(uow, self.tender_id, bid.envelope_id, given)

    def hand_in(self, name: str) -> None:
        with self.acting(name) as uow:
            scoring.hand_in(uow, self.tender_id)

    def judge(self, points: Mapping[str, str], failed: Sequence[str] = ()) -> None:
        """Let the chair alone do everything up to the report, with points by vendor."""
        self.convene("chair")
        self.declare("chair")
        self.find(*failed)
        for vendor, given in points.items():
            self.score("chair", given, skip=self.bids.keys() - {vendor})
        self.hand_in("chair")

    def evaluate(self, *failed: str) -> None:
        """Do everything up to the report."""
        names = ("chair", "second")
        self.convene(*names)
        for name in names:
            self.declare(name)
        self.find(*failed)
        for name, points in zip(names, ("80", "90"), strict=True):
            if self.tender.criteria:
                self.score(name, points, skip=failed)
            self.hand_in(name)


def line(
    context: JobContext,
    clock: FrozenClock,
    *,
    offers: Mapping[str, tuple[str, Prices]] = SCENARIO_8,
    criteria: Sequence[Criterion] = (),
    pass_mark: Decimal | None = None,
    opened: bool = True,
    method: str = "open",
    files: Sequence[tuple[str, bytes]] = (("cv.pdf", b"%PDF-1.4 test"),),
) -> Line:
    """Publish a practice tender, seal the offers and open them."""
    people = people_of(context)
    council = made.Council(
        people["officer"].organisation_id,
        actor_for(people["officer"], fresh=True),
        actor_for(people["approver"], fresh=True),
        actor_for(people["chair"], fresh=True),
    )
    draft = made.complete_draft(
        context.sessions,
        council,
        book="practice",
        items=ITEMS,
        facts=replace(made.FACTS, method=method),
        criteria=criteria,
        pass_mark=pass_mark,
    )
    tender = made.published(context.sessions, council, draft, chain=sealed_bids.CHAIN)
    for name, (total, prices) in offers.items():
        _bid(context, tender, name, total, prices, files)
        clock.advance(seconds=1)
    found = Line(context, clock, people, tender.id)
    if opened:
        open_bids(found, tender)
    return found


def open_bids(found: Line, tender: Tender) -> None:
    """Let the deadline pass and the sweep open the bids."""
    found.clock.move_to(tender.schedule.deadline_at)
    jobs.sweep(found.context, opening_pool.in_this_process)
    found.clock.move_to(sealed_bids.unsealing_at(tender))
    found.clock.advance(seconds=3)
    jobs.sweep(found.context, opening_pool.in_this_process)


def people_of(context: JobContext) -> dict[str, Person]:
    ring = credentials.keyring(context.settings)
    password = new_password("correct horse battery")
    with unit_of_work(context.sessions, Actor.system("demo")) as uow:
        council = create_organisation(
            uow,
            OrganisationKind.PROCURING_ENTITY,
            OrganisationForm(Text("Khairpur Town Council", "ٹاؤن کونسل خیرپور"), short_name="KTC",
                             city="Khairpur"),
        )  # fmt: skip
        return {
            name: practising.create_practice_account(
                uow, ring, council.id,
                PersonForm(Text(name.title(), "نام"), f"{name}@council.example"), [role], password,
            )
            for name, role in PEOPLE.items()
        }  # fmt: skip


def _bid(
    context: JobContext,
    tender: Tender,
    name: str,
    total: str,
    prices: Prices,
    files: Sequence[tuple[str, bytes]],
) -> None:
    quantities = {item.id: item.quantity for item in tender.items}
    lines = [
        {
            "item": item,
            "quantity": format(quantities[item], "f"),
            "unit_price": price,
            "amount": stated or format(quantities[item] * Decimal(price), "f"),
        }
        for item, (price, stated) in prices.items()
    ]
    document = sealed_bids.bid_document(total) | {
        "lines": lines,
        "answers": [{"criterion": "r1", "value": True, "files": [files[0][0]]}],
    }
    who = sealed_bids.vendor(context, name)
    sealed = sealed_bids.seal(tender, who, document=document, files=files)
    committed = sealed_bids.commit(context, tender, who, sealed)
    recorded = sealed_bids.complete(context, tender, who, committed.upload_id, sealed.data)
    assert recorded.ack
