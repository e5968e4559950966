"""Two envelopes in Chromium: sealed one by one, opened on two days, a failed price never opened."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import inspect, text

from bids import facts, jobs, opening_pool
from bids.acts import pricing
from bids.acts.registering import Committed
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from tendering import facts as tenders
from tendering.acts.progressing import progress_tender
from tendering.domain.committee import fingerprint_of
from tendering.domain.tender import Stage
from tests.bids import made as bids_made
from tests.bids import two_envelopes
from tests.bids.committee_made import Member, Sitting
from tests.bids.conftest import TestBeacon, beacon
from tests.front_end.conftest import Site, watched
from tests.front_end.filling import (
    REGISTRATION,
    at,
    confirm,
    fill_declarations,
    fill_security,
    go_on,
)
from tests.front_end.test_browser_access import violations

pytestmark = pytest.mark.browser
__all__ = ["beacon"]
PATIENCE_MS = 60_000
PASSED, FAILED = "98765.43", "61234.57"


def envelope(site: Site, page: Page, kind: str, language: str = "en") -> None:
    page.goto(f"{site.address}/{language}/tenders/{site.tender.id}/bid/1/{kind}")


def seal_technical(site: Site, page: Page) -> None:
    envelope(site, page, "technical")
    at(page, "Technical envelope")
    expect(page.locator("main")).to_contain_text("and no price")
    expect(page.get_by_role("link", name="Price schedule")).to_have_count(0)
    page.get_by_role("link", name="Requirements").click()
    page.get_by_label("We meet it").check()
    page.set_input_files("#requirement-file-r1", [REGISTRATION])
    go_on(page)
    at(page, "Your proposal")
    page.fill("#criterion-c1", "Three similar works.")
    page.fill("#criterion-c2", "Two years.")
    go_on(page)
    fill_declarations(page)
    at(page, "Validity")
    go_on(page)
    fill_security(page)
    at(page, "Files")
    go_on(page)
    at(page, "Check your bid")
    confirm(page)
    at(page, "Bid sealed and recorded")


def seal_financial(site: Site, page: Page, price: str) -> None:
    envelope(site, page, "financial")
    at(page, "Financial envelope")
    expect(page.get_by_role("link", name="Your proposal")).to_have_count(0)
    page.get_by_role("link", name="Price schedule").click()
    at(page, "Price schedule")
    page.fill("#price-1", price)
    go_on(page)
    at(page, "Validity")
    go_on(page)
    at(page, "Files")
    go_on(page)
    at(page, "Check your bid")
    confirm(page)
    at(page, "Bid sealed and recorded")


def give(site: Site, page: Page, member: Member, awaited: int) -> None:
    site.actor = member.actor
    page.goto(f"{site.address}/en/committee/{site.tender.id}/opening")
    expect(page.locator("[data-bid]")).to_have_count(awaited)
    page.get_by_text("Or type the key from paper").click()
    page.fill("[name=paper-key]", str(member.identity))
    platform = str(bids_made.key(site.context).verifier())
    page.fill("[name=platform-digits]", fingerprint_of(platform))
    page.locator("[data-load] button").click()
    expect(page.get_by_text("You have given every share")).to_be_visible(timeout=PATIENCE_MS)


def sweep(site: Site) -> None:
    jobs.sweep(site.context, opening_pool.in_this_process)


def open_technical(site: Site, page: Page, sitting: Sitting) -> None:
    site.clock.move_to(site.tender.schedule.deadline_at)
    sweep(site)
    site.clock.move_to(bids_made.unsealing_at(site.tender))
    site.clock.advance(seconds=3)
    sweep(site)
    for member in sitting.members[:2]:
        give(site, page, member, awaited=2)
    sweep(site)


def look(site: Site, page: Page, actor: Actor, path: str) -> str:
    """Look at a page in both languages, wide and narrow; return what it says in English."""
    site.actor = actor
    said = []
    for language, width in (("ur", 360), ("en", 1280)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{site.address}/{language}/{path}")
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], f"{path} {language}"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        said.append(page.locator("main").inner_text())
    return said[-1]


def found_in_stores(site: Site, price: str) -> list[str]:
    """Where a price stands: tables of the database, files of the data folder."""
    where = []
    with reading(site.context.sessions) as session:
        for table in inspect(session.connection()).get_table_names():
            rows = session.execute(text(f'SELECT * FROM "{table}"'))
            where += [table for row in rows if price in str(tuple(row))]
    folder = site.context.settings.data_dir
    for path in folder.rglob("*"):
        if path.is_file() and price.encode() in path.read_bytes():
            where.append(path.name)
    return where


def test_a_failed_bidders_price_never_leaves_its_envelope(
    device: BrowserContext, site: Site, beacon: TestBeacon
) -> None:
    sitting = two_envelopes.published(site.context)
    site.tender = sitting.tender
    failing = bids_made.vendor(site.context, "Sutlej Works")
    page = watched(device, site)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))

    seal_technical(site, page)
    expect(page.locator("[data-envelopes=missing]")).to_contain_text(
        "financial envelope is missing"
    )
    page.get_by_role("link", name="Prepare the financial envelope").click()
    at(page, "Financial envelope")
    seal_financial(site, page, PASSED)
    expect(page.locator("[data-envelopes=whole]")).to_contain_text("Both envelopes are in")
    site.actor = failing
    seal_technical(site, page)
    seal_financial(site, page, FAILED)
    look(site, page, failing, f"tenders/{site.tender.id}/bid/1/technical")
    look(site, page, failing, "bids/")

    open_technical(site, page, sitting)
    opening = f"tenders/{site.tender.id}/opening"
    shown = look(site, page, failing, opening)
    assert "The prices stay sealed" in shown
    with unit_of_work(site.context.sessions, sitting.who.officer) as uow:
        progress_tender(uow, site.tender.id, Stage.TECHNICAL_REPORTED)
    look(site, page, sitting.members[0].actor, f"committee/{site.tender.id}/opening")
    with unit_of_work(site.context.sessions, sitting.who.approver) as uow:
        passed = {"1": frozenset({site.vendor.organisation_id})}
        assert pricing.open_prices(uow, site.tender.id, passed) == (1, 1)
    sweep(site)
    look(site, page, sitting.members[2].actor, f"committee/{site.tender.id}/opening")
    for member in sitting.members[1:]:
        give(site, page, member, awaited=1)
    sweep(site)

    with reading(site.context.sessions) as session:
        (price,) = facts.opened_bids(session, site.tender.id, "financial")
        assert tenders.tender(session, site.tender.id).stage is Stage.PRICES_OPENED
    assert price.content is not None
    assert price.content.total == Decimal(PASSED) * 100
    shown = look(site, page, failing, opening)
    assert "Unopened for good" in shown
    assert "98,76,543" in shown
    assert FAILED not in page.content()
    assert not any(FAILED in body for body in sent)
    assert found_in_stores(site, PASSED) != []
    assert found_in_stores(site, FAILED) == []
    state_destroyed(site, page, sitting)
    assert site.faults == []


def state_destroyed(site: Site, page: Page, sitting: Sitting) -> None:
    """After the end the shares go, and a member states that the own key is destroyed."""
    for stage in (Stage.REPORTED, Stage.AWARDED):
        with unit_of_work(site.context.sessions, sitting.who.approver) as uow:
            progress_tender(uow, site.tender.id, stage)
    member = sitting.members[0]
    seat = f"committee/{site.tender.id}"
    assert "Keep your key until" in look(site, page, member.actor, seat)
    site.clock.advance(seconds=60)
    jobs.destroy_shares(site.context)
    assert "This is your statement." in look(site, page, member.actor, seat)
    page.fill("[name=fingerprint]", fingerprint_of(member.recipient))
    page.get_by_label("I state that").check()
    page.get_by_role("button", name="Make this statement").click()
    expect(page.locator("main")).to_contain_text("You stated that your key is destroyed")
    shown = look(site, page, site.vendor, f"tenders/{site.tender.id}/opening")
    assert "Asma: stated as destroyed" in shown
    assert "Bilal: no statement yet" in shown


def test_a_vendor_withdraws_one_envelope_or_the_whole_bid(
    device: BrowserContext, site: Site
) -> None:
    sitting = two_envelopes.published(site.context)
    site.tender = sitting.tender
    page = watched(device, site)
    seal_technical(site, page)
    seal_financial(site, page, PASSED)

    envelope(site, page, "financial")
    page.get_by_role("link", name="withdraw").first.click()
    expect(page.get_by_label("Withdraw the other envelope too")).not_to_be_checked()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator("[data-envelopes=missing]")).to_contain_text(
        "financial envelope is missing"
    )
    seal_financial(site, page, PASSED)

    envelope(site, page, "technical")
    page.get_by_role("link", name="withdraw").first.click()
    page.get_by_label("Withdraw the other envelope too").check()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator("[data-envelopes=missing]")).to_contain_text("A bid has two envelopes here")
    with reading(site.context.sessions) as session:
        query = text("SELECT kind, state, withdrawal_proof FROM envelope_submission")
        rows = {tuple(row) for row in session.execute(query)}
    assert {row for row in rows if row[1] == "sealed"} == set()
    assert {row[2] for row in rows if row[1] == "withdrawn"} == {"token"}
    assert site.faults == []


def test_a_technical_envelope_with_a_price_is_named(
    site: Site, beacon: TestBeacon, page: Page
) -> None:
    sitting = two_envelopes.published(site.context)
    site.tender = sitting.tender
    document = bids_made.bid_document("777", kind="financial") | {"kind": "technical"}
    sealed = bids_made.seal(site.tender, site.vendor, kind="technical", document=document)
    committed = bids_made.commit(site.context, site.tender, site.vendor, sealed, kind="technical")
    assert isinstance(committed, Committed)
    bids_made.complete(site.context, site.tender, site.vendor, committed.upload_id, sealed.data)
    site.clock.move_to(site.tender.schedule.deadline_at)
    sweep(site)
    site.clock.move_to(bids_made.unsealing_at(site.tender))
    site.clock.advance(seconds=3)
    sweep(site)
    two_envelopes.release(site.context, sitting, [sealed], sitting.members[:2])
    sweep(site)
    shown = look(site, page, site.vendor, f"tenders/{site.tender.id}/opening")
    assert "price" in shown
    with reading(site.context.sessions) as session:
        (bid,) = facts.opened_bids(session, site.tender.id)
    assert bid.finding == "price-in-technical"
    assert bid.content is not None
    assert bid.content.total is None
    assert "777" not in shown
