"""A bidder reads why it won or lost; another bidder's page is not there for it."""

import re

import pytest

from tests.evaluation.steps import publish
from tests.evaluation.two_envelopes import POINTS, PRICES
from tests.evaluation.views.test_pages import sign_in

__all__ = ["sign_in"]


@pytest.fixture
def judged(make_two):
    line = make_two()
    line.judge(POINTS)
    return line


def page_of(app, line, name, language="en", status=200):
    client = app.test_client()
    account = line.handed[name].vendor.account_id
    answer = client.post("/en/practice/sign-in", data={"account_id": account})
    assert answer.status_code in {302, 303}, answer.text
    answer = client.get(f"/{language}/tenders/{line.tender_id}/own-result")
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|[\u2066-\u2069]", "", answer.text))


def test_before_the_prices_each_reads_whether_it_passed_and_why_not(judged, app):
    page_of(app, judged, "A", status=404)
    judged.report_technically()
    assert "Your bid passed." in page_of(app, judged, "A")
    failed = page_of(app, judged, "D")
    assert "Your bid did not pass: Below the pass mark." in failed
    assert "Score 68.0000; the pass mark is 70" in failed
    assert "Nobody has read your price." in failed
    assert "آپ کی بولی کامیاب نہیں ہوئی" in page_of(app, judged, "D", "ur")


def test_after_the_ranking_each_reads_what_parted_it_from_the_first(judged, app):
    judged.through_the_prices("A", "B", "C")
    publish(judged)
    assert "Your bid is the first of 3." in page_of(app, judged, "B")
    second = page_of(app, judged, "A")
    assert "Your bid is number 2 of 3." in second
    assert "82.5000 × 80% = 66.0000" in second
    assert "You gained 3.3334 by your price and lost 6.0000 by quality." in second
    failed = page_of(app, judged, "D")
    assert "Nobody has read your price." in failed
    assert not [price for price in (PRICES["D"], "61,23,457", "6,123,457") if price in failed]
    assert "Technical report · Evaluation report" in failed


def test_whoever_sent_no_bid_finds_nothing(judged, app, sign_in):
    judged.report_technically()
    anonymous = app.test_client().get(f"/en/tenders/{judged.tender_id}/own-result")
    assert anonymous.status_code in {302, 303, 401, 403}
    office = sign_in(judged, "officer")
    assert office.client.get(f"/en/tenders/{judged.tender_id}/own-result").status_code == 403
