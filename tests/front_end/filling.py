"""How a vendor fills in and seals a bid, for tests that drive Chromium."""

from playwright.sync_api import FilePayload, Page, expect

from tests.front_end.conftest import Site

REGISTRATION = FilePayload(
    name="registration.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 registered"
)
GUARANTEE = FilePayload(name="guarantee.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 bank")
# As typed, and as it stands in bid.json: what must never be found outside the device.
PRICE_TYPED = "۱۲٬۳۴۵٫۵۰"
PRICE = "12345.50"
TOTAL = "1359550.00"


def at(page: Page, heading: str) -> None:
    """Wait for a page of the bid."""
    expect(page.locator("h1")).to_contain_text(heading)


def go_on(page: Page) -> None:
    page.locator("button[type=submit]").click()


def fill_bid(page: Page, site: Site, price: str = PRICE_TYPED) -> None:
    """Answer every topic; ends on the check page."""
    # What stands at the server is asked for and drawn anew: a press meanwhile may meet a link gone.
    page.goto(site.bid_url(), wait_until="networkidle")
    page.get_by_role("link", name="Requirements").click()
    page.get_by_label("We meet it").check()
    page.set_input_files("#requirement-file-r1", [REGISTRATION])
    expect(page.locator(".file-list")).to_contain_text("registration.pdf")
    go_on(page)
    at(page, "Your proposal")
    page.fill("#criterion-c1", "Three similar works.")
    page.fill("#criterion-c2", "Two years.")
    go_on(page)
    fill_declarations(page)
    fill_prices(page, price)
    at(page, "Validity")
    expect(page.locator("#validity")).to_have_value("60")
    go_on(page)
    fill_security(page)
    at(page, "Files")
    go_on(page)
    at(page, "Check your bid")


def fill_declarations(page: Page) -> None:
    at(page, "Declarations")
    for box in page.get_by_label("We accept this declaration").all():
        box.check()
    go_on(page)


def fill_prices(page: Page, price: str) -> None:
    at(page, "Price schedule")
    page.fill("#price-1", price)
    page.fill("#price-2", "1,000")
    page.fill("#price-3", "2000")
    go_on(page)


def fill_security(page: Page) -> None:
    at(page, "Bid security")
    page.get_by_label("Bank guarantee").check()
    page.fill("#security-amount", "60000")
    page.fill("#security-issuer", "National Bank")
    page.fill("#security-expires", "2026-12-31")
    page.set_input_files("#security-file", [GUARANTEE])
    expect(page.locator(".file-list")).to_contain_text("guarantee.pdf")
    go_on(page)


def confirm(page: Page) -> None:
    """Confirm and press the seal."""
    page.get_by_label("I confirm").check()
    page.get_by_role("button", name="Seal and send").click()


def seal(page: Page) -> str:
    """Confirm and seal; returns the receipt's number."""
    confirm(page)
    at(page, "Bid sealed and recorded")
    return page.locator(".panel-number").inner_text().strip()
