"""Each role's way through the pages, in the order of its guide."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from portal.demo import consulting_story, story
from tests.guides import incidents
from tests.guides.member_tour import member
from tests.guides.touring import DESK, PHONE, Tour
from tests.walks import journey
from tests.walks.people import press

TESTS_OF_A_DEVICE, DEVICE_MS = 4, 4000
MEETS = re.compile(r"requirement-r\d+")
OPENING_WAIT_MS = 8 * 60 * 1000


def bidder(tour: Tour) -> None:
    """Register, read, ask, test the device, answer, price, seal, keep, change, follow."""
    tour.go("account/register")
    tour.take("register")
    tour.sign_in("New Vendor")
    tender = tour.tender(story.PUMPS)
    tour.go("tenders/")
    tour.take("find", "main [name=q]")
    tour.go(f"tenders/{tender}")
    tour.take("read", "main h1")
    tour.go(f"tenders/{tender}/questions")
    tour.take("ask", "main textarea[name=text]")
    tour.go(f"tenders/{tender}/before-you-start")
    expect(tour.page.locator("#device .tag")).to_have_count(TESTS_OF_A_DEVICE)
    tour.page.wait_for_timeout(DEVICE_MS)
    tour.take("device", "#device")
    _bid(tour, tender)
    tour.go("bids/")
    tour.page.locator("main a[href*='/bids/receipts/']").first.click()
    tour.take("change", "main a[href*='/bid/1/']")
    _reveal(tour)
    _result(tour)


def _bid(tour: Tour, tender: str) -> None:
    """Write a whole bid on the device and seal it."""
    page = tour.page
    tour.go(f"tenders/{tender}")
    start = tour.take("start", "main a[href*='/bid/1/']").get_attribute("href") or ""
    page.goto(f"{tour.site.address}{start}#/requirements")
    page.locator("#requirement-r1").wait_for()
    for box in page.locator("main input[type=radio]").all():
        if MEETS.fullmatch(box.get_attribute("id") or ""):
            box.check()
    for number, chooser in enumerate(page.locator("main input[type=file]").all()):
        chooser.set_input_files([{**journey.PAPER, "name": f"paper-{number + 1}.pdf"}])
        expect(page.locator("main .file-list").nth(number)).to_contain_text(f"paper-{number + 1}")
    tour.take("answer", "label[for=requirement-r1]")
    journey.go_on(page)
    for field in page.locator("main textarea").all():
        field.fill("Tube wells of this size in Okara and Sahiwal, 2023 to 2025.")
    journey.go_on(page)
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    journey.go_on(page)
    for field in page.locator("main input[id^='price-']").all():
        field.fill("412500")
    tour.take("price", "#price-1")
    for _ in range(3):
        journey.go_on(page)
    page.locator("#confirm").check()
    tour.take("seal", "main .actions .button-seal")
    journey.send(page)
    tour.take("receipt", ".panel")


def _reveal(tour: Tour) -> None:
    """See what a bidder is asked for in an incident."""
    incidents.declared(tour)
    tour.sign_in("Usman Ghani")
    tour.go(f"tenders/{tour.tender(consulting_story.ACCOUNTS)}/reveal")
    tour.take("reveal", "main form#reveal .file")


def _result(tour: Tour) -> None:
    tender = tour.tender(story.HANDPUMPS)
    tour.go(f"tenders/{tender}/opening")
    tour.take("opening", "main table")
    tour.go(f"tenders/{tender}/award")
    tour.take("award", "main h1")


def citizen(tour: Tour) -> None:
    """Find, read, watch, read the report and the award, check a paper, read the journal."""
    tour.take("home", "main [name=q]")
    tour.go("tenders/")
    tour.take("find", "main [name=q]")
    tour.go(f"tenders/{tour.tender(story.PUMPS)}")
    tour.take("read", "main h1")
    _result(tour)
    tour.go(f"tenders/{tour.tender(story.HANDPUMPS)}/evaluation")
    tour.take("report", "main table")
    tour.go("verify")
    tour.take("verify", "main [name=number]")
    tour.go("journal")
    tour.take("journal", "main h1")


def officer(tour: Tour) -> None:
    """Write, hand over, answer, change, name the panel, report, open prices, hand the work on."""
    tour.sign_in("Imran Qureshi")
    draft, tender = tour.tender(story.LIGHTS, "drafts"), tour.tender(story.PUMPS)
    tour.go("drafts/")
    tour.take("tenders", "main a[href$='/drafts/new']")
    tour.go("drafts/new")
    tour.take("new", "main [name=title_en]")
    tour.go(f"drafts/{draft}")
    tour.take("tasks", "main ul.tasks")
    tour.go(f"drafts/{draft}/items")
    tour.take("items", "main [name=description_en]")
    tour.go(f"drafts/{draft}/dates")
    tour.take("dates", "main [name=mode]")
    tour.go(f"drafts/{draft}/check")
    tour.take("check", "main form button[type=submit]", last=True)
    tour.go(f"drafts/{tender}/questions")
    tour.page.locator(f"main a[href*='/drafts/{tender}/questions/']").first.click()
    tour.take("answer", "main [name=answer_en]")
    tour.go(f"drafts/{tender}/change")
    tour.take("change", "main [name=kind]")
    tour.go(f"evaluation/{tender}/progress")
    tour.take("panel", "main [name=members]")
    tour.go(f"evaluation/{tour.tender(story.TANKS)}/award")
    tour.take("propose", "main form[action$='/award/proposal'] button")
    tour.go(f"tenders/{tour.tender(consulting_story.WATER)}/technical-report")
    tour.take("technical", "main table")
    tour.go(f"evaluation/{tour.tender(consulting_story.WATER)}/award")
    tour.take("prices", "main form[action$='/award/prices'] button")
    press(tour.page, "/award/prices")
    incidents.go(tour)
    tour.take("incident", "main [name=trouble]")
    incidents.propose(tour)
    tour.go(f"drafts/{draft}/handover/tender")
    tour.take("handover", "main [name=why]")


def approver(tour: Tour) -> None:
    """Read and publish, or send back; approve an award, prices and an incident that wait."""
    tour.sign_in("Samina Rauf")
    waiting = tour.tender(story.UNIFORMS, "drafts")
    tour.go("drafts/")
    tour.take("waiting", f"main a[href*='{waiting}']")
    tour.go(f"drafts/{waiting}/approval")
    tour.take("read", "main h1")
    tour.take("publish", "main form[action$='/publish'] button")
    tour.take("back", "main [name=remarks]")
    tour.go(f"evaluation/{tour.tender(story.TANKS)}/award")
    tour.take("award", "main h1")
    _open_prices(tour)
    incidents.proposed(tour)
    tour.take("incident", "main form[action$='/declaration'] button")
    press(tour.page, "/declaration")
    tour.go(f"drafts/{waiting}/handover/approval")
    tour.take("handover", "main [name=why]")


def _open_prices(tour: Tour) -> None:
    """Approve whose prices are opened; an officer has proposed it, or does so now."""
    award = f"evaluation/{tour.tender(consulting_story.WATER)}/award"
    approves = "main form[action$='/award/approval'] button"
    tour.go(award)
    if not tour.page.locator(approves).count():
        tour.sign_in(incidents.OFFICER)
        tour.go(award)
        press(tour.page, "/award/prices")
        tour.sign_in(incidents.APPROVER)
        tour.go(award)
    tour.take("prices", approves)
    press(tour.page, "/award/approval")


def evaluator(tour: Tour) -> None:
    """Declare, read the bids, give points, hand in."""
    tender = _with_panel(tour)
    tour.sign_in("Bilal Hashmi")
    _wait_for_bids(tour, tender)
    tour.go("evaluation")
    tour.take("work", "main ul, main ol")
    tour.go(f"evaluation/{tender}/declaration")
    tour.take("declare", "main [name=interest]")
    tour.page.check("[name=interest][value=no]")
    tour.page.locator("main form button[type=submit]").last.click()
    bids = journey.bid_pages(tour.page)
    tour.take("bids", "main h1")
    for number, address in enumerate(bids):
        tour.page.goto(address)
        if number == 0:
            tour.take("prices", "main table")
            tour.take("findings", "main [name=passed_0]")
        for each in tour.page.locator("main [name^=passed_][value=pass]").all():
            each.check()
        press(tour.page, "/findings")
    for number, address in enumerate(bids):
        tour.page.goto(address)
        for each in tour.page.locator("main [name^=points_]").all():
            each.fill("80")
        if number == 0:
            tour.take("points", "main [name=points_0]")
        press(tour.page, "/scores")
    tour.go(f"evaluation/{tender}")
    tour.take("hand-in", "main form[action$='/hand-in'] button")


def _with_panel(tour: Tour) -> str:
    """Name the panel of the demo's live tender as the officer."""
    tour.sign_in("Imran Qureshi")
    tender = tour.tender(story.FURNITURE)
    tour.go(f"evaluation/{tender}/progress")
    if tour.page.locator("main [name=members]").count():
        journey.name_panel(tour.walk, tour.page, tender)
    return tender


