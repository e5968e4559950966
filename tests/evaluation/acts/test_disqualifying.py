"""Acceptance scenario 9: a bid disqualified after its price was opened turns the ranking round."""

import json
from decimal import Decimal

import pytest

from evaluation import queries
from evaluation.acts.disqualifying import disqualify_bid, reinstate_bid
from evaluation.domain.case_document import parse_case
from evaluation.domain.methods import rank
from foundation.unit_of_work import reading
from tendering.domain.award import PriceFormula, QualityAndCost, TechnicalScale
from tests.evaluation.steps import journal, publish, refused, report_of
from tests.evaluation.views.test_pages import sign_in
from transparency.models import Act, SealedAct

__all__ = ["sign_in"]
SEVENTY = QualityAndCost(Decimal(70), PriceFormula.PROPORTIONAL, TechnicalScale.ABSOLUTE)
FORGED = "The guarantee was forged."


@pytest.fixture
def priced(make_two):
    line = make_two(quality=SEVENTY, prices={"A": "80", "B": "122", "C": "72"})
    line.judge({"A": "75", "B": "89", "C": "70"})
    line.through_the_prices("A", "B", "C")
    return line


def disqualify(line, name, reason=FORGED, by="chair"):
    with line.acting(by) as uow:
        disqualify_bid(uow, line.tender_id, line.bids[name].envelope_id, reason)


def totals(lot):
    return [(b.vendor_name, str(b.combined.total)) for b in lot.ranked]


def test_scenario_9_is_reported_with_both_rankings_and_the_reason(priced, app):
    disqualify(priced, "C")
    publish(priced)
    report = report_of(priced)
    assert totals(report.lots[0]) == [("A", "82.5000"), ("B", "81.9721")]
    assert totals(report.before[0]) == [("B", "80.0049"), ("A", "79.5000"), ("C", "79.0000")]
    (out,) = report.lots[0].set_aside
    assert (out.vendor_name, out.code, out.disqualified) == ("C", "disqualified", FORGED)
    with reading(priced.context.sessions) as session:
        stored = queries.stored_report(session, priced.tender_id)
    (lot,) = rank(parse_case(json.loads(stored.case)))
    assert [b.bid_id for b in lot.ranking] == [b.envelope_id for b in report.lots[0].ranked]
    for language in ("en", "ur"):
        page = app.test_client().get(f"/{language}/tenders/{priced.tender_id}/evaluation").text
        for shown in ("82.5000", "80.0049", FORGED):
            assert shown in page


def test_without_a_disqualification_there_is_one_ranking(priced):
    publish(priced)
    report = report_of(priced)
    assert totals(report.lots[0]) == [("B", "80.0049"), ("A", "79.5000"), ("C", "79.0000")]
    assert report.before == ()


def test_it_can_be_taken_back_before_the_report_and_both_are_on_sealed_record(priced):
    disqualify(priced, "C")
    with priced.acting("chair") as uow:
        reinstate_bid(uow, priced.tender_id, priced.bids["C"].envelope_id)
    with refused("not-disqualified"), priced.acting("chair") as uow:
        reinstate_bid(uow, priced.tender_id, priced.bids["C"].envelope_id)
    (entry,) = journal(priced, SealedAct, "evaluation.disqualify")
    assert entry["reason"] == FORGED
    assert len(journal(priced, SealedAct, "evaluation.reinstate")) == 1
    assert journal(priced, Act, "evaluation.disqualify") == []
    publish(priced)
    assert report_of(priced).before == ()
    with refused("wrong-stage"):
        disqualify(priced, "C")


def test_it_needs_the_chair_a_reason_and_an_open_price(priced, make_two):
    with refused("reason-needed"):
        disqualify(priced, "C", " ")
    with refused("not-on-panel"):
        disqualify(priced, "C", by="second")
    with refused("not-permitted"):
        disqualify(priced, "C", by="officer")
    with refused("price-not-open"), priced.acting("chair") as uow:
        disqualify_bid(uow, priced.tender_id, "nothing", FORGED)


def test_a_bid_whose_price_was_never_opened_is_not_disqualified(make_two):
    line = make_two()
    line.judge({"A": "75", "B": "89", "C": "75", "D": "60"})
    with refused("wrong-stage"):
        disqualify(line, "A")
    line.through_the_prices("A", "B", "C")
    with refused("price-not-open"):
        disqualify(line, "D")


def test_the_chair_does_it_on_the_bids_page(priced, sign_in):
    page = f"/en/evaluation/{priced.tender_id}/bids/{priced.bids['C'].envelope_id}"
    chair = sign_in(priced, "chair")
    assert "Give the reason" in chair.post(f"{page}/disqualification", page, why=" ")
    assert "The bid is disqualified." in chair.post(f"{page}/disqualification", page, why=FORGED)
    assert "The bid counts again." in chair.post(f"{page}/disqualification", page, back="1")
