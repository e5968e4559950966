"""A tender changes after a bid was sealed: in Chromium it is sealed anew with one press."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bids import jobs, queries
from bids.domain.bid_content import parse_bid_content
from bids.domain.reception import SubmissionState
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.text import Text
from tendering import facts
from tendering.acts import drafting
from tendering.domain.tender import ChangeKind, Tender
from tests.front_end.conftest import Site
from tests.front_end.filling import TOTAL, at, fill_bid, go_on, seal
from tests.front_end.test_browser_bid import opened, sealed_bytes
from tests.tendering import made

pytestmark = pytest.mark.browser


def change(site: Site, edit: Callable[[Tender], Tender]) -> None:
    """Carry a change out and let the void bids be destroyed; `site.tender` is the new version."""
    sessions = site.context.sessions
    draft = edit(made.change_begun(sessions, site.council, site.tender))
    site.tender = made.carried_out(sessions, site.council, draft)
    jobs.destroy_doomed(site.context)


def later(site: Site) -> Callable[[Tender], Tender]:
    def edit(draft: Tender) -> Tender:
        at_ = draft.schedule.deadline_at + timedelta(days=7)
        with unit_of_work(site.context.sessions, site.council.officer) as uow:
            return drafting.edit_dates(uow, draft.id, draft.revision, at_)

    return edit


def states(site: Site) -> list[SubmissionState]:
    with reading(site.context.sessions) as session:
        found = queries.own_submissions(session, site.vendor.organisation_id)
    return [each.state for each in found]


def test_one_press_seals_anew_where_only_dates_moved(page: Page, site: Site) -> None:
    fill_bid(page, site)
    seal(page)
    change(site, later(site))
    page.goto("about:blank")
    page.goto(site.bid_url())
    main = page.locator("main")
    expect(main).to_contain_text("Your sealed bid is void")
    expect(main).to_contain_text("Only the dates changed")
    expect(page.locator(".tasks")).to_contain_text("Ready to seal")
    page.reload()
    page.get_by_role("button", name="Seal and send it again").click()
    at(page, "Bid sealed and recorded")
    assert sorted(states(site)) == [SubmissionState.SEALED, SubmissionState.SUPERSEDED]
    content = parse_bid_content(opened(site, sealed_bytes(site))["bid.json"])
    assert (str(content.total), content.addenda) == (TOTAL, (1,))
    page.goto("about:blank")
    page.goto(site.bid_url())
    expect(main).to_contain_text("A sealed bid is in")
    expect(main).not_to_contain_text("void")
    assert site.faults == []


def test_the_private_receipt_seals_anew_without_the_draft(page: Page, site: Site) -> None:
    fill_bid(page, site)
    seal(page)
    page.goto(site.bid_url() + "#/prices")
    page.fill("#price-1", "")  # the draft is no longer what was sealed
    expect(page.locator(".save-state")).to_have_text("Saved on this device")
    change(site, later(site))
    page.goto("about:blank")
    page.goto(site.bid_url())
    expect(page.locator("main")).to_contain_text("Your sealed bid is void")
    expect(page.get_by_role("button", name="Seal and send it again")).to_have_count(0)
    page.get_by_role("button", name="from the private receipt").click()
    at(page, "Bid sealed and recorded")
    content = parse_bid_content(opened(site, sealed_bytes(site))["bid.json"])
    assert str(content.total) == TOTAL
    assert site.faults == []


def test_only_what_changed_is_marked_to_look_at_again(page: Page, site: Site) -> None:
    fill_bid(page, site)
    seal(page)

    def edit(draft: Tender) -> Tender:
        with unit_of_work(site.context.sessions, site.council.officer) as uow:
            row = replace(draft.requirements[0], text=Text("Registered for both taxes."))
            return drafting.edit_requirements(uow, draft.id, draft.revision, [row])

    change(site, edit)
    page.goto("about:blank")
    page.goto(site.bid_url())
    tasks = page.locator(".tasks")
    expect(page.locator(".notification")).to_contain_text("Only this changed")
    expect(tasks.get_by_text("Look at it again")).to_have_count(1)
    expect(page.get_by_role("button", name="Seal and send it again")).to_have_count(0)
    page.goto(site.bid_url() + "#/check")
    page.get_by_role("button", name="Seal and send").click()
    expect(page.locator(".error-summary")).to_contain_text("Requirements")
    page.goto(site.bid_url() + "#/requirements")
    expect(page.locator("main")).to_contain_text("Registered for both taxes.")
    expect(page.locator(".file-list")).to_contain_text("registration.pdf")
    page.get_by_label("We meet it").check()
    go_on(page)
    at(page, "Your proposal")
    page.goto(site.bid_url() + "#/check")
    seal(page)
    assert sorted(states(site)) == [SubmissionState.SEALED, SubmissionState.SUPERSEDED]
    assert site.faults == []


def test_a_draft_without_a_sealed_bid_is_told_what_changed(page: Page, site: Site) -> None:
    page.goto(site.bid_url() + "#/prices")
    page.fill("#price-1", "100")
    expect(page.locator(".save-state")).to_have_text("Saved on this device")
    change(site, later(site))
    page.goto("about:blank")
    page.goto(site.bid_url())
    expect(page.locator(".notification")).to_contain_text("The tender has changed")
    expect(page.locator(".notification")).to_contain_text("Only the dates changed")
    expect(page.get_by_role("button", name="Seal and send it again")).to_have_count(0)


def test_a_change_while_the_page_is_open_is_told_at_the_seal(page: Page, site: Site) -> None:
    fill_bid(page, site)
    change(site, later(site))
    page.get_by_label("I confirm").check()
    page.get_by_role("button", name="Seal and send").click()
    expect(page.locator("main")).to_contain_text("The tender has changed", timeout=30_000)
    page.get_by_role("button", name="Read the newest version").click()
    expect(page.locator("main")).to_contain_text("Only the dates changed")
    page.goto(site.bid_url() + "#/check")
    seal(page)
    assert states(site)[0] is SubmissionState.SEALED


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_cancelled_tender_says_so_on_the_bid_page(page: Page, site: Site, language: str) -> None:
    fill_bid(page, site)
    seal(page)
    sessions = site.context.sessions
    draft = made.change_begun(sessions, site.council, site.tender, ChangeKind.CANCELLATION)
    made.carried_out(sessions, site.council, draft)
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(site.bid_url(language))
    words = {"en": "This tender was cancelled", "ur": "یہ ٹینڈر منسوخ کر دیا گیا"}
    expect(page.locator(".notification").first).to_contain_text(words[language])
    expect(page.locator(".seal-button, .button-seal")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with reading(sessions) as session:
        assert facts.tender(session, site.tender.id).stage == "cancelled"
