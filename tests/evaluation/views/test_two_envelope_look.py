"""The pages of two envelopes in Chromium: no fault of access and nothing too wide."""

import threading
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from evaluation.acts.disqualifying import disqualify_bid
from tests.evaluation.steps import approve, publish
from tests.evaluation.two_envelopes import POINTS, TwoEnvelopes
from tests.walks.test_accessibility import RULES, SIDEWAYS

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


class Looker:
    """Looks at pages as somebody and keeps what is wrong with them."""

    def __init__(self, page: Page, root: str, line: TwoEnvelopes) -> None:
        self.page, self.root, self.line = page, root, line
        self.found: list[str] = []

    def sign_in(self, account_id: str) -> None:
        """Press the practice button of this account."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.root}/practice")
        box = self.page.locator(f"form:has([name=account_id][value='{account_id}'])")
        with self.page.expect_navigation():
            box.locator("button").first.click()

    def look(self, path: str, who: str = "") -> None:
        """Note axe's faults and an overflow on the page at ``path``."""
        if who:
            self.sign_in(self.line.people[who].id)
        answer = self.page.goto(f"{self.root}/{path}")
        assert answer is not None
        assert answer.status == 200, path
        if self.page.evaluate(SIDEWAYS) > 0:
            self.found.append(f"{path}: too wide")
        violations = Axe().run(self.page, options={"runOnly": RULES}).response["violations"]
        self.found += [
            f"{path} {each['id']}: {node['html'][:200]}"
            for each in violations
            for node in each["nodes"]
        ]


@pytest.mark.parametrize(
    ("language", "width", "colours"),
    [("en", 1280, "light"), ("ur", 360, "dark")],
    ids=["en", "ur"],
)
def test_every_page_from_the_points_to_the_ranking_is_without_fault(
    make_two: Callable[..., TwoEnvelopes],
    browser: Browser,
    address: str,
    language: str,
    width: int,
    colours: str,
) -> None:
    line = make_two()
    line.judge(POINTS)
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if colours == "dark" else "light",
    )
    looker = Looker(context.new_page(), f"{address}/{language}", line)
    work, public = f"evaluation/{line.tender_id}", f"tenders/{line.tender_id}"
    bid = f"{work}/bids/{line.bids['C'].envelope_id}"

    looker.look(bid, "chair")
    looker.look(f"{work}/progress", "officer")
    line.report_technically()
    looker.look(f"{public}/technical-report")
    looker.look(f"{work}/award")
    line.wait_out_technical()
    looker.look(f"{work}/award")
    line.propose_prices()
    looker.look(f"{work}/award", "approver")
    approve(line)
    looker.look(f"{work}/award")
    line.open_prices("A", "B", "C")
    looker.look(f"{work}/progress", "officer")
    looker.look(bid, "chair")
    with line.acting("chair") as uow:
        disqualify_bid(uow, line.tender_id, line.bids["C"].envelope_id, "A forged guarantee.")
    looker.look(bid)
    publish(line)
    looker.look(f"{public}/evaluation")
    for name in ("A", "C", "D"):
        looker.sign_in(line.handed[name].vendor.account_id)
        looker.look(f"{public}/own-result")
    context.close()
    assert looker.found == []
