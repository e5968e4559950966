"""Acceptance scenario 7 from sealed envelopes to the award, and every way its steps refuse."""

import json
from decimal import Decimal

import pytest

from bids import facts as bid_facts
from evaluation import queries
from evaluation.acts import awarding, ending, finding, reporting, scoring
from evaluation.domain.case_document import parse_case
from evaluation.domain.methods import rank
from evaluation.queries import cases, next_steps
from foundation.mail.outbox import messages_for
from foundation.unit_of_work import reading
from portal.letters import letter
from tendering import facts as tenders
from tendering.domain.award import PriceFormula, QualityAndCost, TechnicalScale
from tendering.domain.tender import Stage
from tests.evaluation.steps import approve, award_of, propose, publish, refused, report_of, wait_out
from tests.evaluation.two_envelopes import POINTS


@pytest.fixture
def judged(make_two):
    line = make_two()
    line.judge(POINTS)
    return line


@pytest.fixture
def priced(judged):
    judged.through_the_prices("A", "B", "C")
    return judged


def stored(line, which):
    with reading(line.context.sessions) as session:
        return which(session, line.tender_id)


def ranked(line):
    return [(b.vendor_name, str(b.combined.total)) for b in report_of(line).lots[0].ranked]


def test_scenario_7_goes_from_sealed_envelopes_to_the_award(priced):
    assert priced.tender.stage is Stage.PRICES_OPENED
    publish(priced)
    assert ranked(priced) == [("B", "85.3333"), ("A", "82.6667"), ("C", "80.0000")]
    (lot,) = report_of(priced).lots
    (failed,) = lot.set_aside
    assert (failed.vendor_name, failed.score, failed.price_sealed) == ("D", Decimal(68), True)
    assert failed.read_out is None
    propose(priced)
    wait_out(priced)
    approve(priced)
    decision = award_of(priced)
    assert (decision.outcome, decision.lots[0].vendor_name, decision.lots[0].amount.amount) == (
        "awarded", "B", Decimal("15000000.00"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("weight", "formula", "scale", "expected"),
    [
        ("60", "proportional", "absolute", [("C", "85.0000"), ("A", "82.8333"), ("B", "80.6667")]),
        ("80", "proportional", "relative", [("B", "93.3333"), ("A", "90.0000"), ("C", "86.6667")]),
        ("80", "linear", "absolute", [("C", "80.0000"), ("A", "78.0000"), ("B", "72.0000")]),
    ],
)
def test_scenario_7s_other_weights_and_formulas_are_bid_upon_and_used(
    make_two, weight, formula, scale, expected
):
    quality = QualityAndCost(Decimal(weight), PriceFormula(formula), TechnicalScale(scale))
    line = make_two(quality=quality)
    line.judge(POINTS)
    line.through_the_prices("A", "B", "C")
    publish(line)
    assert ranked(line) == expected


def test_the_technical_report_says_who_passed_with_no_price_in_it(judged):
    judged.report_technically()
    assert judged.tender.stage is Stage.TECHNICAL_REPORTED
    report = judged.technical_report()
    (lot,) = report.lots
    assert report.technical
    assert [(b.vendor_name, str(b.score)) for b in lot.passed] == [
        ("B", "90.0000"), ("A", "82.5000"), ("C", "75.0000"),
    ]  # fmt: skip
    assert [(b.vendor_name, b.code, b.price_sealed) for b in lot.set_aside] == [
        ("D", "below-pass-mark", True)
    ]
    case = parse_case(json.loads(stored(judged, queries.stored_technical_report).case))
    assert rank(case)[0].passed
    assert all(bid.price is None for bid in case.lots[0].bids)


def test_both_stored_cases_give_their_results_again(priced):
    publish(priced)
    for which, found in (
        (queries.stored_technical_report, priced.technical_report()),
        (queries.stored_report, report_of(priced)),
    ):
        (lot,) = rank(parse_case(json.loads(stored(priced, which).case)))
        named = [b.envelope_id for b in (*found.lots[0].passed, *found.lots[0].ranked)]
        assert [b.bid_id for b in (*lot.passed, *lot.ranking)] == named


def test_no_price_is_known_to_anybody_before_all_are_open(judged):
    def price_of_bids():
        with reading(judged.context.sessions) as session:
            case = cases.case_of(session, tenders.tender(session, judged.tender_id))
            opened = bid_facts.opened_bids(session, judged.tender_id, "financial")
        return [bid.price for bid in case.lots[0].bids if bid.price], opened

    assert price_of_bids() == ([], ())
    judged.report_technically()
    judged.wait_out_technical()
    judged.propose_prices()
    approve(judged)
    assert judged.tender.stage is Stage.OPENING_PRICES
    assert price_of_bids()[0] == []
    judged.open_prices("A", "B", "C")
    assert len(price_of_bids()[0]) == 3


def test_the_technical_report_stands_its_days_before_a_price_may_be_opened(judged):
    with refused("wrong-stage"):
        judged.propose_prices()
    judged.report_technically()
    with refused("technical-report-standing"):
        judged.propose_prices()
    judged.wait_out_technical()
    judged.propose_prices()
    with refused("already-proposed"):
        judged.propose_prices()
    with refused("not-permitted"):
        approve(judged, by="officer")
    with judged.acting("approver") as uow:
        awarding.return_proposal(uow, judged.tender_id, "Wait for the complaint.")
    judged.propose_prices()
    approve(judged)
    assert judged.tender.stage is Stage.OPENING_PRICES


def test_nobody_both_proposes_and_opens(judged):
    judged.report_technically()
    judged.wait_out_technical()
    with refused("no-proposal"):
        approve(judged)


def test_points_and_findings_are_closed_once_the_technical_report_is_out(judged):
    judged.report_technically()
    envelope = judged.bids["A"].envelope_id
    with refused("wrong-stage"), judged.acting("chair") as uow:
        finding.record_findings(uow, judged.tender_id, envelope, {"r1": (False, "Late.")})
    with refused("wrong-stage"), judged.acting("chair") as uow:
        scoring.record_scores(uow, judged.tender_id, envelope, {"c1": (Decimal(10), "")})


def test_no_ranking_is_published_before_the_prices_are_open(judged):
    with refused("wrong-stage"):
        publish(judged)
    judged.report_technically()
    with refused("wrong-stage"):
        publish(judged)


def test_a_single_envelope_has_no_technical_report(opened):
    opened.evaluate()
    with refused("wrong-stage"), opened.acting("officer") as uow:
        reporting.publish_technical_report(uow, opened.tender_id)


def test_those_who_failed_are_told_why_and_nobody_else_is(judged):
    judged.report_technically()
    with reading(judged.context.sessions) as session:
        told = {
            name: [letter(m.kind, m.params, "en").body for m in messages_for(
                session, judged.handed[name].vendor.account_id)]
            for name in POINTS
        }  # fmt: skip
    assert [body for body in told["D"] if "68 points, and 70 are needed" in body]
    for name in "ABC":
        assert not [body for body in told[name] if "points" in body]


def test_a_failed_requirement_stands_in_the_letter_with_its_reason(make_two):
    line = make_two()
    line.judge({name: points for name, points in POINTS.items() if name != "C"}, failed=["C"])
    line.report_technically()
    with reading(line.context.sessions) as session:
        account = line.handed["C"].vendor.account_id
        bodies = [letter(m.kind, m.params, "en").body for m in messages_for(session, account)]
    assert [body for body in bodies if "Registered for sales tax.: Not sent." in body]


def test_nobody_passed_so_no_price_is_opened_and_no_award_follows(make_two):
    line = make_two()
    line.judge(dict.fromkeys(POINTS, "69.99"))
    line.report_technically()
    line.wait_out_technical()
    line.propose_prices()
    approve(line)
    assert line.tender.stage is Stage.UNSUCCESSFUL
    assert award_of(line).outcome == "no-responsive-bid"
    with reading(line.context.sessions) as session:
        minutes = bid_facts.minutes(session, line.tender_id)
        assert bid_facts.opened_bids(session, line.tender_id, "financial") == ()
    assert {e.outcome.value for e in minutes.envelopes if e.kind == "financial"} == {"unopened"}


@pytest.mark.parametrize("reported", [False, True])
def test_all_bids_may_be_rejected_with_every_price_left_sealed(judged, reported):
    if reported:
        judged.report_technically()
    with judged.acting("officer") as uow:
        ending.propose_rejection(uow, judged.tender_id, "The bridge is no longer needed.")
    approve(judged)
    assert award_of(judged).outcome == "all-bids-rejected"
    with reading(judged.context.sessions) as session:
        minutes = bid_facts.minutes(session, judged.tender_id)
    assert {e.outcome.value for e in minutes.envelopes if e.kind == "financial"} == {"unopened"}


def test_a_bid_without_a_price_envelope_is_not_ranked_and_says_so(make_two):
    line = make_two(without_price=["C"])
    line.judge(POINTS)
    line.through_the_prices("A", "B")
    publish(line)
    assert ranked(line) == [("B", "88.0000"), ("A", "86.0000")]
    codes = {b.vendor_name: (b.code, b.price_sealed) for b in report_of(line).lots[0].set_aside}
    assert codes == {"C": ("not-delivered", False), "D": ("below-pass-mark", True)}


def test_each_role_is_told_what_comes_next(judged):
    def steps(name):
        with reading(judged.context.sessions) as session:
            found = next_steps.next_steps(session, judged.actor(name), judged.tender_id)
        return [step.text for step in found]

    assert steps("officer") == [next_steps.PUBLISH_TECHNICAL]
    judged.report_technically()
    assert steps("officer") == [next_steps.PROPOSE_PRICES]
    judged.wait_out_technical()
    judged.propose_prices()
    assert steps("officer") == [next_steps.WAIT_DECISION]
    assert steps("approver") == [next_steps.APPROVE_PRICES]
    approve(judged)
    assert steps("officer") == [next_steps.WAIT_PRICES]
    judged.open_prices("A", "B", "C")
    assert steps("officer") == [next_steps.PUBLISH]
