"""From opened bids to the approved award, through acts, and every way they refuse."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.acts import granting
from accounts.domain.roles import Role
from accounts.models import AccountRow
from evaluation import queries
from evaluation.acts import awarding, convening, finding, reading, reporting, scoring
from evaluation.domain.case_document import parse_case
from evaluation.domain.methods import rank
from evaluation.queries import bid_reading, next_steps, working
from foundation.mail.outbox import messages_for
from foundation.unit_of_work import reading as reading_session
from foundation.unit_of_work import unit_of_work
from foundation.values.refusal import Refusal
from portal.letters import letter
from tendering.acts import handing_over
from tendering.domain.handover import Asked, Part, Why
from tendering.domain.tender import Stage
from tests.tendering.made import CRITERIA
from transparency.models import Act, SealedAct

SCORED = {"criteria": CRITERIA, "pass_mark": Decimal(70)}


def refused(code):
    return pytest.raises(Refusal, match=f"^{code}$")


def report_of(line):
    with reading_session(line.context.sessions) as session:
        return queries.report(session, line.tender_id)


def award_of(line):
    with reading_session(line.context.sessions) as session:
        return queries.award(session, line.tender_id)


def publish(line):
    with line.acting("officer") as uow:
        reporting.publish_report(uow, line.tender_id)


def propose(line, **options):
    with line.acting("officer") as uow:
        awarding.propose_award(uow, line.tender_id, **options)


def approve(line, by="approver"):
    with line.acting(by) as uow:
        awarding.approve_award(uow, line.tender_id)


def wait_out(line):
    line.clock.move_to(report_of(line).standing_ends_at)


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


def test_an_undeclared_evaluator_sees_nothing(opened):
    opened.convene("chair", "second")
    bid = opened.bids["Alif Pumps"]
    with reading_session(opened.context.sessions) as session:
        for look in (
            lambda who: working.panel_page(session, who, opened.tender_id),
            lambda who: bid_reading.bid_page(session, who, opened.tender_id, bid.envelope_id),
        ):
            with refused("declaration-needed"):
                look(opened.actor("chair"))
            with refused("not-on-panel"):
                look(opened.actor("third"))
    with refused("declaration-needed"), opened.acting("chair") as uow:
        reading.read_file(uow, opened.tender_id, bid.files[0].id, scanner=False)


def test_a_declared_interest_closes_the_door_until_somebody_takes_the_seat(opened):
    opened.convene("chair", "second")
    opened.declare("chair", interest=True, statement="My brother owns Alif Pumps.")
    with refused("conflict-declared"):
        opened.find()
    with opened.acting("officer") as uow:
        convening.replace_evaluator(
            uow, opened.tender_id, opened.people["chair"].id, opened.people["third"].id, "Interest"
        )
    opened.declare("third")
    opened.find(by="third")
    entry = journal(opened, Act, "evaluation.declare")[0]
    assert entry["interest"] is True
    assert "brother" not in json.dumps(entry)


def test_reading_a_file_is_on_record(opened):
    opened.convene("chair")
    opened.declare("chair")
    file = opened.bids["Alif Pumps"].files[0]
    with opened.acting("chair") as uow:
        found = reading.read_file(uow, opened.tender_id, file.id, scanner=False)
    assert found.file.sha256 == file.sha256
    (entry,) = journal(opened, SealedAct, "evaluation.read-file")
    assert entry["file"] == file.sha256
    assert entry["by"]["account"] == opened.people["chair"].id
    with refused("not-found"), opened.acting("chair") as uow:
        reading.read_file(uow, opened.tender_id, "nothing", scanner=False)


def journal(line, table, kind):
    with reading_session(line.context.sessions) as session:
        rows = session.scalars(select(table).where(table.kind == kind).order_by(table.seq))
        return [row.doc for row in rows]


def test_points_of_others_are_hidden_until_all_are_in(make_line):
    line = make_line(**SCORED)
    line.convene("chair", "second")
    line.declare("chair")
    line.declare("second")
    line.find()
    line.score("chair", "80")
    line.hand_in("chair")
    line.score("second", "90")
    envelope = line.bids["Alif Pumps"].envelope_id

    def others():
        with reading_session(line.context.sessions) as session:
            actor = line.actor("second")
            page = bid_reading.bid_page(session, actor, line.tender_id, envelope)
        return [score.points for each in page.criteria for score in each.others]

    assert others() == []
    for entry in journal(line, SealedAct, "evaluation.score"):
        assert set(entry) == {"envelope", "label", "digest", "by"}
    with refused("not-all-handed-in"):
        publish(line)
    line.hand_in("second")
    assert others() == [Decimal(80), Decimal(80)]
    with refused("scores-handed-in"):
        line.score("second", "95")


def test_means_and_pass_mark_are_in_the_report(make_line):
    line = make_line(**SCORED)
    line.evaluate()
    publish(line)
    bid = report_of(line).lots[0].ranked[0]
    assert bid.score == Decimal("85.0000")
    assert [mean.points for mean in bid.means] == [Decimal("85.0000")] * 2


def test_a_wide_spread_demands_a_reason_before_the_report(make_line):
    line = make_line(**SCORED)
    line.convene("chair", "second")
    for name, points in (("chair", "60"), ("second", "85")):
        line.declare(name)
        if name == "chair":
            line.find()
        line.score(name, points)
        line.hand_in(name)
    with refused("spread-reasons-needed"):
        publish(line)
    with reading_session(line.context.sessions) as session:
        spreads = working.panel_page(session, line.actor("chair"), line.tender_id).spreads
    assert len(spreads) == 6
    for each in spreads:
        with refused("chair-only"), line.acting("second") as uow:
            scoring.explain_spread(uow, line.tender_id, each.envelope_id, each.criterion_id, "x")
        with line.acting("chair") as uow:
            scoring.explain_spread(
                uow, line.tender_id, each.envelope_id, each.criterion_id, "Read the plan otherwise."
            )
    publish(line)
    reasons = {m.spread_reason for b in report_of(line).lots[0].ranked for m in b.means}
    assert reasons == {"Read the plan otherwise."}


def test_a_missing_evaluator_is_replaced_and_the_old_points_are_not_used(make_line):
    line = make_line(**SCORED)
    line.convene("chair", "second")
    line.declare("chair")
    line.declare("second")
    line.find()
    line.score("second", "10")
    line.score("chair", "80")
    line.hand_in("chair")
    with line.acting("officer") as uow:
        convening.replace_evaluator(
            uow, line.tender_id, line.people["second"].id, line.people["third"].id, "Ill"
        )
    with refused("not-on-panel"):
        line.hand_in("second")
    line.declare("third")
    line.score("third", "80")
    line.hand_in("third")
    publish(line)
    assert report_of(line).lots[0].ranked[0].score == Decimal("80.0000")


def test_findings_and_points_refuse_the_wrong_hands(make_line):
    line = make_line(**SCORED)
    line.convene("chair", "second")
    line.declare("chair")
    line.declare("second")
    with refused("chair-only"):
        line.find(by="second")
    with refused("findings-missing"):
        line.hand_in("second")
    with refused("not-permitted"), line.acting("officer") as uow:
        scoring.record_scores(uow, line.tender_id, "e", {})
    line.find("Alif Pumps")
    with refused("bid-not-scored"):
        line.score("second", "80")
    with refused("scores-missing"):
        line.hand_in("second")
    line.score("second", "80", skip=["Alif Pumps"])
    line.hand_in("second")
    with refused("findings-closed"):
        line.find()


def test_a_failure_needs_its_reason(opened):
    opened.convene("chair")
    opened.declare("chair")
    envelope = opened.bids["Alif Pumps"].envelope_id
    for code, found in (
        ("reason-needed", {"r1": (False, " ")}),
        ("unknown-requirement", {"r9": (True, "")}),
    ):
        with refused(code), opened.acting("chair") as uow:
            finding.record_findings(uow, opened.tender_id, envelope, found)
    with refused("unknown-bid"), opened.acting("chair") as uow:
        finding.record_findings(uow, opened.tender_id, "nothing", {"r1": (True, "")})


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


def test_nothing_starts_before_the_bids_are_open(make_line):
    line = make_line(opened=False)
    line.convene("chair")
    with refused("wrong-stage"):
        line.declare("chair")
    with refused("wrong-stage"):
        publish(line)


def test_the_report_stands_exactly_the_days_of_the_rule_book(opened):
    opened.evaluate()
    publish(opened)
    report = report_of(opened)
    assert report.standing_ends_at - report.reported_at == timedelta(minutes=1)


def test_each_role_is_told_what_to_do_next(opened):
    def steps(name):
        with reading_session(opened.context.sessions) as session:
            found = next_steps.next_steps(session, opened.actor(name), opened.tender_id)
        return [step.text for step in found]

    assert steps("officer") == [next_steps.NAME_PANEL]
    opened.convene("chair", "second")
    assert steps("chair") == [next_steps.DECLARE]
    assert steps("officer") == [next_steps.FOLLOW]
    for name in ("chair", "second"):
        opened.declare(name)
    assert steps("chair") == [next_steps.EVALUATE]
    opened.find()
    for name in ("chair", "second"):
        opened.hand_in(name)
    assert steps("chair") == [next_steps.WAIT]
    assert steps("officer") == [next_steps.PUBLISH]
    publish(opened)
    assert steps("officer") == [next_steps.PROPOSE]
    propose(opened)
    assert steps("officer") == [next_steps.WAIT_APPROVAL]
    assert steps("approver") == [next_steps.APPROVE]
    assert steps("auditor") == []


def test_those_whose_turn_it_is_are_told(opened):
    opened.evaluate()
    publish(opened)
    propose(opened)
    with opened.acting("approver") as uow:
        awarding.return_proposal(uow, opened.tender_id, "Say why.")

    def inbox(name):
        with reading_session(opened.context.sessions) as session:
            messages = messages_for(session, opened.people[name].id)
            return [letter(each.kind, each.params, "en").subject for each in messages]

    assert inbox("chair") == ["You are named to a panel"]
    assert inbox("approver")[0] == "An award waits for your approval"
    assert inbox("officer")[0] == "A proposed award came back"
    assert inbox("third") == []
