"""From an empty installation to its first published tender, in Chromium, by real accounts."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.domain import second_factor
from foundation import clock
from tests.walks.journey import write_tender
from tests.walks.people import Walk, press, save
from tests.walks.serving import Installation, installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "four plain lamps burning"


@dataclass
class Staff:
    """Real people of a new installation; each keeps the authenticator's secret."""

    walk: Walk
    secrets: dict[str, bytes] = field(default_factory=dict)

    def enrol(self, page: Page, email: str) -> None:
        """Set up the authenticator app and leave the recovery codes behind."""
        page.locator("main details summary").click()
        key = re.sub(r"\s", "", page.locator("main details code").inner_text())
        self.secrets[email] = base64.b32decode(key)
        page.fill("[name=code]", self.code(email))
        save(page)
        expect(page.locator("main .codes li")).to_have_count(10)
        page.locator("main .actions a").click()
        page.wait_for_load_state()

    def code(self, email: str) -> str:
        """Return the six digits of now."""
        return second_factor.code_of(self.secrets[email], second_factor.counter_at(clock.now()))

    def invite(self, page: Page, email: str, name: str, role: str) -> Page:
        """Invite somebody, and accept with the address on the printed paper."""
        self.walk.go(page, "account/invitations/new")
        page.fill("[name=email]", email)
        page.fill("[name=name]", name)
        page.check(f"[name=roles][value={role}]")
        save(page)
        address = page.locator("main code.address").inner_text().strip()
        invited = self.walk.stranger()
        invited.goto(address)
        invited.fill("[name=name_en]", name)
        invited.fill("[name=password]", PASSWORD)
        invited.fill("[name=again]", PASSWORD)
        save(invited)
        self.enrol(invited, email)
        return invited


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("empty"), "--empty") as running:
        yield running


def test_an_empty_installation_publishes_its_first_tender(
    empty: Installation, browser: Browser
) -> None:
    walk = Walk(browser, empty, "en")
    staff = Staff(walk)
    administrator = set_up(staff, empty)
    expect(administrator).to_have_url(re.compile("/en/first-steps$"))
    officer = staff.invite(administrator, "omar@kot.example", "Omar Latif", "officer")
    approver = staff.invite(administrator, "sana@kot.example", "Sana Mir", "approver")
    tender = write_tender(walk, officer, book="pk-federal")
    walk.go(officer, f"drafts/{tender}/check")
    save(officer)
    walk.go(approver, f"drafts/{tender}/approval")
    press(approver, "/publish")
    expect(approver.locator("h1")).to_contain_text("Benches for the town park")
    expect(approver.locator("main")).to_contain_text("KTC-")
    walk.go(administrator, "first-steps")
    expect(administrator.locator("main ol.tasks")).to_contain_text("Done")
    stranger = walk.stranger()
    walk.go(stranger, "tenders/")
    expect(stranger.locator("main")).to_contain_text("Benches for the town park")
    for page in (administrator, officer, approver, stranger):
        page.context.close()


def set_up(staff: Staff, site: Installation) -> Page:
    """Make the first administrator at the address and with the code that the console shows."""
    page = staff.walk.stranger()
    told = ""
    for _ in range(60):
        told = site.log.read_text()
        if "set-up code" in told:
            break
        page.wait_for_timeout(500)
    address = re.search(r"https?://\S+/first-run", told)
    code = re.search(r"set-up code\s+(\S+)", told)
    assert address and code, told
    page.goto(address[0])
    page.fill("[name=setup_code]", code[1])
    page.fill("[name=organisation_en]", "Kot Town Committee")
    page.fill("[name=organisation_ur]", "کوٹ ٹاؤن کمیٹی")
    page.fill("[name=short_name]", "KTC")
    page.fill("[name=city]", "Kot")
    page.fill("[name=name_en]", "Amina Shah")
    page.fill("[name=email]", "amina@kot.example")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    save(page)
    staff.enrol(page, "amina@kot.example")
    return page
