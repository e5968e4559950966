"""Every macro and portal page in Chromium: no axe violation, no overflow, in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.interface.style_page import PORTAL_PAGES

pytestmark = pytest.mark.browser

PATHS = ("style", "style?wrong", *(f"portal/{name}" for name in PORTAL_PAGES), "portal/home?out")
# WCAG 1.4.12: nothing may be lost with this spacing.
TEXT_SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; "
    "word-spacing: .16em !important } p { margin-bottom: 2em !important }"
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CLIPPED = """() => [...document.querySelectorAll('a, button, h1, h2, h3, p, dt, dd, label, .tag')]
  .filter((e) => !e.closest('.unseen, [hidden]') && e.offsetParent
    && getComputedStyle(e).overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.outerHTML.slice(0, 120))"""


def _page(browser: Browser, width: int, scheme: str, *, script: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
        bypass_csp=False,
    )
    return context.new_page()


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 1280, "light"), ("ur", 360, "light"), ("en", 360, "dark"), ("ur", 1280, "dark")],
)
def test_pages_have_no_violation_and_no_overflow(
    browser: Browser, address: str, language: str, width: int, scheme: str
) -> None:
    page = _page(browser, width, scheme)
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    found = []
    for path in PATHS:
        page.goto(f"{address}/{language}/{path}", wait_until="networkidle")
        results = Axe().run(page)
        found += [
            (path, violation["id"], node["html"], node.get("failureSummary"))
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
        if page.evaluate(SIDEWAYS) > 0:
            found.append((path, "overflow", "", ""))
    page.context.close()
    assert found == []
    assert said == []


@pytest.mark.parametrize("language", ["en", "ur"])
def test_nothing_is_lost_at_320_pixels_with_wide_spacing(
    browser: Browser, address: str, language: str
) -> None:
    page = _page(browser, 320, "light")
    for path in PATHS:
        page.goto(f"{address}/{language}/{path}", wait_until="networkidle")
        assert page.evaluate(SIDEWAYS) <= 0, path
        # Chromium's own sheet goes in past the policy, as a reader's sheet would.
        session = page.context.new_cdp_session(page)
        session.send("DOM.enable")
        session.send("CSS.enable")
        tree = session.send("Page.getFrameTree")
        sheet = session.send("CSS.createStyleSheet", {"frameId": tree["frameTree"]["frame"]["id"]})[
            "styleSheetId"
        ]
        session.send("CSS.setStyleSheetText", {"styleSheetId": sheet, "text": TEXT_SPACING})
        assert page.evaluate(SIDEWAYS) <= 0, f"{path} with wide spacing"
        assert page.evaluate(CLIPPED) == [], path
        session.detach()
    page.context.close()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_pages_can_be_read_without_javascript(
    browser: Browser, address: str, language: str
) -> None:
    page = _page(browser, 360, "light", script=False)
    for path in PATHS:
        page.goto(f"{address}/{language}/{path}")
        assert page.locator("main h1").count() == 1 or path.startswith("style"), path
        assert page.locator("main").inner_text().strip()
    page.context.close()


def test_keyboard_reaches_content_first(browser: Browser, address: str) -> None:
    page = _page(browser, 1280, "light")
    page.goto(f"{address}/en/portal/home?out")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.context.close()


def test_error_summary_takes_the_focus_and_leads_to_the_field(
    browser: Browser, address: str
) -> None:
    page = _page(browser, 1280, "light")
    page.goto(f"{address}/en/style?wrong", wait_until="networkidle")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.locator(".error-summary a", has_text="Select how the bid security").click()
    assert page.evaluate("document.activeElement.id") == "security-0"
    page.context.close()


def test_countdown_goes_by_the_servers_clock(browser: Browser, address: str) -> None:
    page = _page(browser, 1280, "light")
    page.goto(f"{address}/en/style", wait_until="networkidle")
    page.wait_for_timeout(1300)
    timer = page.locator("[role=timer]")
    assert timer.get_attribute("aria-live") == "off"
    # The device's clock is years away from the page's 2027; the page still counts from there.
    assert timer.locator("[data-unit=day]").inner_text() == "2"
    assert timer.locator("[data-unit=hour]").inner_text() == "04"
    assert timer.locator("[data-unit=minute]").inner_text() in {"29", "30"}
    page.context.close()


def test_tables_sort_by_value(browser: Browser, address: str) -> None:
    page = _page(browser, 1280, "light")
    page.goto(f"{address}/en/style", wait_until="networkidle")
    table = page.locator("table[data-sortable]")
    table.get_by_role("button", name="Technical").click()
    first = table.locator("tbody tr").nth(0).inner_text()
    assert "Sutlej" in first
    assert table.locator("th[aria-sort=ascending]").count() == 1
    table.get_by_role("button", name="Technical").click()
    assert "Mehran" in table.locator("tbody tr").nth(0).inner_text()
    page.context.close()


def test_a_form_is_sent_once(browser: Browser, address: str) -> None:
    page = _page(browser, 1280, "light")
    page.goto(f"{address}/en/style", wait_until="networkidle")
    sent: list[str] = []
    page.route("**/x", lambda route: sent.append(route.request.method))
    page.evaluate(
        "() => { const button = document.querySelector('form[action=\"/x\"] button');"
        " button.click(); button.click(); }"
    )
    page.wait_for_timeout(400)
    assert sent == ["POST"]
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()


def test_charts_are_mirrored_on_urdu_pages(browser: Browser, address: str) -> None:
    page = _page(browser, 1280, "light")
    starts = {}
    for language in ("en", "ur"):
        page.goto(f"{address}/{language}/style")
        starts[language] = page.locator(".chart svg .bar-1").first.get_attribute("x")
    assert starts == {"en": "0%", "ur": "41.5%"}
    page.context.close()


def test_paper_shows_what_is_folded_and_no_controls(browser: Browser, address: str) -> None:
    page = _page(browser, 1280, "dark")
    page.goto(f"{address}/en/style", wait_until="networkidle")
    folded = page.locator("main details:not([open])").count()
    assert folded
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not([open])").count() == 0
    page.emulate_media(media="print")
    assert page.locator("main .button:visible, .header:visible, .footer:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details:not([open])").count() == folded
    page.context.close()
