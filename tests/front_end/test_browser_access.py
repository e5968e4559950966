"""The bid pages for everybody: axe finds nothing, the keyboard alone is enough."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.front_end.conftest import Site, watched
from tests.front_end.filling import at, fill_bid, go_on, seal

pytestmark = pytest.mark.browser
ROUTES = "/ /requirements /criteria /declarations /prices /validity /security /files".split()
REST = "/check /copy /clear /reopen".split()
# (language, width, colours): each value of each once with each language or width.
LOOKS = [("en", 1280, "light"), ("ur", 360, "dark"), ("en", 360, "dark"), ("ur", 1280, "light")]


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    return [
        f"{row['id']}: {node['html'][:200]}"
        for row in found.response["violations"]
        for node in row["nodes"]
    ]


@pytest.mark.parametrize(("language", "width", "colours"), LOOKS)
def test_axe_finds_nothing(page: Page, site: Site, language: str, width: int, colours: str) -> None:
    fill_bid(page, site)
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site.bid_url(language))
    for route in ROUTES + REST:
        page.evaluate("(route) => { location.hash = `#${route}`; }", route)
        expect(page.locator("h1")).to_have_count(1)
        assert violations(page) == [], route
    page.goto(site.device_url(language))
    expect(page.locator("#device[data-outcome]")).to_be_visible()
    assert violations(page) == []


def test_axe_finds_nothing_in_errors_and_receipts(page: Page, site: Site) -> None:
    for route in ROUTES[1:7]:
        page.goto(f"{site.bid_url()}#{route}")
        page.reload()
        if route == "/validity":
            page.fill("#validity", "1")
        go_on(page)
        expect(page.locator(".error-summary")).to_be_visible()
        assert violations(page) == [], route
    page.goto(f"{site.bid_url()}#/validity")
    page.fill("#validity", "60")
    fill_bid(page, site)
    seal(page)
    assert violations(page) == []
    page.goto(site.bid_url() + "#/withdraw")
    assert violations(page) == []


def test_the_keyboard_is_enough(page: Page, site: Site) -> None:
    page.goto(site.bid_url())
    page.get_by_role("link", name="Validity").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#validity")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("75")
    page.keyboard.press("Enter")
    at(page, "Bid security")
    page.goto(site.bid_url())
    expect(page.locator(".tasks")).to_contain_text("Done")


def test_an_answer_that_comes_late_leaves_the_focus_where_it_is(page: Page, site: Site) -> None:
    held: list[Route] = []
    page.route("**/envelopes/single", lambda route: held.append(route))
    page.goto(site.bid_url())
    link = page.get_by_role("link", name="Validity")
    link.focus()
    drawn = link.element_handle()
    held[0].continue_()
    page.wait_for_function("(before) => !before.isConnected", arg=drawn)
    expect(link).to_be_focused()


def test_without_javascript_the_page_says_what_can_be_done(
    device: BrowserContext, site: Site
) -> None:
    assert device.browser is not None
    plain = device.browser.new_context(java_script_enabled=False)
    page = watched(plain, site)
    page.goto(site.bid_url())
    assert "Seal on another computer" in page.locator("main noscript").inner_html()
    expect(page.get_by_text("Reading the tender")).to_be_hidden()
    plain.close()
