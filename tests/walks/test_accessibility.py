"""Every kind of page of the demo in Chromium: axe finds nothing, nothing runs off the side.

A page without the sheet for work needs none of its rules.
"""

from dataclasses import dataclass
from http.cookiejar import Cookie

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from tests.walks.crawling import Crawl, kind_of
from tests.walks.serving import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# (language, width, colours); a page is seen in the first and second, or the third and fourth.
LOOKS = (("en", 1280, "light"), ("ur", 360, "light"), ("en", 360, "dark"), ("ur", 1280, "dark"))
PEOPLE = ("", "Imran Qureshi", "Samina Rauf", "Rukhsana Bibi", "Bilal Hashmi", "Farah Naz",
          "Tariq Mehmood", "Nadia Aslam")  # fmt: skip
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE = """() => [...document.querySelectorAll('body *')].filter((e) =>
  e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
  .filter((e) => !e.closest('.table-box, pre, .unseen')).map((e) => e.outerHTML.slice(0, 90))
  .slice(0, 3).join(' … ')"""
# Rules of the sheet for pages of work that a page without it would need.
UNSTYLED = """async () => {
  if (document.querySelector('link[href$="/built/work.css"]')) return [];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await (await fetch('/static/built/work.css')).text());
  return [...sheet.cssRules].map((rule) => rule.selectorText ?? '')
    .filter((selector) => selector && !selector.includes(':') && document.querySelector(selector));
}"""
# Pages that are not there, and pages whose last form is sent empty.
LOST = ("nothing-here", "tenders/none", "notices/NOTHING2", "tenders/?page=x")
WRONG = (
    ("", "account/sign-in"),
    ("", "account/register"),
    ("", "account/recover"),
    ("", "verify?number=WRONG234"),
    ("Imran Qureshi", "drafts/new"),
    ("Nadia Aslam", "account/invitations/new"),
    ("Nadia Aslam", "account/password"),
    ("Farah Naz", "account/organisation"),
)
WRONG_KINDS = ("drafts/*/items", "drafts/*/documents", "drafts/*/facts")
EMPTIED = "() => document.querySelectorAll('main input[type=text]').forEach((e) => (e.value = ''))"


@dataclass(frozen=True)
class Sight:
    """A page as one person sees it; ``wrong`` when its form is sent empty first."""

    person: str
    path: str
    wrong: bool = False


def signed_in(demo: Installation, person: str) -> list[Cookie]:
    """Return the session of one who has just signed in: acts that ask for that are open to him."""
    with httpx.Client(follow_redirects=True, timeout=60, trust_env=False) as client:
        if person:
            demo.sign_in(client, person)
        return list(client.cookies.jar)


@pytest.fixture(scope="module")
def sights(demo: Installation) -> list[Sight]:
    """One page of every kind, of an office's by each who works there, and all public tenders."""
    found: list[Sight] = []
    kinds: set[str] = set()
    shared: frozenset[str] = frozenset()  # what everybody may see
    for person in PEOPLE:
        with httpx.Client(follow_redirects=True, timeout=60, trust_env=False) as client:
            if person:
                demo.sign_in(client, person)
            crawl = Crawl(client, demo.address, "en", set(), most=1 if person else 8)
            crawl.walk()
        for path in dict.fromkeys(crawl.pages):
            tender = not person and path.startswith("/en/tenders/") and "?" not in path
            own = kind_of(path) not in shared and "/account" not in path
            if tender or kind_of(path) not in kinds or own:
                kinds.add(kind_of(path))
                found.append(Sight(person, path.removeprefix("/en/")))
        shared = shared or frozenset(kinds)
    assert len(found) > 60
    found += [Sight("", path) for path in LOST]
    found += [
        Sight(each.person, each.path, wrong=True)
        for each in found
        if kind_of(f"/{each.path}").strip("/") in WRONG_KINDS
    ]
    return found + [Sight(person, path, wrong=True) for person, path in WRONG]


@pytest.mark.parametrize("look", range(len(LOOKS)))
def test_nobody_is_kept_out(
    browser: Browser, demo: Installation, sights: list[Sight], look: int
) -> None:
    wanted = [sight for at, sight in enumerate(sights) if at % 2 == look // 2]
    found: list[str] = []
    for person in PEOPLE:
        page = page_of(browser, demo, signed_in(demo, person), look)
        for sight in (each for each in wanted if each.person == person):
            found += [f"{person} {sight.path}: {text}" for text in faults(page, demo, sight, look)]
        page.context.close()

    assert found == []


def page_of(browser: Browser, demo: Installation, jar: list[Cookie], look: int) -> Page:
    _language, width, colours = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    context.add_cookies(
        [{"name": c.name, "value": c.value or "", "url": demo.address} for c in jar]
    )
    return context.new_page()


def faults(page: Page, demo: Installation, sight: Sight, look: int) -> list[str]:
    language, width, _colours = LOOKS[look]
    page.goto(f"{demo.address}/{language}/{sight.path}")
    if sight.wrong and not page.locator(".error-summary").count():
        page.evaluate(EMPTIED)
        with page.expect_navigation():
            page.locator("main form button[type=submit]:not(.link-button)").last.click()
        if not page.locator(".error-summary").count():
            return ["no error summary"]
    found = [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in Axe().run(page, options={"runOnly": RULES}).response["violations"]
        for node in violation["nodes"]
    ]
    found += [f"no style for {selector}" for selector in page.evaluate(UNSTYLED)]
    if width == 360:
        page.set_viewport_size({"width": 320, "height": 900})
        if page.evaluate(SIDEWAYS) > 0:
            found.append(f"too wide at 320: {page.evaluate(WIDE)}")
        page.set_viewport_size({"width": width, "height": 900})
    return found
