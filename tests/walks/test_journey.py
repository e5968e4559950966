"""From a draft to the award notice in Chromium, in each language, on a real installation."""

import contextlib
import hashlib
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.databases import Databases
from tests.walks import journey
from tests.walks.people import Walk, digits_of, press
from tests.walks.serving import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WINNER = "Ravi Traders"
PRICES = ("7654.25", "7991.75")
AMOUNT = "3,06,170"
NEWCOMERS_PRICE = "9871.35"
# How the sealed prices, totals and texts could be written; none is found by chance in digests.
SECRETS = (
    *("7654.25", "7,654.25", "7654,25", "۷۶۵۴", "۷٬۶۵۴", "306170.0", "3,06,170", "306,170"),
    *("7991.75", "7,991.75", "۷۹۹۱", "319670.0", "3,19,670", "319,670", "9871.35", "9,871.35"),
    *("three lakh six thousand", "تین لاکھ چھ ہزار", "zafran", "seven thousand six hundred"),
)


@dataclass
class Journey:
    """One language's tender with the people who have it open."""

    walk: Walk
    tender: str
    officer: Page
    public: Page


@pytest.mark.both_databases
def test_a_tender_goes_from_draft_to_award_in_each_language(
    demo: Installation, databases: Databases, browser: Browser, request: pytest.FixtureRequest
) -> None:
    """On PostgreSQL in one language: what people see was shown on SQLite in both."""
    alone = request.config.getoption("database") == "postgresql"
    journeys = [begin(Walk(browser, demo, language)) for language in ("ur", "en")[alone:]]
    sealed = [publish_and_seal(each) for each in journeys]
    practice = "" if alone else newcomer_seals(journeys[0].walk)
    nothing_is_readable(demo, databases, journeys)
    for each in journeys:
        opening_is_followed(each)
    for each in journeys:
        evaluate(each)
    for each, numbers in zip(journeys, sealed, strict=True):
        award_and_read(each, numbers)
    if practice:
        practice_tender_opened(journeys[0].walk, practice)


def begin(walk: Walk) -> Journey:
    """Write a tender and hand it over; a citizen waits for it."""
    officer = walk.person("Imran Qureshi")
    tender = journey.write_tender(walk, officer)
    journey.hand_over(walk, officer, tender)
    return Journey(walk, tender, officer, walk.stranger())


def publish_and_seal(each: Journey) -> list[str]:
    """Publish, follow the opening page from then on, and seal two bids before the deadline."""
    walk = each.walk
    vendors = [walk.person("Usman Ghani"), walk.person("Farah Naz")]
    approver = walk.person("Samina Rauf")
    journey.publish(walk, approver, each.tender)
    walk.go(each.public, f"tenders/{each.tender}/opening")
    each.public.evaluate("window.leftOpen = true")
    files = (journey.CATALOGUE, journey.PAPER)
    numbers = [
        journey.seal_bid(walk, vendor, each.tender, price, file)
        for vendor, price, file in zip(vendors, PRICES, files, strict=True)
    ]
    assert len(set(numbers)) == 2
    journey.name_panel(walk, each.officer, each.tender)
    for page in (*vendors, approver):
        page.context.close()
    return numbers


def newcomer_seals(walk: Walk) -> str:
    """Make a practice tender by its button and bid on it; return its id."""
    page = walk.stranger()
    walk.go(page, "practice")
    press(page, "/practice/tender")
    found = re.search(r"/tenders/([a-z0-9]+)$", page.url)
    assert found, page.url
    page.context.close()
    page = walk.person("New Vendor")
    walk.go(page, f"tenders/{found[1]}/bid/1/single")
    fill_whatever_is_asked(page)
    journey.send(page)
    page.context.close()
    return found[1]


def fill_whatever_is_asked(page: Page) -> None:
    """Answer every topic of a bid that this test did not write, up to the check page."""
    page.locator("main .tasks a").first.click()
    for _ in range(8):
        expect(page.locator("main form, #confirm").first).to_be_visible()
        if page.locator("#confirm").count():
            return
        for box in page.locator(
            "main input[type=radio][value=yes], main input[type=checkbox]"
        ).all():
            box.check()
        for chooser in page.locator("main input[type=file][id^=requirement-file-]").all():
            chooser.set_input_files([journey.PAPER])
            expect(page.locator(".file-list").first).to_contain_text(journey.PAPER["name"])
        for text in page.locator("main textarea[id^=criterion-]").all():
            text.fill(journey.PROPOSAL)
        for price in page.locator("main input[id^=price-]").all():
            price.fill(NEWCOMERS_PRICE)
        journey.go_on(page)


