"""The proposal follows the ranking; a second person approves it after the days have run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.acts.reporting import standing_ends_at
from evaluation.domain import award
from evaluation.domain.award import LotAward, Outcome, Proposal
from evaluation.domain.case import Rules
from evaluation.domain.methods import rank
from evaluation.domain.ranking import LotRanking, PassedBid, SetAside
from foundation.values.calendar import Calendar, DayUnit
from foundation.values.refusal import Refusal
from tendering.domain.tender import Schedule
from tendering.rulebooks import rulebook
from tests.evaluation.cases import bid, case, line, scenario_8
from tests.tendering import made

NOW = datetime(2026, 4, 1, 5, 0, tzinfo=UTC)
PROPOSAL = Proposal("p", "officer", (LotAward("1", Outcome.AWARDED, "C"),), "")


def test_the_first_of_each_lot_is_proposed_at_its_corrected_price():
    lots, _ = award.propose(rank(scenario_8()), reject_all=False, reason="")
    assert lots == (LotAward("1", Outcome.AWARDED, "C", Decimal("730000.00")),)


def test_no_responsive_bid_and_no_bid_are_told_apart():
    failed = case([bid("A", [line("1", "1")], failed=["tax"])])
    lots, _ = award.propose(rank(failed), reject_all=False, reason="")
    assert lots[0].outcome is Outcome.NO_RESPONSIVE_BID
    lots, _ = award.propose(rank(case([])), reject_all=False, reason="")
    assert lots[0].outcome is Outcome.NO_BIDS
    assert replace(PROPOSAL, lots=lots).outcome is Outcome.NO_BIDS


def test_a_lot_whose_bids_an_incident_left_unopened_does_not_end_as_without_bids():
    lots, _ = award.propose(rank(case([])), reject_all=False, reason="", unopened={"1"})
    assert lots[0].outcome is Outcome.NONE_OPENED
    lots, _ = award.propose(rank(case([])), reject_all=False, reason="", unopened={"2"})
    assert lots[0].outcome is Outcome.NO_BIDS
    lots, _ = award.propose(rank(scenario_8()), reject_all=False, reason="", unopened={"1"})
    assert lots[0].outcome is Outcome.AWARDED


def test_rejecting_all_bids_needs_a_reason():
    with pytest.raises(Refusal, match="reason-needed"):
        award.propose(rank(scenario_8()), reject_all=True, reason=" ")
    lots, said = award.propose(rank(scenario_8()), reject_all=True, reason="No budget")
    assert (lots[0].outcome, said) == (Outcome.ALL_REJECTED, "No budget")


def test_an_unbroken_tie_cannot_be_proposed():
    same = [line("1", "1"), line("2", "1"), line("3", "1")]
    tie = case([bid("A", same), bid("B", same)], rules=Rules(tie_breaks=()))
    with pytest.raises(Refusal, match="unbroken-tie"):
        award.propose(rank(tie), reject_all=False, reason="")


def test_the_report_stands_fifteen_calendar_days():
    calendar = Calendar("Asia/Karachi")
    assert award.standing_ends_at(NOW, 15, DayUnit.CALENDAR, calendar) == datetime(
        2026, 4, 16, 5, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("approver", "now", "code"),
    [
        ("officer", NOW, "own-proposal"),
        ("approver", NOW - timedelta(microseconds=1), "report-standing"),
    ],
)
def test_an_approval_is_refused_to_the_same_person_and_before_the_days(approver, now, code):
    with pytest.raises(Refusal, match=code):
        award.require_approvable(PROPOSAL, approver_id=approver, standing_until=NOW, now=now)


def test_at_the_very_instant_another_person_may_approve():
    assert (
        award.require_approvable(PROPOSAL, approver_id="x", standing_until=NOW, now=NOW) is PROPOSAL
    )
    with pytest.raises(Refusal, match="no-proposal"):
        award.require_approvable(None, approver_id="x", standing_until=NOW, now=NOW)


def technical(**passed):
    return [
        LotRanking(lot, (), (SetAside(f"{lot}-out", "below-pass-mark"),), (), tuple(bids))
        for lot, bids in passed.items()
    ]


def test_after_the_technical_report_prices_are_opened_or_nobody_passed():
    one, none = (PassedBid("A", Decimal(80)),), ()
    later = {"standing_until": NOW, "now": NOW}
    some = award.after_technical(technical(a=one, b=none), **later)
    assert {each.outcome for each in some} == {Outcome.OPEN_PRICES}
    nobody = award.after_technical(technical(a=none, b=none), **later)
    assert {each.outcome for each in nobody} == {Outcome.NO_RESPONSIVE_BID}


@given(st.timedeltas(timedelta(microseconds=1), timedelta(days=30)))
def test_no_price_is_opened_a_moment_before_the_technical_reports_days_are_over(early):
    with pytest.raises(Refusal, match="technical-report-standing") as refused:
        award.after_technical(
            technical(a=(PassedBid("A", None),)), standing_until=NOW, now=NOW - early, rule="R48"
        )
    assert refused.value.rule == "R48"


def test_scenario_10_a_federal_technical_report_of_1_april_stands_until_8_april():
    tender = made.tender_of(
        rulebook("pk-federal@2"), Schedule(None, None, NOW, NOW, 60, "Asia/Karachi"), 1
    )
    ends_at = standing_ends_at(tender, NOW, technical=True)
    assert ends_at == datetime(2026, 4, 8, 5, 0, tzinfo=UTC)
