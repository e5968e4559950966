"""Findings and blind points: what is hidden, what is final, what demands a reason."""

from decimal import Decimal

from evaluation.acts import finding, scoring
from evaluation.queries import bid_reading, working
from foundation.unit_of_work import reading as reading_session
from tests.evaluation.steps import SCORED, journal, publish, refused, report_of
from transparency.models import SealedAct


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


def test_nothing_starts_before_the_bids_are_open(make_line):
    line = make_line(opened=False)
    line.convene("chair")
    with refused("wrong-stage"):
        line.declare("chair")
    with refused("wrong-stage"):
        publish(line)
