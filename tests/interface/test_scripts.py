"""The page scripts that fetch or hash: live following and the comparison of a file in hand."""

import hashlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.interface.style_page import HASH

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.clock.install()
    yield page
    page.unroute_all(behavior="ignoreErrors")
    context.close()


def test_a_live_part_is_replaced_asks_with_its_tag_and_stops_when_done(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/en/style", wait_until="networkidle")
    asked: list[str | None] = []
    answers = iter(
        [
            (200, '<div id="live"><p data-live-say>Two bids opened</p></div>'),
            (304, ""),
            (200, '<div id="live" data-live-done><p data-live-say>All bids opened</p></div>'),
        ]
    )

    def answer(route: Route) -> None:
        asked.append(route.request.headers.get("if-none-match"))
        status, body = next(answers)
        headers = {"ETag": f'"{len(asked)}"', "Content-Type": "text/html"}
        route.fulfill(status=status, body=body, headers=headers)

    page.route("**/en/style", answer)
    page.clock.run_for(5_100)
    page.locator("#live", has_text="Two bids opened").wait_for()
    assert page.locator("[data-live-said]").inner_text() == "Two bids opened"
    page.clock.run_for(5_100)
    page.wait_for_timeout(100)
    page.clock.run_for(5_100)
    page.locator("#live", has_text="All bids opened").wait_for()
    page.clock.run_for(20_000)
    assert asked == [None, '"1"', '"1"']
    assert page.locator("[data-live-pause]").is_hidden()


def test_following_can_be_stopped(page: Page, address: str) -> None:
    page.goto(f"{address}/en/style", wait_until="networkidle")
    asked: list[str] = []
    page.route("**/en/style", lambda route: (asked.append("x"), route.abort()))
    page.get_by_role("button", name="Stop live updates").click()
    page.clock.run_for(12_000)
    assert asked == []
    assert page.get_by_role("button", name="Go on live").is_visible()


def test_a_file_in_hand_is_compared_without_being_sent(page: Page, address: str) -> None:
    page.goto(f"{address}/en/style", wait_until="networkidle")
    data = b"%PDF-1.7 not the published one"
    assert hashlib.sha256(data).hexdigest() != HASH
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.set_input_files(
        "#file-check", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": data}
    )
    page.get_by_text("This is not the file that was published.").wait_for()
    page.evaluate(
        "sha => { document.querySelector('[data-file-check]').dataset.expected = sha }",
        hashlib.sha256(data).hexdigest(),
    )
    page.locator("#file-check").dispatch_event("change")
    page.get_by_text("This is the file that was published.").wait_for()
    assert sent == []
