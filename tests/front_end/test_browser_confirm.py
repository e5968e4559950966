"""Dates move under a committee: in Chromium the bid stands by one press, even without scripts."""

import os
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from bids import jobs, opening_pool, queries
from bids.domain.reception import SubmissionState
from foundation import heartbeats
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tests.bids import committee_made
from tests.front_end.conftest import Site
from tests.front_end.filling import at, fill_bid, seal
from tests.front_end.test_browser_access import violations
from tests.front_end.test_browser_change import change, later
from tests.tendering import made

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("MUHR_PICTURES", "")


def held_by_committee(site: Site) -> None:
    """Let the site's tender be one whose bids a committee holds."""
    sitting = committee_made.drafted(site.context, items=made.ITEMS)
    sitting = committee_made.make_ready(
        site.context, committee_made.name_all(site.context, sitting)
    )
    site.tender, site.council = sitting.tender, sitting.who


def states(site: Site) -> list[SubmissionState]:
    with reading(site.context.sessions) as session:
        found = queries.own_submissions(session, site.vendor.organisation_id)
    return sorted(each.state for each in found)


def look(page: Page, site: Site, path: str, name: str) -> None:
    """Look at a page wide in English and narrow in Urdu; nothing is cut off or hard to read."""
    for language, width in (("en", 1280), ("ur", 360)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("about:blank")
        page.goto(f"{site.address}/{language}/{path}")
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], f"{path} {language}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} {language}"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{language}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_one_press_on_the_bid_page(page: Page, site: Site) -> None:
    held_by_committee(site)
    fill_bid(page, site)
    seal(page)
    change(site, later(site))
    bid = site.bid_url().removeprefix(f"{site.address}/en/")
    look(page, site, bid, "bid")
    look(page, site, "bids/", "bids")
    look(page, site, f"tenders/{site.tender.id}/changes", "changes")
    page.goto(site.bid_url())
    main = page.locator("main")
    expect(main).to_contain_text("This bid awaits your confirmation")
    expect(main).to_contain_text("only the committee does, until the new opening")
    expect(main).not_to_contain_text("void")
    expect(page.get_by_role("button", name="Seal and send it again")).to_be_visible()
    assert states(site) == [SubmissionState.UNCONFIRMED]

    page.get_by_role("button", name="Confirm this bid").click()

    expect(page.locator("body")).to_contain_text("Signed acknowledgement of your confirmation")
    assert states(site) == [SubmissionState.SEALED]
    number = page.url.rsplit("/", 1)[1]
    look(page, site, f"bids/receipts/{number}", "receipt")
    page.goto(site.bid_url())
    expect(main).to_contain_text("A sealed bid is in")
    expect(main).not_to_contain_text("awaits your confirmation")
    assert site.faults == []


def test_sealing_anew_replaces_what_could_have_been_confirmed(page: Page, site: Site) -> None:
    held_by_committee(site)
    fill_bid(page, site)
    seal(page)
    change(site, later(site))
    page.goto("about:blank")
    page.goto(site.bid_url())
    page.get_by_role("button", name="Seal and send it again").click()
    at(page, "Bid sealed and recorded")
    assert states(site) == [SubmissionState.SEALED, SubmissionState.SUPERSEDED]
    assert site.faults == []


def test_one_press_without_scripts(page: Page, site: Site, browser: Browser) -> None:
    held_by_committee(site)
    fill_bid(page, site)
    seal(page)
    change(site, later(site))
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{site.address}/en/bids/")
    plain.get_by_role("button", name="Confirm this bid").click()
    expect(plain.locator("body")).to_contain_text("Signed acknowledgement of your confirmation")
    assert states(site) == [SubmissionState.SEALED]
    context.close()


def test_after_an_outage_two_persons_set_a_later_deadline(page: Page, site: Site) -> None:
    held_by_committee(site)
    fill_bid(page, site)
    seal(page)
    with unit_of_work(site.context.sessions, Actor.system("door")) as uow:
        heartbeats.keep_door(uow)
    site.clock.move_to(site.tender.schedule.opening_at + timedelta(hours=1))
    jobs.sweep(site.context, opening_pool.in_this_process)
    decision = f"tenders/{site.tender.id}/opening/decision"
    site.actor = site.council.officer
    look(page, site, decision, "decision")
    page.goto(f"{site.address}/en/{decision}")
    page.fill("#deadline", "yesterday")
    page.fill("#reason_en", "The power failed in the last hour.")
    page.fill("#reason_ur", "آخری گھنٹے میں بجلی چلی گئی۔")
    send = page.locator("form[action$=later-deadline] button")
    send.click()
    expect(page.locator(".error-summary")).to_be_visible()
    at_ = (site.clock.at + timedelta(hours=2)).astimezone(ZoneInfo(site.tender.schedule.zone))
    page.fill("#deadline", at_.strftime("%Y-%m-%d %H:%M"))
    send.click()
    expect(page.locator("main")).to_contain_text("Proposed: a later deadline")
    site.actor = site.council.approver
    look(page, site, decision, "decision-proposed")
    page.goto(f"{site.address}/en/{decision}")
    page.get_by_role("button", name="Set the later deadline").click()
    expect(page.locator("main")).to_contain_text("the tender takes bids again until")
    look(page, site, decision, "decision-done")
    site.actor = site.vendor
    look(page, site, f"tenders/{site.tender.id}/opening", "opening")
    page.goto(f"{site.address}/en/bids/")
    page.get_by_role("button", name="Confirm this bid").click()
    assert states(site) == [SubmissionState.SEALED]
