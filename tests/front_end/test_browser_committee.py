"""An opening by its committee in Chromium: named, keys made, rehearsed, sealed to, released."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from bids import facts, jobs, opening_pool
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tendering import facts as tenders
from tendering.acts import seating
from tests.bids import committee_made
from tests.bids import made as bids_made
from tests.bids.conftest import TestBeacon, beacon
from tests.front_end.conftest import Site, watched
from tests.front_end.filling import TOTAL, fill_bid, seal
from tests.front_end.test_browser_access import violations
from tests.tendering import made

pytestmark = pytest.mark.browser
__all__ = ["beacon"]
PATIENCE_MS = 60_000
PASSPHRASE = "four random words here"


@dataclass
class Desk:
    """A member at the own device, with the key file that the device saved."""

    name: str
    actor: Actor
    page: Page
    file: Path
    digits: str = ""
    paper_key: str = ""
    platform_digits: str = ""


def visit(site: Site, desk: Desk, tail: str = "", language: str = "en") -> None:
    site.actor = desk.actor
    desk.page.goto(f"{site.address}/{language}/committee/{site.tender.id}{tail}")


def make_key(site: Site, desk: Desk) -> None:
    visit(site, desk)
    page = desk.page
    page.fill("[name=new-passphrase]", PASSPHRASE)
    page.fill("[name=same-passphrase]", PASSPHRASE)
    with page.expect_download() as saving:
        page.locator("[data-make] button").click()
    saving.value.save_as(desk.file)
    expect(page.locator("[data-paper]")).to_be_visible(timeout=PATIENCE_MS)
    desk.paper_key = page.locator("[data-key]").inner_text()
    assert desk.paper_key.startswith("AGE-SECRET-KEY-PQ-1 ")
    desk.digits = page.locator("[data-print-of-key]").inner_text()
    desk.platform_digits = page.locator("[data-print-of-platform]").inner_text()
    load(desk)
    expect(page.locator("[name=fingerprint]")).to_be_visible(timeout=PATIENCE_MS)


def load(desk: Desk) -> None:
    desk.page.set_input_files("[name=key-file]", desk.file)
    desk.page.fill("[name=passphrase]", PASSPHRASE)
    desk.page.locator("[data-load] button").click()


def compare(site: Site, desk: Desk) -> None:
    visit(site, desk)
    desk.page.fill("[name=fingerprint]", desk.digits)
    desk.page.get_by_role("button", name="Compare").click()
    expect(desk.page.locator("[name=fingerprint]")).to_have_count(0)


def rehearse(site: Site, desk: Desk) -> None:
    visit(site, desk)
    load(desk)
    expect(desk.page.get_by_text("There is nothing for you to do now.")).to_be_visible(
        timeout=PATIENCE_MS
    )


def give(site: Site, desk: Desk) -> None:
    visit(site, desk, "/opening")
    load(desk)
    expect(desk.page.get_by_text("You have given every share")).to_be_visible(timeout=PATIENCE_MS)


def name_members(site: Site, page: Page, sitting: committee_made.Sitting) -> None:
    site.actor = sitting.who.officer
    page.goto(f"{site.address}/en/drafts/{sitting.tender.id}/committee")
    for box in page.locator("[name=members]").all():
        box.check()
    page.fill("[name=threshold]", "2")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main table")).to_contain_text("Chanda")


def test_two_of_three_members_open_a_bid_with_keys_that_never_left_their_devices(
    browser: Browser, device: BrowserContext, site: Site, tmp_path: Path, beacon: TestBeacon
) -> None:
    sitting = committee_made.drafted(site.context, items=made.ITEMS)
    page = watched(device, site)
    name_members(site, page, sitting)
    site.tender = sitting.tender
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    desks = [
        Desk(name, member.actor, page, tmp_path / f"{name}.age")
        for name, member in zip(committee_made.NAMES, sitting.members, strict=True)
    ]
    for desk in desks:
        make_key(site, desk)
        compare(site, desk)
    for desk in desks:
        rehearse(site, desk)
    assert not any("AGE-SECRET-KEY" in body.upper() for body in sent)
    with reading(site.context.sessions) as session:
        draft = tenders.tender(session, sitting.tender.id)
    site.tender = made.published(site.context.sessions, sitting.who, draft, chain=bids_made.CHAIN)

    site.actor = site.vendor
    fill_bid(page, site)
    seal(page)

    site.clock.move_to(site.tender.schedule.deadline_at)
    jobs.sweep(site.context, opening_pool.in_this_process)
    site.clock.move_to(bids_made.unsealing_at(site.tender))
    site.clock.advance(seconds=3)
    jobs.sweep(site.context, opening_pool.in_this_process)
    give(site, desks[0])
    page.goto(f"{site.address}/en/tenders/{site.tender.id}/opening")
    expect(page.locator("main")).to_contain_text("Bilal")
    expect(page.locator("main")).not_to_contain_text("Asma (")
    give(site, desks[2])
    jobs.sweep(site.context, opening_pool.in_this_process)

    with reading(site.context.sessions) as session:
        (bid,) = facts.opened_bids(session, site.tender.id)
    assert (bid.state, bid.code) == ("opened", None)
    assert bid.content is not None
    assert str(bid.content.total) == TOTAL
    assert site.faults == []


def awaiting(site: Site, desk: Desk) -> None:
    """Let one member make the key in the browser, and a bid await the shares."""
    sitting = committee_made.name_all(
        site.context, committee_made.drafted(site.context, items=made.ITEMS)
    )
    site.tender, desk.actor = sitting.tender, sitting.members[0].actor
    make_key(site, desk)
    compare(site, desk)
    others = replace(sitting, members=sitting.members[1:])
    committee_made.make_keys(site.context, others)
    committee_made.rehearse(site.context, others, others.members)
    rehearse(site, desk)
    with reading(site.context.sessions) as session:
        draft = tenders.tender(session, sitting.tender.id)
    site.tender = made.published(site.context.sessions, sitting.who, draft, chain=bids_made.CHAIN)
    bids_made.submit(site.context, site.tender, site.vendor)
    site.clock.move_to(site.tender.schedule.deadline_at)
    jobs.sweep(site.context, opening_pool.in_this_process)
    site.clock.move_to(bids_made.unsealing_at(site.tender))
    site.clock.advance(seconds=3)
    jobs.sweep(site.context, opening_pool.in_this_process)


def test_a_member_gives_no_share_for_papers_that_the_kept_key_did_not_sign(
    device: BrowserContext, site: Site, tmp_path: Path, beacon: TestBeacon
) -> None:
    page = watched(device, site)
    desk = Desk("Asma", site.vendor, page, tmp_path / "key.age")
    awaiting(site, desk)
    other = bids_made.platform_key_of(b"another platform's key, 32 bytes")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.method))

    def lied(pattern: str, body: Callable[[str], str], words: str) -> None:
        def answer(route: Route) -> None:
            found = route.fetch()
            route.fulfill(response=found, body=body(found.text()))

        page.route(pattern, answer)
        visit(site, desk, "/opening")
        load(desk)
        expect(page.locator("#committee")).to_contain_text(words, timeout=PATIENCE_MS)
        page.unroute(pattern)

    listed = "**/opening-list.txt"
    lied(listed, lambda note: other.sign(note.split("\n")[0] + "\n"), "is not signed by the")
    lied(listed, lambda note: note.replace("Indus", "Mehran"), "is not signed by the")
    lied(listed, lambda _note: "nothing\n", "is not signed as it should be")
    lied("**/api/tenders/*/pack?*", lambda pack: pack.replace("1", "2"), "do not name this bid")
    lied("**/keys/platform.txt", lambda _key: f"{other.verifier()}\n", "shows another key")
    assert "POST" not in sent

    visit(site, desk, "/opening")
    page.get_by_text("Or type the key from paper").click()
    page.fill("[name=paper-key]", desk.paper_key)
    page.locator("[data-load] button").click()
    expect(page.locator("[data-trouble]")).to_contain_text("does not say which platform")
    page.fill("[name=platform-digits]", desk.digits)
    page.locator("[data-load] button").click()
    expect(page.locator("[data-trouble]")).to_contain_text("shows another key")
    assert "POST" not in sent
    page.fill("[name=platform-digits]", desk.platform_digits)
    page.locator("[data-load] button").click()
    expect(page.get_by_text("You have given every share")).to_be_visible(timeout=PATIENCE_MS)
    assert site.faults == []


@dataclass
class Inspector:
    """Looks at a page as somebody, in both languages, wide and narrow, light and dark."""

    site: Site
    page: Page

    def look(
        self, actor: Actor, path: str, act: Callable[[Page], None] = lambda _page: None
    ) -> None:
        self.site.actor = actor
        for language, width, colours in (("en", 1280, "light"), ("ur", 360, "dark")):
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
            self.page.goto(f"{self.site.address}/{language}/{path}")
            act(self.page)
            assert violations(self.page) == [], f"{path} {language} {width}"
            wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path} {language} {width}"


def press_load(page: Page) -> None:
    page.locator("[data-load] button").click()
    expect(page.locator("[data-trouble] .notification")).to_be_focused()


def make_on_page(page: Page) -> None:
    page.fill("[name=new-passphrase]", PASSPHRASE)
    page.fill("[name=same-passphrase]", PASSPHRASE)
    page.locator("[data-make] button").click()
    expect(page.locator("[data-paper]")).to_be_visible(timeout=PATIENCE_MS)


def test_axe_finds_nothing_on_any_page_of_a_committee(
    page: Page, site: Site, beacon: TestBeacon
) -> None:
    context, seen = site.context, Inspector(site, page)
    sitting = committee_made.drafted(context, items=made.ITEMS)
    draft, officer = f"drafts/{sitting.tender.id}/committee", sitting.who.officer
    seat, member = f"committee/{sitting.tender.id}", sitting.members[0].actor
    seen.look(officer, draft)
    sitting = committee_made.name_all(context, sitting)
    seen.look(member, seat)
    seen.look(member, seat, make_on_page)
    with unit_of_work(context.sessions, member) as uow:
        seating.admit_key(uow, sitting.tender.id, sitting.members[0].recipient)
    seen.look(member, seat)
    committee_made.make_keys(context, sitting)
    seen.look(member, seat, press_load)
    committee_made.rehearse(context, sitting, sitting.members)
    seen.look(officer, draft)
    with reading(context.sessions) as session:
        found = tenders.tender(session, sitting.tender.id)
    tender = made.published(context.sessions, sitting.who, found, chain=bids_made.CHAIN)
    seen.look(site.vendor, f"tenders/{tender.id}")
    seen.look(member, f"{seat}/opening")
    bids_made.submit(context, tender, site.vendor)
    site.clock.move_to(bids_made.unsealing_at(tender))
    site.clock.advance(seconds=3)
    jobs.sweep(context, opening_pool.in_this_process)
    seen.look(member, "committee/")
    seen.look(member, f"{seat}/opening")
    seen.look(site.vendor, f"tenders/{tender.id}/opening")