def _wait_for_bids(tour: Tour, tender: str) -> None:
    """Wait until the bids are open, so that interests can be declared."""
    for _ in range(OPENING_WAIT_MS // 5000):
        tour.go(f"evaluation/{tender}/declaration")
        if tour.page.locator("main [name=interest]").count():
            return
        tour.page.wait_for_timeout(5000)
    raise AssertionError("the live tender of the demo did not open")


def administrator(tour: Tour) -> None:
    """First steps, invite, print, change roles, help who lost a second factor, look around."""
    tour.sign_in("Nadia Aslam")
    tour.go("first-steps")
    tour.take("first-steps", "main ol")
    tour.go("account/invitations/new")
    tour.take("invite", "main [name=email]")
    tour.page.fill("[name=email]", f"sana-{tour.language}@noorpur.example")
    tour.page.fill("[name=name]", "Sana Mir")
    tour.page.check("[name=roles][value=officer]")
    tour.page.locator("main form button[type=submit]").last.click()
    tour.take("paper", "main code.address")
    tour.go("account/people")
    tour.take("people", "main h2")
    people = tour.page.locator("main a[href*='/account/people/']")
    href = people.nth(1).get_attribute("href") or ""
    tour.page.goto(f"{tour.site.address}{href}")
    tour.take("roles", "main [name=roles]")
    lost = tour.page.locator("main details", has=tour.page.locator("[name=reason]")).first
    lost.locator("summary").click()
    tour.take("lost", "main details[open]")
    tour.go("platform")
    tour.take("platform", "main h1")


def auditor(tour: Tour) -> None:
    """The sealed journal, its kinds, the public journal, a paper."""
    tour.sign_in("Tariq Mehmood")
    tour.go("records")
    tour.take("records", "main h1")
    tour.go("records?kind=bids")
    tour.take("kinds", "main [name=kind]")
    tour.take("download", "main a[href*='records.csv']")
    tour.go("journal")
    tour.take("journal", "main h1")
    tour.go(f"tenders/{tour.tender(story.HANDPUMPS)}/evaluation")
    tour.take("report", "main h1")
    tour.go("verify")
    tour.take("verify", "main [name=number]")


TOURS: dict[str, tuple[tuple[int, int], Callable[[Tour], None]]] = {
    # An officer proposes, an approver declares, a bidder is asked, and a member ends the wait.
    "officer": (DESK, officer),
    "approver": (DESK, approver),
    "bidder": (PHONE, bidder),
    "member": (DESK, member),
    "citizen": (PHONE, citizen),
    "administrator": (DESK, administrator),
    "auditor": (DESK, auditor),
    # Last: it waits until the demo's live tender is open.
    "evaluator": (DESK, evaluator),
}
