"""One person's tour through the demo, with a picture of each step that the guide shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, expect

from portal.demo.story import DemoTender
from tests.walks.people import PATIENCE_MS, Walk
from tests.walks.serving import Installation

PHONE, DESK = (360, 600), (820, 580)
RING = """(element) => {
  element.style.outline = "3px solid #b3261e";
  element.style.outlineOffset = "4px";
  element.style.borderRadius = "4px";
}"""
UNRING = """(element) => { element.style.outline = ""; }"""
# What is pointed at lies in the upper third, below a heading that says where one is.
SCROLL = """(element) => {
  const top = element.getBoundingClientRect().top + window.scrollY;
  window.scrollTo(0, Math.max(0, top - window.innerHeight * 0.34));
}"""


@dataclass
class Tour:
    """A browser of one size in one language; ``pictures`` are JPEGs by their names."""

    browser: Browser
    site: Installation
    language: str
    size: tuple[int, int]
    pictures: dict[str, bytes] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the browser at the home page."""
        self.walk = Walk(self.browser, self.site, self.language)
        width, height = self.size
        context = self.browser.new_context(
            locale="ur-PK" if self.language == "ur" else "en-GB",
            viewport={"width": width, "height": height},
            device_scale_factor=2 if self.size == PHONE else 1.6,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.go("")
        # On slow lines readers are asked before the Nastaliq typeface is loaded.
        asking = self.page.locator("[data-load-urdu-font]").first
        if self.language == "ur" and asking.is_visible():
            asking.click()

    def close(self) -> None:
        """Leave."""
        self.page.context.close()

    def go(self, path: str) -> None:
        """Open a page in the tour's language."""
        self.walk.go(self.page, path)

    def sign_in(self, name: str) -> None:
        """Sign in with one press to a practice account, by its English name."""
        self.page.goto(f"{self.site.address}/en/practice")
        self.page.get_by_role("button", name=f"as {name}", exact=False).first.click()
        link = self.page.get_by_role("link", name=name).first
        expect(link).to_be_attached(timeout=PATIENCE_MS)

    def tender(self, wanted: DemoTender, inside: str = "tenders") -> str:
        """Return the id of one of the demo's tenders, found by its title in a list."""
        if wanted.key not in self.found:
            self.go("drafts/" if inside == "drafts" else f"tenders/?q={wanted.title.en}")
            title = wanted.title.in_language(self.language)
            href = self.page.locator("main a", has_text=title).first.get_attribute("href") or ""
            (self.found[wanted.key],) = re.findall(r"/(?:tenders|drafts)/([a-z0-9]{20,})", href)
        return self.found[wanted.key]

    def take(self, name: str, at: str = "main h1", *, last: bool = False) -> Locator:
        """Take a picture with a ring around what the step is about."""
        every = self.page.locator(at)
        spot = every.last if last else every.first
        spot.wait_for(state="visible")
        self.page.evaluate("document.fonts.ready")
        spot.evaluate(SCROLL)
        spot.evaluate(RING)
        assert name not in self.pictures, name
        self.pictures[name] = self.page.screenshot(
            type="jpeg", quality=80, animations="disabled", caret="hide"
        )
        spot.evaluate(UNRING)
        return spot
