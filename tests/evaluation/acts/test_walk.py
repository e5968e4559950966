"""From opened bids to the approved award, through acts, and every way they refuse."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from accounts.acts import granting
from accounts.domain.roles import Role
from accounts.models import AccountRow
from evaluation import queries
from evaluation.acts import awarding
from evaluation.domain.case_document import parse_case
from evaluation.domain.methods import rank
from foundation.unit_of_work import reading as reading_session
from foundation.unit_of_work import unit_of_work
from tendering.acts import handing_over
from tendering.domain.handover import Asked, Part, Why
from tendering.domain.tender import Stage
from tests.evaluation.steps import (
    approve,
    award_of,
    propose,
    publish,
    refused,
    report_of,
    wait_out,
)


def test_scenario_8_goes_from_opened_bids_to_the_award(opened):
    opened.evaluate()
    publish(opened)
    assert opened.tender.stage is Stage.REPORTED
    report = report_of(opened)
    (lot,) = report.lots
    assert [(b.vendor_name, b.rank, b.evaluated.amount) for b in lot.ranked] == [
        ("Chenab Supply", 1, Decimal("1075000.00")),
        ("Bolan Works", 2, Decimal("1086000.00")),
        ("Alif Pumps", 3, Decimal("1095000.00")),
    ]
    assert lot.ranked[1].read_out.amount == Decimal(1059000)
    propose(opened)
    with refused("report-standing"):
        approve(opened)
    wait_out(opened)
    approve(opened)
    assert opened.tender.stage is Stage.AWARDED
    decision = award_of(opened)
    assert decision.outcome == "awarded"
    assert (decision.lots[0].vendor_name, decision.lots[0].amount.amount) == (
        "Chenab Supply",
        Decimal("730000.00"),
    )


def test_the_stored_case_gives_the_reported_ranking_again(opened):
    opened.evaluate("Chenab Supply")
    publish(opened)
    with reading_session(opened.context.sessions) as session:
        stored = queries.stored_report(session, opened.tender_id)
    (lot,) = rank(parse_case(json.loads(stored.case)))
    reported = report_of(opened).lots[0]
    assert [b.bid_id for b in lot.ranking] == [b.envelope_id for b in reported.ranked]
    assert [b.bid_id for b in lot.set_aside] == [b.envelope_id for b in reported.set_aside]
    assert reported.set_aside[0].failures[0].reason == "Not sent."


def test_no_responsive_bid_ends_without_an_award(opened):
    opened.evaluate(*opened.bids)
    publish(opened)
    propose(opened)
    wait_out(opened)
    approve(opened)
    assert opened.tender.stage is Stage.UNSUCCESSFUL
    assert award_of(opened).outcome == "no-responsive-bid"


def test_no_bid_at_all_ends_with_one_press(make_line):
    line = make_line(offers={})
    with line.acting("officer") as uow:
        awarding.end_without_bids(uow, line.tender_id)
    assert line.tender.stage is Stage.UNSUCCESSFUL
    assert award_of(line).outcome == "no-bids"


def test_a_tender_with_bids_cannot_be_ended_as_empty(opened):
    with refused("bids-were-received"), opened.acting("officer") as uow:
        awarding.end_without_bids(uow, opened.tender_id)


def test_all_bids_may_be_rejected_with_a_public_reason(opened):
    opened.evaluate()
    publish(opened)
    with refused("reason-needed"):
        propose(opened, reject_all=True)
    propose(opened, reject_all=True, reason="The money was withdrawn.")
    wait_out(opened)
    approve(opened)
    decision = award_of(opened)
    assert (decision.outcome, decision.reason) == ("all-bids-rejected", "The money was withdrawn.")
    assert decision.lots[0].vendor_name == ""


def test_a_proposal_goes_back_and_is_made_again(opened):
    opened.evaluate()
    publish(opened)
    with refused("no-proposal"):
        approve(opened)
    propose(opened)
    with refused("already-proposed"):
        propose(opened)
    with opened.acting("approver") as uow:
        awarding.return_proposal(uow, opened.tender_id, "Say why.")
    propose(opened, reason="Lowest evaluated price.")
    wait_out(opened)
    approve(opened)
    assert award_of(opened).reason == "Lowest evaluated price."


def test_nobody_approves_the_award_of_a_tender_handed_over_by_him_or_to_him(opened):
    with opened.acting("officer") as uow:
        granting.write_grants(uow, uow.session.get(AccountRow, opened.actor("approver").account_id),
                              [Role.OFFICER])  # fmt: skip
        at = uow.now
        handing_over.hand_over(
            uow, opened.tender_id,
            Asked(Part.TENDER, "", opened.actor("approver").account_id, Why.ABSENCE, "", at, None),
        )  # fmt: skip
    opened.evaluate()
    publish(opened)
    propose(opened)
    wait_out(opened)
    with refused("handed-over-to-you"):
        approve(opened)
    with refused("handed-over-to-you"), opened.acting("approver") as uow:
        awarding.return_proposal(uow, opened.tender_id, "Say why.")


def test_an_award_needs_an_approver_freshly_signed_in(opened):
    opened.evaluate()
    publish(opened)
    propose(opened)
    wait_out(opened)
    with refused("not-permitted"):
        approve(opened, by="officer")
    stale = replace(opened.actor("approver"), fresh=False)
    with (
        refused("fresh-sign-in"),
        unit_of_work(opened.context.sessions, stale) as uow,
    ):
        awarding.approve_award(uow, opened.tender_id)


def test_the_report_stands_exactly_the_days_of_the_rule_book(opened):
    opened.evaluate()
    publish(opened)
    report = report_of(opened)
    assert report.standing_ends_at - report.reported_at == timedelta(minutes=1)
