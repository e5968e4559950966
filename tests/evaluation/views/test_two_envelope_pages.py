"""The pages of two envelopes: the technical report, the opening of the prices, the scores."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import render_template_string

from foundation.unit_of_work import reading
from foundation.values.money import grouped
from tendering import facts
from tendering.domain.tender import Stage
from tendering.views.showing import timeline
from tests.evaluation.steps import wait_out
from tests.evaluation.two_envelopes import POINTS, PRICES
from tests.evaluation.views.test_pages import sign_in

__all__ = ["sign_in"]


@pytest.fixture
def judged(make_two):
    line = make_two()
    line.judge(POINTS)
    return line


def shown(amount):
    """Return a price as data and as pages of either language write it."""
    return {amount, grouped(Decimal(amount)), f"{int(amount):,}"}


def test_the_walk_through_the_pages_in_both_languages(judged, sign_in, app):
    base = f"/en/evaluation/{judged.tender_id}"
    public = app.test_client()
    officer, approver = sign_in(judged, "officer"), sign_in(judged, "approver")
    assert "Publish the technical report" in officer.get(f"{base}/progress")
    page = officer.post(f"{base}/technical-report", f"{base}/progress")
    assert "Every price is still sealed." in page
    assert "Earliest opening:" in page
    assert "Propose to open these prices" not in page
    for language, words in (("en", "Below the pass mark"), ("ur", "تکنیکی رپورٹ")):
        report = public.get(f"/{language}/tenders/{judged.tender_id}/technical-report")
        assert report.status_code == 200
        assert words in report.text
    judged.wait_out_technical()
    page = officer.post(f"{base}/award/prices", f"{base}/award")
    assert "another person approves it" in page
    page = approver.post(f"{base}/award/approval", f"{base}/award")
    assert "The price envelopes of those that passed are being opened." in page
    judged.open_prices("A", "B", "C")
    page = officer.post(f"{base}/report", f"{base}/progress")
    assert "The evaluation report is public." in page
    for language, words in (("en", "85.3333"), ("ur", "85.3333"), ("en", "left unopened")):
        report = public.get(f"/{language}/tenders/{judged.tender_id}/evaluation")
        assert report.status_code == 200
        assert words in report.text
        assert not [each for each in shown(PRICES["D"]) if each in report.text]
    officer.post(f"{base}/award/proposal", f"{base}/award", decision="award")
    wait_out(judged)
    approver.post(f"{base}/award/approval", f"{base}/award")
    award = public.get(f"/en/tenders/{judged.tender_id}/award").text
    assert [each for each in shown("15000000") if each in award]
    assert "unopened" in award
    assert "did not pass before the prices" in award
    assert f'href="/en/tenders/{judged.tender_id}/technical-report"' in award
    assert not [each for each in shown(PRICES["D"]) if each in award]


def steps(app, tender):
    """Return the steps of a tender's timeline by their titles."""
    with app.test_request_context("/en/"):
        return {step.title: step for step in timeline(tender, tender.schedule.opening_at)}


def test_the_timeline_says_when_report_and_prices_came(judged, app):
    judged.through_the_prices("A", "B", "C")
    with reading(judged.context.sessions) as session:
        tender = facts.tender(session, judged.tender_id)

    shown = steps(app, tender)
    report, prices = shown["Technical report"], shown["Prices are opened"]
    assert (report.state, report.at) == ("done", tender.technical_reported_at)
    assert (prices.state, prices.at) == ("done", tender.prices_opened_at)
    assert report.at < prices.at

    ended = replace(tender, stage=Stage.UNSUCCESSFUL, prices_opened_at=None)
    assert "Prices are opened" not in steps(app, ended)
    assert steps(app, ended)["Technical report"].state == "done"


