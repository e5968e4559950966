"""People at their browsers: one language's walk through one installation."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, Request, expect

from tests.walks.serving import Installation

PATIENCE_MS = 90_000


@dataclass
class Walk:
    """One language's walk; every person has a browser context, every request is kept."""

    browser: Browser
    site: Installation
    language: str
    sent: list[bytes] = field(default_factory=list)

    def stranger(self, width: int = 1280) -> Page:
        """Return a page of somebody without an account."""
        context = self.browser.new_context(
            locale="ur-PK" if self.language == "ur" else "en-GB",
            viewport={"width": width, "height": 900},
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", self.keep)
        return context.new_page()

    def person(self, name: str) -> Page:
        """Return a page on which ``name`` has signed in with one press."""
        page = self.stranger()
        page.goto(f"{self.site.address}/en/practice")
        page.get_by_role("button", name=f"as {name}", exact=False).first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("link", name=name).first).to_be_visible(timeout=PATIENCE_MS)
        return page

    def keep(self, request: Request) -> None:
        """Keep what a browser sends: address, headers and body."""
        self.sent.append(
            request.url.encode()
            + repr(request.headers).encode()
            + (request.post_data_buffer or b"")
        )

    def go(self, page: Page, path: str) -> None:
        """Open a page in the walk's language; it must be there and speak that language."""
        answer = page.goto(f"{self.site.address}/{self.language}/{path}")
        assert answer is None or answer.status == 200, f"{answer.status} {path}"
        direction = "rtl" if self.language == "ur" else "ltr"
        expect(page.locator("html")).to_have_attribute("lang", self.language)
        expect(page.locator("html")).to_have_attribute("dir", direction)


def press(page: Page, action: str) -> None:
    """Press the button of the form that posts to ``…action``; no error may come back."""
    button = page.locator(f"main form[action$='{action}'] button[type=submit]").first
    with page.expect_navigation(timeout=PATIENCE_MS):
        button.click()
    expect(page.locator(".error-summary")).to_have_count(0)


def save(page: Page) -> None:
    """Press the page's own last button; no error may come back."""
    with page.expect_navigation(timeout=PATIENCE_MS):
        page.locator("main form button[type=submit]:not(.link-button)").last.click()
    expect(page.locator(".error-summary")).to_have_count(0)


def digits_of(text: str) -> str:
    """Return text without spaces and direction marks."""
    return re.sub(r"[\s\u2066-\u2069\u200e\u200f]", "", text)
