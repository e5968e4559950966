"""The pages of evaluation in both languages, from the panel to the public award."""

import json
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evaluation.acts import awarding, reporting
from tests.evaluation.line import Line
from tests.tendering.made import CRITERIA

SCORED = {"criteria": CRITERIA, "pass_mark": Decimal(70)}


class Browser:
    """A signed-in practice account that posts forms as a browser does."""

    def __init__(self, app: Flask, line: Line, name: str) -> None:
        self.client: FlaskClient = app.test_client()
        answer = self.client.post("/en/practice/sign-in", data={"account_id": line.people[name].id})
        assert answer.status_code in {302, 303}, answer.text
        self.line = line

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == status, (path, answer.status_code, answer.text[-2000:])
        return answer.text

    def post(self, path: str, page: str, status: int = 200, **data: object) -> str:
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.get(page)) or re.search(
            r'name="csrf-token" content="([^"]+)"', self.get(page)
        )
        assert token
        answer = self.client.post(
            path, data={"csrf_token": token.group(1), **data}, follow_redirects=True
        )
        assert answer.status_code == status, (path, answer.status_code, answer.text[-2000:])
        return answer.text


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Line, str], Browser]:
    return lambda line, name: Browser(app, line, name)


def test_the_whole_walk_through_the_pages(make_line, sign_in, app):
    line = make_line(**SCORED)
    base = f"/en/evaluation/{line.tender_id}"
    ids = {name: person.id for name, person in line.people.items()}
    officer = sign_in(line, "officer")
    wrong = officer.post(f"{base}/panel", f"{base}/progress", members=[ids["chair"]])
    assert "Choose who chairs the panel." in wrong
    named = officer.post(
        f"{base}/panel", f"{base}/progress",
        members=[ids["chair"], ids["second"]], chair=ids["chair"],
    )  # fmt: skip
    assert "The panel is named." in named

    for name in ("chair", "second"):
        one = sign_in(line, name)
        page = one.get(base)
        assert "Declaration of interests" in page
        assert "Bolan Works" in page
        page = one.post(f"{base}/declaration", f"{base}/declaration", interest="no")
        assert "Opened bids" in page
        for vendor, bid in line.bids.items():
            address = f"{base}/bids/{bid.envelope_id}"
            if name == "chair":
                page = one.post(f"{address}/findings", address, passed_0="fail")
                assert "Give the reason in your own words." in page
                found = one.post(f"{address}/findings", address, passed_0="pass")
                assert "The findings are recorded." in found
            if name == "second":
                page = one.post(f"{address}/scores", address, points_0="101", points_1="90")
                assert "Write points from 0 to 100" in page
                assert 'value="101"' in page
            points = {"points_0": "۸۰" if name == "chair" else "90", "points_1": "90"}
            page = one.post(f"{address}/scores", address, **points)
            assert "Your points are saved" in page
            assert vendor in page
        assert "You have handed in." in one.post(f"{base}/hand-in", base)

    page = officer.post(f"{base}/report", f"{base}/progress")
    assert "The evaluation report is public." in page
    page = officer.post(f"{base}/award/proposal", f"{base}/award", decision="award")
    assert "Chenab Supply" in page
    approver = sign_in(line, "approver")
    page = approver.post(f"{base}/award/approval", f"{base}/award")
    assert "The report must stay public" in page
    line.clock.advance(minutes=1)
    page = approver.post(f"{base}/award/approval", f"{base}/award")
    assert "Awarded to" in page
    assert "PKR 7,30,000" in page


@pytest.fixture
def reported(make_line):
    line = make_line(**SCORED)
    line.evaluate("Alif Pumps")
    with line.acting("officer") as uow:
        reporting.publish_report(uow, line.tender_id)
    return line