def test_no_page_of_the_panel_shows_a_price_before_the_prices_are_open(judged, sign_in):
    chair = sign_in(judged, "chair")
    addresses = [
        f"/en/evaluation/{judged.tender_id}/bids/{bid.envelope_id}" for bid in judged.bids.values()
    ]
    for address in addresses:
        page = chair.get(address)
        assert "which is still sealed" in page
        assert not [each for price in PRICES.values() for each in shown(price) if each in page]
    judged.through_the_prices("A", "B", "C")
    pages = {vendor: chair.get(a) for vendor, a in zip(judged.bids, addresses, strict=True)}
    assert [each for each in shown(PRICES["B"]) if each in pages["B"]]
    assert "was left unopened" in pages["D"]
    assert f'href="/en/tenders/{judged.tender_id}/technical-report"' in pages["D"]


def test_the_public_data_of_the_technical_report_holds_no_price(judged, app):
    judged.report_technically()
    public = app.test_client()
    base = f"/en/tenders/{judged.tender_id}"
    report = public.get(f"{base}/technical-report.json")
    case = public.get(f"{base}/technical-case.json")
    assert json.loads(report.data)["case"] == json.loads(case.data)
    assert all("price" not in bid for bid in json.loads(case.data)["lots"][0]["bids"])
    for path in ("evaluation", "evaluation.json", "evaluation-case.json"):
        assert public.get(f"{base}/{path}").status_code == 404


def test_before_its_publication_there_is_no_technical_report(judged, app):
    public = app.test_client()
    for path in ("technical-report", "technical-report.json", "technical-case.json"):
        assert public.get(f"/en/tenders/{judged.tender_id}/{path}").status_code == 404


def test_where_nobody_passed_the_officer_ends_the_tender(make_two, sign_in, app):
    line = make_two()
    line.judge(dict.fromkeys(POINTS, "50"))
    line.report_technically()
    line.wait_out_technical()
    base = f"/en/evaluation/{line.tender_id}"
    officer, approver = sign_in(line, "officer"), sign_in(line, "approver")
    assert "Propose to end without an award" in officer.get(f"{base}/award")
    officer.post(f"{base}/award/prices", f"{base}/award")
    approver.post(f"{base}/award/approval", f"{base}/award")
    award = app.test_client().get(f"/en/tenders/{line.tender_id}/award").text
    assert "no bid met the requirements" in award
    assert "Technical report" in award


def test_the_wrong_hands_and_the_wrong_time_are_refused_on_the_page(judged, sign_in):
    base = f"/en/evaluation/{judged.tender_id}"
    officer = sign_in(judged, "officer")
    assert "Propose to open" not in officer.get(f"{base}/award")
    officer.post(f"{base}/technical-report", f"{base}/progress")
    page = officer.post(f"{base}/award/prices", f"{base}/award")
    assert "must stay public until" in page
    sign_in(judged, "approver").post(f"{base}/technical-report", f"{base}/award", status=403)


def test_a_price_told_in_the_technical_envelope_is_marked_and_not_shown(make_two, sign_in):
    line = make_two(telling=["A"])
    line.judge(POINTS)
    chair = sign_in(line, "chair")
    pages = {
        vendor: chair.get(f"/en/evaluation/{line.tender_id}/bids/{bid.envelope_id}")
        for vendor, bid in line.bids.items()
    }
    assert "carries a price, which is kept apart" in pages["A"]
    assert not [each for each in shown(PRICES["A"]) if each in pages["A"]]
    assert "carries a price" not in pages["B"]


@pytest.mark.parametrize(
    ("language", "text", "marks"),
    [
        ("en", "سڑک کی مرمت", ' lang="ur" dir="rtl"'),
        ("ur", "Repair of the road", ' lang="en" dir="ltr"'),
        ("en", "Repair of the road", ""),
        ("ur", "سڑک کی مرمت", ""),
    ],
)
def test_what_somebody_typed_is_marked_by_its_letters(app, language, text, marks):
    macro = '{% import "parts/page.html" as page %}{{ page.said(text) }}'
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        assert render_template_string(macro, text=text) == f"<bdi{marks}>{text}</bdi>"
