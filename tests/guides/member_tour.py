"""A member's way: a key made, loaded back, compared and proved; then shares given at an opening."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from portal.demo import consulting_story as story
from tests.guides.touring import Tour
from tests.walks.people import PATIENCE_MS

PASSPHRASE = "cotton bicycle monsoon lantern"
LOAD, GIVES = "main [data-load] button", "Tariq Mehmood"


def member(tour: Tour) -> None:
    """Make the key, compare it, prove it, read the board, and give shares of another tender."""
    tour.sign_in("Nadia Aslam")
    tour.go("committee/")
    tour.take("seats", f"main a:has-text('{story.MAPS.title.in_language(tour.language)}')")
    _make(tour)
    _give(tour)


def _make(tour: Tour) -> None:
    page = tour.page
    title = story.MAPS.title.in_language(tour.language)
    page.locator("main a", has_text=title).first.click()
    tour.take("make", "main [name=new-passphrase]")
    page.fill("[name=new-passphrase]", PASSPHRASE)
    page.fill("[name=same-passphrase]", PASSPHRASE)
    with page.expect_download() as saving:
        page.locator("[data-make] button").click()
    path = tour.site.data.parent / saving.value.suggested_filename
    saving.value.save_as(path)
    tour.take("paper", "main [data-paper] dl")
    digits = page.locator("[data-print-of-key]").inner_text()
    page.set_input_files("[name=key-file]", path)
    page.fill("[name=passphrase]", PASSPHRASE)
    tour.take("load", LOAD)
    page.locator(LOAD).click()
    page.locator("[name=fingerprint]").wait_for()
    page.fill("[name=fingerprint]", digits)
    tour.take("compare", "main [name=fingerprint]")
    _button_of(tour, "[name=fingerprint]").click()
    page.locator(LOAD).wait_for()
    page.set_input_files("[name=key-file]", path)
    page.fill("[name=passphrase]", PASSPHRASE)
    tour.take("rehearse", LOAD)
    _load(tour)
    tour.take("board", "main table")


def _give(tour: Tour) -> None:
    """Give the shares that the demo's other tender awaits, with a key of the practice page."""
    page = tour.page
    page.goto(f"{tour.site.address}/en/practice/keys")
    digits = page.locator("main dl").first.locator("code").inner_text()
    seat = page.locator("main dl").nth(1).locator("div", has_text=GIVES)
    key = seat.locator("code").inner_text()
    tour.sign_in(GIVES)
    tour.go("committee/")
    title = story.ACCOUNTS.title.in_language(tour.language)
    href = page.locator("main a", has_text=title).first.get_attribute("href") or ""
    (tender,) = re.findall(r"/committee/([a-z0-9]+)", href)
    tour.go(f"committee/{tender}/opening")
    page.locator("main details", has=page.locator("[name=paper-key]")).locator("summary").click()
    page.fill("[name=paper-key]", key)
    page.fill("[name=platform-digits]", digits)
    tour.take("give", "main [data-load] details")
    _load(tour)
    tour.take("given", "main .inset")


def _load(tour: Tour) -> None:
    """Press; the device opens what the key opens, sends it, and the page asks no more."""
    tour.page.locator(LOAD).click()
    expect(tour.page.locator(LOAD)).to_have_count(0, timeout=PATIENCE_MS)


def _button_of(tour: Tour, field: str) -> Locator:
    return tour.page.locator("main form", has=tour.page.locator(field)).locator("button").last