def approved(line):
    with line.acting("officer") as uow:
        awarding.propose_award(uow, line.tender_id)
    line.clock.advance(minutes=1)
    with line.acting("approver") as uow:
        awarding.approve_award(uow, line.tender_id)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_public_report_explains_every_figure(reported, client, language):
    page = client.get(f"/{language}/tenders/{reported.tender_id}/evaluation").text
    assert "Bolan Works" in page
    assert "10,86,000" in page
    assert "10,59,000" in page
    assert "100 × 2,300" in page
    assert "2.5496" in page
    assert "(80 + 90) ÷ 2" in page
    assert "Not sent." in page
    for private in reported.people.values():
        assert private.email not in page
        assert private.id not in page


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_public_award_names_winner_and_amount(reported, client, language):
    address = f"/{language}/tenders/{reported.tender_id}/award"
    assert client.get(address).status_code == 404
    approved(reported)
    page = client.get(address).text
    assert "Chenab Supply" in page
    assert "7,30,000" in page


def test_the_case_for_download_is_what_the_command_takes(reported, client, tmp_path):
    from click.testing import CliRunner

    from evaluation.cli import evaluate

    address = f"/en/tenders/{reported.tender_id}/evaluation-case.json"
    answer = client.get(address)
    assert answer.mimetype == "application/json"
    path = tmp_path / "case.json"
    path.write_bytes(answer.data)
    printed = json.loads(CliRunner().invoke(evaluate, [str(path)]).stdout)
    report = json.loads(client.get(address.replace("-case", "")).data)
    assert printed == report["result"]


def test_nothing_of_a_running_evaluation_is_public(opened, client, sign_in):
    opened.evaluate()
    for path in ("evaluation", "evaluation.json", "evaluation-case.json", "award"):
        assert client.get(f"/en/tenders/{opened.tender_id}/{path}").status_code == 404
    officer = sign_in(opened, "officer").get(f"/en/evaluation/{opened.tender_id}/progress")
    for price in ("1095000", "10,95,000", "1059000", "10,59,000"):
        assert price not in officer


@pytest.mark.parametrize("name", ["officer", "approver", "auditor", "third"])
def test_others_do_not_see_opened_bids(opened, sign_in, name):
    opened.convene("chair", "second")
    opened.declare("chair")
    bid = opened.bids["Alif Pumps"]
    base = f"/en/evaluation/{opened.tender_id}"
    one = sign_in(opened, name)
    for path in (f"{base}/bids/{bid.envelope_id}", f"{base}/files/{bid.files[0].id}"):
        answer = one.client.get(path)
        assert answer.status_code in {403, 422}, path
        assert b"%PDF" not in answer.data


def test_a_file_is_sent_as_a_harmless_attachment(opened, sign_in):
    opened.convene("chair")
    opened.declare("chair")
    file = opened.bids["Alif Pumps"].files[0]
    one = sign_in(opened, "chair")
    answer = one.client.get(f"/en/evaluation/{opened.tender_id}/files/{file.id}")
    assert answer.data == b"%PDF-1.4 test"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="bid-{file.sha256[:16]}.pdf"'
    )
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_page_renders_at_every_stage(make_line, sign_in, language):
    line = make_line(**SCORED)
    base = f"/{language}/evaluation/{line.tender_id}"
    people = {name: sign_in(line, name) for name in ("officer", "approver", "chair", "second")}

    def look():
        for each in ("officer", "approver"):
            people[each].get(f"{base}/award")
            people[each].get(f"/{language}/tenders/{line.tender_id}")
        people["officer"].get(f"{base}/progress")
        people["chair"].get(f"/{language}/evaluation")

    look()
    line.convene("chair", "second")
    look()
    people["chair"].get(base)
    line.declare("chair")
    line.declare("second", interest=True, statement="A friend.")
    look()
    assert people["second"].get(base)
    line.find("Alif Pumps")
    for bid in line.bids.values():
        people["chair"].get(f"{base}/bids/{bid.envelope_id}")
    line.score("chair", "80", skip=["Alif Pumps"])
    line.hand_in("chair")
    people["chair"].get(base)
    look()