def nothing_is_readable(demo: Installation, databases: Databases, journeys: list[Journey]) -> None:
    """Search all that was sent and all that the server keeps and said for what is sealed.

    What time would change is fetched and read first: searching it takes a while.
    """
    clock = httpx.get(f"{demo.address}/api/clock", trust_env=False).json()["now"]
    for each in journeys:
        page = httpx.get(f"{demo.address}/en/tenders/{each.tender}/opening", trust_env=False).text
        assert WINNER not in page, clock
    places = {f"request {n}": body for each in journeys for n, body in enumerate(each.walk.sent)}
    assert len(places) > 100
    kept = [path for path in demo.data.rglob("*") if path.is_file() and ".tmp" not in path.name]
    assert sum(path.stat().st_size > 5_000_000 for path in kept) >= len(journeys)
    rows = databases.files(demo.data)
    assert any("wal" in str(path) for path in rows)
    for path in {*kept, *rows, demo.log}:
        with contextlib.suppress(FileNotFoundError):  # PostgreSQL renames and removes some
            places[str(path)] = path.read_bytes()
    assert any(journeys[0].tender.encode() in places.get(str(path), b"") for path in rows)
    for secret in SECRETS:
        found = [place for place, data in places.items() if secret.encode() in data]
        assert found == [], f"{secret} stands in {found}"


def opening_is_followed(each: Journey) -> None:
    """See the prices appear on the page that was left open, without loading it again."""
    main = each.public.locator("main")
    expect(main).to_contain_text(AMOUNT, timeout=240_000)
    expect(main).to_contain_text("3,19,670")
    assert each.public.evaluate("window.leftOpen") is True
    rows = main.locator("tbody tr")
    assert rows.count() == 2
    assert WINNER in rows.nth(0).inner_text()


def evaluate(each: Journey) -> None:
    """Score both bids as two evaluators, publish the report, and propose the award."""
    walk = each.walk
    for name, points in (("Bilal Hashmi", ("90", "۸۰")), ("Rukhsana Bibi", ("85", "78.5"))):
        page = walk.person(name)
        journey.evaluate(walk, page, each.tender, points)
        page.context.close()
    journey.publish_report(walk, each.officer, each.tender)


def award_and_read(each: Journey, receipts: list[str]) -> None:
    """Approve the award, read it as a citizen, and compare page, paper and number."""
    walk, page = each.walk, each.public
    approver = walk.person("Samina Rauf")
    journey.approve_award(walk, approver, each.tender)
    walk.go(page, f"tenders/{each.tender}/award")
    expect(page.locator("main .lead")).to_contain_text(WINNER)
    expect(page.locator("main .lead")).to_contain_text(AMOUNT)
    number = award_number(walk, page)
    walk.go(page, f"verify/{number}")
    paper = page.request.get(f"{walk.site.address}/notices/{number}.pdf").body()
    digest = hashlib.sha256(paper).hexdigest()
    end = time.monotonic() + 120
    while digest not in digits_of(page.locator("main").inner_text()) and time.monotonic() < end:
        page.wait_for_timeout(2000)
        page.goto(f"{walk.site.address}/v/{number}")
    main = page.locator("main")
    assert digest in digits_of(main.inner_text())
    expect(main.locator(".winner")).to_contain_text(WINNER)
    expect(main.locator(".sum")).to_contain_text(AMOUNT)
    words = text_of(paper, walk.site.data.parent / f"{number}.pdf")
    assert WINNER in words
    assert AMOUNT in words
    assert all(receipt not in words for receipt in receipts)
    approver.context.close()


def award_number(walk: Walk, page: Page) -> str:
    """Follow the award page's links to the notice of the award; return its number.

    The notice is issued by a job seconds after the award, so the page is loaded again.
    """
    end = time.monotonic() + 120
    while time.monotonic() < end:
        for link in page.locator("main a[href*='/notices/']").all():
            address = str(link.get_attribute("href"))
            if 'class="winner"' in page.request.get(walk.site.address + address).text():
                return address.rsplit("/", 1)[1]
        page.wait_for_timeout(2000)
        page.reload()
    raise AssertionError("the award page has no link to the award notice")


def text_of(paper: bytes, path: Path) -> str:
    """Return the words of a PDF."""
    assert paper.startswith(b"%PDF-")
    path.write_bytes(paper)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode()


def practice_tender_opened(walk: Walk, tender: str) -> None:
    """Find the newcomer's bid read out on the practice tender's opening page."""
    page = walk.stranger(width=360)
    walk.go(page, f"tenders/{tender}/opening")
    expect(page.locator("main tbody tr")).to_have_count(1, timeout=300_000)
    expect(page.locator("main tbody")).to_contain_text(
        "آپ کی مشقی فرم|Your Practice Firm".split("|")[1]
    )
    page.context.close()
