"""A tender of quality and cost with two envelopes, real seals and a real committee.

The bids are those of acceptance scenario 7; their points are given by the chair alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from accounts.acts.practising import create_practice_account
from accounts.acts.visiting import actor_for
from accounts.credentials import keyring
from accounts.domain.organisations import PersonForm
from accounts.domain.roles import Role
from evaluation.acts import awarding, reporting
from evaluation.queries import reports
from evaluation.queries.reports import EvaluationReport
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text
from tendering.acts import drafting
from tendering.domain.award import QualityAndCost
from tendering.domain.tender import Criterion, Item
from tests.bids import committee_made, two_envelopes
from tests.bids import made as sealed_bids
from tests.bids.committee_made import Member, Sitting
from tests.bids.two_envelopes import Handed
from tests.evaluation.line import Line, people_of
from tests.tendering import made

POINTS = {"A": "82.50", "B": "90", "C": "75", "D": "68"}
PRICES = {"A": "12000000", "B": "15000000", "C": "10000000", "D": "6123457"}
ITEMS = (Item("1", "1", Text("Design of a bridge", "پل کا نقشہ"), Decimal(1), "piece"),)
CRITERIA = (Criterion("c1", Text("Method", "طریقۂ کار"), Text(), Decimal(100)),)


@dataclass
class TwoEnvelopes(Line):
    """The line with its committee and what each bidder handed in."""

    sitting: Sitting
    handed: Mapping[str, Handed]

    def report_technically(self) -> None:
        with self.acting("officer") as uow:
            reporting.publish_technical_report(uow, self.tender_id)

    def technical_report(self) -> EvaluationReport:
        with reading(self.context.sessions) as session:
            found = reports.technical_report(session, self.tender_id)
        assert found is not None
        return found

    def wait_out_technical(self) -> None:
        self.clock.move_to(self.technical_report().standing_ends_at)

    def propose_prices(self) -> None:
        with self.acting("officer") as uow:
            awarding.propose_prices(uow, self.tender_id)

    def open_prices(self, *names: str) -> None:
        """Let the members give their shares of these prices, and the worker open them."""
        two_envelopes.sweep(self.context)
        prices = [self.handed[name].financial for name in names]
        two_envelopes.release(self.context, self.sitting, prices, self.sitting.members[:2])
        two_envelopes.sweep(self.context)

    def through_the_prices(self, *names: str) -> None:
        """Do everything from the points to the opened prices."""
        self.report_technically()
        self.wait_out_technical()
        self.propose_prices()
        with self.acting("approver") as uow:
            awarding.approve_award(uow, self.tender_id)
        self.open_prices(*names)


def two_envelope_line(
    context: JobContext,
    clock: FrozenClock,
    *,
    quality: QualityAndCost | None = None,
    prices: Mapping[str, str] = PRICES,
    without_price: Iterable[str] = (),
    telling: Iterable[str] = (),
) -> TwoEnvelopes:
    """Publish the tender, seal both envelopes of each bidder and open the technical ones.

    Bidders ``without_price`` send one envelope; those ``telling`` put their price in the wrong one.
    """
    people = people_of(context)
    who = made.Council(
        people["officer"].organisation_id,
        actor_for(people["officer"], fresh=True),
        actor_for(people["approver"], fresh=True),
        actor_for(people["chair"], fresh=True),
    )
    draft = made.complete_draft(
        context.sessions, who, book="practice", items=ITEMS,
        facts=replace(made.FACTS, method=two_envelopes.METHOD, security=None), criteria=CRITERIA,
    )  # fmt: skip
    if quality is not None:
        with unit_of_work(context.sessions, who.officer) as uow:
            draft = drafting.edit_criteria(
                uow, draft.id, draft.revision, CRITERIA, Decimal(70), quality
            )
    seats = [
        committee_made.person(context, who.organisation_id, name) for name in committee_made.NAMES
    ]
    members = tuple(Member(each, committee_made.draw(n)) for n, each in enumerate(seats))
    sitting = committee_made.make_ready(
        context, committee_made.name_all(context, Sitting(who, draft, members))
    )
    handed = {}
    for name, total in prices.items():
        handed[name] = _hand_in(
            context, sitting, name, total,
            priced=name not in without_price, telling=name in telling,
        )  # fmt: skip
        clock.advance(seconds=1)
    two_envelopes.to_the_shares(context, sitting, clock)
    technical = [each.technical for each in handed.values()]
    two_envelopes.release(context, sitting, technical, members[:2])
    two_envelopes.sweep(context)
    return TwoEnvelopes(context, clock, people, sitting.tender.id, sitting, handed)


def _vendor(context: JobContext, name: str) -> Actor:
    """Make a firm and an account of its own, to which letters go."""
    firm = sealed_bids.vendor(context, name)
    form = PersonForm(Text(f"Vendor {name}"), f"{name.lower()}@vendor.example")
    with unit_of_work(context.sessions, Actor.system("setup")) as uow:
        account = create_practice_account(
            uow, keyring(context.settings), firm.organisation_id, form, (Role.VENDOR,),
            committee_made.password(),
        )  # fmt: skip
    return actor_for(account, fresh=True)


def _hand_in(
    context: JobContext, sitting: Sitting, name: str, total: str, *, priced: bool, telling: bool
) -> Handed:
    tender = sitting.tender
    vendor = _vendor(context, name)
    price = {
        "currency": tender.currency,
        "lines": [{"item": "1", "quantity": "1", "unit_price": total, "amount": total}],
        "total": total,
    }
    sealed = {}
    for kind in tender.envelopes:
        tells = kind == "financial" or telling
        document = sealed_bids.bid_document(total, kind=kind) | (price if tells else {})
        sealed[kind] = sealed_bids.seal(tender, vendor, kind=kind, document=document)
        if kind == "technical" or priced:
            committed = sealed_bids.commit(context, tender, vendor, sealed[kind], kind=kind)
            data = sealed[kind].data
            assert sealed_bids.complete(context, tender, vendor, committed.upload_id, data).ack
    return Handed(vendor, sealed["technical"], sealed["financial"])
