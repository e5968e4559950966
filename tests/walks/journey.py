"""The steps of the whole journey as people take them, in either language."""

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.walks.people import PATIENCE_MS, Walk, press, save

PDF_START = b"%PDF-1.4 zafran "
CATALOGUE = FilePayload(
    name="zafran-catalogue.pdf",
    mimeType="application/pdf",
    buffer=PDF_START + bytes(5_000_000),
)
PAPER = FilePayload(name="zafran-paper.pdf", mimeType="application/pdf", buffer=PDF_START)
PROPOSAL = "Galvanised zafran steel, ten years of warranty."


def write_tender(walk: Walk, page: Page, book: str = "practice") -> str:
    """Write a whole draft as the officer; return the tender's id."""
    walk.go(page, "drafts/new")
    page.fill("[name=title_en]", "Benches for the town park")
    page.fill("[name=title_ur]", "ٹاؤن پارک کے لیے بینچ")
    choice = page.locator(f"[name=book][type=radio][value={book}]")
    if choice.count():
        choice.check()
    save(page)
    found = re.search(r"/drafts/([a-z0-9]+)", page.url)
    assert found, page.url
    tender = found[1]
    # The federal rules ask for a committee in open tenders; of such a value they do not.
    write_facts(walk, page, tender, "" if book == "practice" else "quotations")
    walk.go(page, f"drafts/{tender}/items")
    page.fill("[name=description_en]", "Steel bench, 1.8 m")
    page.fill("[name=description_ur]", "لوہے کا بینچ، 1.8 میٹر")
    page.fill("[name=quantity]", "۴۰")
    page.fill("[name=unit]", "piece")
    press(page, "/items")
    expect(page.locator("main table")).to_contain_text("40")
    walk.go(page, f"drafts/{tender}/requirements")
    page.fill("[name=rows-0-text_en]", "Certificate of registration")
    page.check("[name=rows-0-needs_file]")
    save(page)
    walk.go(page, f"drafts/{tender}/criteria")
    page.fill("[name=rows-0-title_en]", "Quality")
    page.fill("[name=rows-0-weight]", "100")
    page.fill("[name=pass_mark]", "60")
    save(page)
    walk.go(page, f"drafts/{tender}/dates")
    page.check("[name=mode][value=rules]")
    save(page)
    return tender


def write_facts(walk: Walk, page: Page, tender: str, method: str = "") -> None:
    walk.go(page, f"drafts/{tender}/facts")
    page.fill("[name=summary_en]", "Forty steel benches, delivered and fixed.")
    page.fill("[name=summary_ur]", "لوہے کے چالیس بینچ، ترسیل اور تنصیب کے ساتھ۔")
    page.check("[name=category][value=goods]")
    if method:
        page.check(f"[name=method][value={method}]")
    page.fill("[name=estimate]", "۳۲۰۰۰۰")
    save(page)


def hand_over(walk: Walk, page: Page, tender: str) -> None:
    """Read the whole draft and its notice as PDF, and hand it to the approver."""
    walk.go(page, f"drafts/{tender}/check")
    paper = page.request.get(
        f"{walk.site.address}/{walk.language}/tenders/{tender}/notice-preview.pdf"
    )
    assert paper.body().startswith(b"%PDF-"), paper.status
    save(page)


def publish(walk: Walk, page: Page, tender: str) -> None:
    """Approve and publish as the second person."""
    walk.go(page, f"drafts/{tender}/approval")
    press(page, "/publish")
    assert f"/{walk.language}/tenders/{tender}" in page.url
    expect(page.locator("[role=timer]").first).to_be_visible()


def seal_bid(walk: Walk, page: Page, tender: str, price: str, file: FilePayload) -> str:
    """Write and seal a bid on the vendor's device; return the receipt's number."""
    walk.go(page, f"tenders/{tender}/bid/1/single#/requirements")
    page.locator("#requirement-r1").check()
    page.set_input_files("#requirement-file-r1", [file])
    expect(page.locator(".file-list")).to_contain_text(file["name"])
    go_on(page)
    page.fill("#criterion-c1", PROPOSAL)
    go_on(page)
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    go_on(page)
    page.fill("#price-1", price)
    go_on(page)
    expect(page.locator("#validity")).not_to_have_value("")
    go_on(page)
    go_on(page)
    return send(page)


def go_on(page: Page) -> None:
    """Press the bid page's continue button and wait for the next topic."""
    heading = page.locator("h1").inner_text()
    page.locator("main button[type=submit]").last.click()
    expect(page.locator("h1")).not_to_have_text(heading)


def send(page: Page) -> str:
    """Confirm, seal and send; return the receipt's number."""
    page.locator("#confirm").check()
    page.locator("main .actions .button-seal").click()
    number = page.locator(".panel-number")
    expect(number).to_be_visible(timeout=PATIENCE_MS)
    return number.inner_text().strip()


def name_panel(walk: Walk, page: Page, tender: str) -> None:
    """Name both practice evaluators; the first one is the chair."""
    walk.go(page, f"evaluation/{tender}/progress")
    for box in page.locator("[name=members]").all():
        box.check()
    page.locator("[name=chair]").first.check()
    press(page, "/panel")


def evaluate(walk: Walk, page: Page, tender: str, points: tuple[str, ...]) -> None:
    """Declare, find where the page asks for it, score every bid, and hand in."""
    walk.go(page, f"evaluation/{tender}/declaration")
    page.check("[name=interest][value=no]")
    save(page)
    bids = bid_pages(page)
    assert len(bids) == len(points)
    for address in bids:
        page.goto(address)
        if page.locator("[name=passed_0]").count():
            page.check("[name=passed_0][value=pass]")
            press(page, "/findings")
    for address, given in zip(bids, points, strict=True):
        page.goto(address)
        page.fill("[name=points_0]", given)
        press(page, "/scores")
    walk.go(page, f"evaluation/{tender}")
    press(page, "/hand-in")


def bid_pages(page: Page) -> list[str]:
    links = page.locator("main a[href*='/bids/']")
    found = [str(link.evaluate("(link) => link.href")) for link in links.all()]
    return list(dict.fromkeys(found))


def publish_report(walk: Walk, page: Page, tender: str) -> None:
    """Publish the report and propose the award."""
    walk.go(page, f"evaluation/{tender}/progress")
    press(page, "/report")
    press(page, "/award/proposal")


def approve_award(walk: Walk, page: Page, tender: str) -> None:
    """Wait until the report has stood long enough and approve the award."""
    walk.go(page, f"evaluation/{tender}/award")
    button = page.locator("main form[action$='/award/approval'] button")
    for _ in range(40):
        if button.count():
            break
        page.wait_for_timeout(3000)
        page.reload()
    press(page, "/award/approval")
    assert f"/{walk.language}/tenders/{tender}/award" in page.url
