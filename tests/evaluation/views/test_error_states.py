"""The forms of evaluation sent empty or wrong, in Chromium: axe finds nothing, nothing runs off."""

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from evaluation.acts import awarding, reporting
from tests.evaluation.line import Line
from tests.tendering import made
from tests.walks.test_accessibility import RULES, SIDEWAYS

pytestmark = pytest.mark.browser

SCORED = {"criteria": made.CRITERIA, "pass_mark": Decimal(70)}


class Wrong:
    """Sends forms that must come back with an error summary, and keeps what is wrong there."""

    def __init__(self, page: Page, address: str, language: str) -> None:
        self.page, self.root = page, f"{address}/{language}"
        self.found: list[str] = []

    def sign_in(self, line: Line, name: str) -> None:
        """Press the practice button of ``name``."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.root}/practice")
        box = self.page.locator(f"form:has([name=account_id][value='{line.people[name].id}'])")
        with self.page.expect_navigation():
            box.locator("button").first.click()

    def send(self, path: str, action: str, *, check: str = "", **typed: str) -> None:
        """Fill the form at ``path`` that posts to ``…action``, send it, and look at the answer."""
        page = self.page
        page.goto(f"{self.root}/{path}")
        if check:
            page.locator(check).check()
        for name, text in typed.items():
            page.locator(f"main [name={name}]").fill(text)
        form = page.locator(f"main form[action$='{action}']" if action else "main form").last
        with page.expect_navigation():
            form.locator("button[type=submit]").click()
        self.look(f"{path} {action}")

    def look(self, name: str) -> None:
        """Note a missing summary, summary links without a place, axe's faults, an overflow."""
        summary = self.page.locator(".error-summary")
        if summary.count() != 1:
            self.found.append(f"{name}: {summary.count()} error summaries")
            return
        links = [str(a.get_attribute("href")) for a in summary.locator("li a").all()]
        self.found += [f"{name}: no {x}" for x in links if not self.page.locator(x).count()]
        if len(links) != summary.locator("li").count():
            self.found.append(f"{name}: {summary.inner_text()} leads to no field")
        if self.page.locator("main .error").count() != len(links):
            self.found.append(f"{name}: not every error stands at its field")
        if self.page.evaluate(SIDEWAYS) > 0:
            self.found.append(f"{name}: too wide")
        answer = Axe().run(self.page, options={"runOnly": RULES}).response
        self.found += [
            f"{name} {violation['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
            for violation in answer["violations"]
            for node in violation["nodes"]
        ]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=[("en", 1280, "light"), ("ur", 360, "dark")], ids=["en", "ur"])
def wrong(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Wrong]:
    language, width, colours = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
    )
    yield Wrong(context.new_page(), address, language)
    context.close()


def test_the_panels_forms_say_what_is_wrong(make_line: Callable[..., Line], wrong: Wrong) -> None:
    line = make_line(**SCORED)
    base = f"evaluation/{line.tender_id}"
    wrong.sign_in(line, "officer")
    wrong.send(f"{base}/progress", "/panel")
    line.convene("chair", "second")
    wrong.send(f"{base}/progress", "/replace")

    wrong.sign_in(line, "chair")
    wrong.send(f"{base}/declaration", "")
    wrong.send(f"{base}/declaration", "", check="[name=interest][value=yes]")
    line.declare("chair")
    line.declare("second")
    bid = f"{base}/bids/{next(iter(line.bids.values())).envelope_id}"
    wrong.send(bid, "/findings")
    wrong.send(bid, "/findings", check="[name=passed_0][value=fail]")
    line.find()
    wrong.send(bid, "/scores")
    wrong.send(bid, "/scores", points_0="101", points_1="ninety")

    line.score("chair", "95")
    line.score("second", "60")
    for name in ("chair", "second"):
        line.hand_in(name)
    wrong.sign_in(line, "chair")
    wrong.send(base, "/spreads")
    assert wrong.found == []


def test_the_awards_forms_say_what_is_wrong(make_line: Callable[..., Line], wrong: Wrong) -> None:
    line = make_line(**SCORED)
    base = f"evaluation/{line.tender_id}/award"
    line.evaluate()
    with line.acting("officer") as uow:
        reporting.publish_report(uow, line.tender_id)

    wrong.sign_in(line, "officer")
    wrong.send(base, "/proposal", check="[name=decision][value=reject]")
    with line.acting("officer") as uow:
        awarding.propose_award(uow, line.tender_id)
    wrong.sign_in(line, "approver")
    wrong.send(base, "/return")
    assert wrong.found == []


def test_the_approvers_form_says_what_is_wrong(
    make_line: Callable[..., Line], wrong: Wrong
) -> None:
    line = make_line(offers={}, opened=False)
    who = made.Council(
        line.people["officer"].organisation_id,
        *(line.actor(name) for name in ("officer", "approver", "chair")),
    )
    sessions = line.context.sessions
    draft = made.submitted(sessions, who, made.complete_draft(sessions, who))

    wrong.sign_in(line, "approver")
    wrong.send(f"drafts/{draft.id}/approval", "/send-back")
    assert wrong.found == []
