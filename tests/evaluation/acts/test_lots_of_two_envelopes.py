"""Two lots, two envelopes each: who fails in one lot keeps that price closed, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from accounts.acts.visiting import actor_for
from bids import facts
from bids.domain.opening import EnvelopeOutcome
from bids.domain.permissions import OpeningAct
from bids.facts import OpenedBid
from evaluation.acts import awarding, finding, reporting, scoring
from evaluation.queries import reports
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.text import Text
from tendering.domain.tender import Item, Lot
from tests.bids import committee_made, two_envelopes
from tests.bids import made as sealed_bids
from tests.bids.committee_made import Member, Sitting
from tests.bids.conftest import TestBeacon, beacon
from tests.bids.made import Sealed
from tests.evaluation.line import Line, people_of
from tests.evaluation.steps import approve, award_of, propose, publish, report_of, wait_out
from tests.evaluation.two_envelopes import CRITERIA
from tests.tendering import made
from transparency import readers

__all__ = ["beacon"]

LOTS = (Lot("1", Text("North")), Lot("2", Text("South")))
ITEMS = tuple(Item(lot.id, lot.id, Text("Design"), Decimal(1), "piece") for lot in LOTS)
# A is the cheaper one in both lots, and fails a requirement in the second.
PRICES = {("A", "1"): "900", ("A", "2"): "901", ("B", "1"): "1000", ("B", "2"): "1001"}
FAILED = ("A", "2")
Sent = Mapping[tuple[str, str, str], Sealed]


@dataclass
class Lots(Line):
    """The line, with what each bidder sent by name, lot and kind."""

    sitting: Sitting
    sent: Sent

    def opened(self, kind: str | None = None) -> dict[tuple[str, str], OpenedBid]:
        with reading(self.context.sessions) as session:
            found = facts.opened_bids(session, self.tender_id, kind)
        return {(bid.vendor_name, bid.lot_id): bid for bid in found}

    def outcomes(self, kind: str) -> dict[tuple[str, str], EnvelopeOutcome]:
        with reading(self.context.sessions) as session:
            lines = facts.minutes(session, self.tender_id).envelopes
        return {
            (line.vendor_name, line.lot_id): line.outcome for line in lines if line.kind == kind
        }

    def open(self, kind: str, *of: tuple[str, str]) -> None:
        """Let two members give their shares of these envelopes, and the worker open them."""
        two_envelopes.sweep(self.context)
        envelopes = [self.sent[name, lot, kind] for name, lot in of]
        two_envelopes.release(self.context, self.sitting, envelopes, self.sitting.members[:2])
        two_envelopes.sweep(self.context)

    def judge_each(self) -> None:
        """Let the chair find that one bid fails a requirement in one lot, and score all others."""
        self.convene("chair")
        self.declare("chair")
        for place, bid in self.opened().items():
            fails = place == FAILED
            found = {
                each.id: (not fails, "Not sent." if fails else "")
                for each in self.tender.requirements
            }
            points = {each.id: (Decimal(80), "") for each in self.tender.criteria}
            with self.acting("chair") as uow:
                finding.record_findings(uow, self.tender_id, bid.envelope_id, found)
                if not fails:
                    scoring.record_scores(uow, self.tender_id, bid.envelope_id, points)
        self.hand_in("chair")


def submit_all(context: JobContext, sitting: Sitting) -> Sent:
    vendors = {name: sealed_bids.vendor(context, name) for name in "AB"}
    tender, sent = sitting.tender, {}
    for (name, lot), total in PRICES.items():
        for kind in tender.envelopes:
            document = sealed_bids.bid_document(total, kind=kind, lot=lot)
            if kind == "financial":
                line = {"item": lot, "quantity": "1", "unit_price": total, "amount": total}
                document |= {"lines": [line]}
            sealed = sealed_bids.seal(tender, vendors[name], kind=kind, lot=lot, document=document)
            committed = sealed_bids.commit(
                context, tender, vendors[name], sealed, kind=kind, lot=lot
            )
            upload = committed.upload_id
            assert sealed_bids.complete(context, tender, vendors[name], upload, sealed.data).ack
            sent[name, lot, kind] = sealed
    return sent


@pytest.fixture
def lots(job_context: JobContext, clock: FrozenClock, beacon: TestBeacon) -> Lots:
    people = people_of(job_context)
    officer, approver, chair = (
        actor_for(people[name], fresh=True) for name in ("officer", "approver", "chair")
    )
    who = made.Council(officer.organisation_id, officer, approver, chair)
    draft = made.complete_draft(
        job_context.sessions, who, book="practice", lots=LOTS, items=ITEMS, criteria=CRITERIA,
        facts=replace(made.FACTS, method=two_envelopes.METHOD, security=None),
    )  # fmt: skip
    seats = [
        committee_made.person(job_context, who.organisation_id, name)
        for name in committee_made.NAMES
    ]
    members = tuple(Member(each, committee_made.draw(n)) for n, each in enumerate(seats))
    sitting = committee_made.make_ready(
        job_context, committee_made.name_all(job_context, Sitting(who, draft, members))
    )
    sent = submit_all(job_context, sitting)
    two_envelopes.to_the_shares(job_context, sitting, clock)
    return Lots(job_context, clock, people, sitting.tender.id, sitting, sent)


def test_a_bidder_who_fails_in_one_lot_has_the_price_of_the_other_opened(lots: Lots) -> None:
    lots.open("technical", *PRICES)
    lots.judge_each()
    with lots.acting("officer") as uow:
        reporting.publish_technical_report(uow, lots.tender_id)
    with reading(lots.context.sessions) as session:
        technical = reports.technical_report(session, lots.tender_id)
    assert technical is not None
    lots.clock.move_to(technical.standing_ends_at)
    with lots.acting("officer") as uow:
        awarding.propose_prices(uow, lots.tender_id)
    with lots.acting("approver") as uow:
        awarding.approve_award(uow, lots.tender_id)
    two_envelopes.sweep(lots.context)

    passed = sorted(PRICES.keys() - {FAILED})
    with reading(lots.context.sessions) as session:
        act = readers.newest_of(session, lots.tender_id, OpeningAct.OPEN_PRICES)
    for member in lots.sitting.members[:2]:
        shut = lots.sent[(*FAILED, "financial")]
        denied = committee_made.release(lots.context, lots.sitting, member, shut)
        assert denied is not None
        assert denied.code == "stays-sealed"
    lots.open("financial", *passed)

    assert act is not None
    assert {each["sha256"] for each in act.doc["opened"]} == {
        lots.sent[(*place, "financial")].sha256 for place in passed
    }
    assert {
        place: (bid.code, bid.content.total if bid.content else None)
        for place, bid in lots.opened("financial").items()
    } == {place: (None, Decimal(PRICES[place])) for place in passed}
    assert lots.outcomes("financial") == dict.fromkeys(passed, EnvelopeOutcome.OPENED) | {
        FAILED: EnvelopeOutcome.UNOPENED
    }
    assert lots.outcomes("technical") == dict.fromkeys(PRICES, EnvelopeOutcome.OPENED)

    publish(lots)
    report = report_of(lots)
    assert {lot.lot.id: [bid.vendor_name for bid in lot.ranked] for lot in report.lots} == {
        "1": ["A", "B"],
        "2": ["B"],
    }
    (out,) = report.lots[1].set_aside
    assert (out.vendor_name, out.price_sealed, out.read_out) == ("A", True, None)
    propose(lots)
    wait_out(lots)
    approve(lots)
    decided = {each.lot.id: each.vendor_name for each in award_of(lots).lots}
    assert decided == {"1": "A", "2": "B"}
