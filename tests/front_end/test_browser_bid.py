"""A vendor's whole bid in Chromium against the real routes, under the real security policy."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from bids.domain.bid_content import parse_bid_content
from foundation.values.actor import Actor
from sealing.envelope import RoundKey, open_envelope
from sealing.package import Context
from tests.bids import made as bids_made
from tests.front_end.conftest import Site, watched
from tests.front_end.filling import (
    PRICE,
    PRICE_TYPED,
    TOTAL,
    at,
    confirm,
    fill_bid,
    go_on,
    seal,
)

pytestmark = pytest.mark.browser


class Kept(io.BytesIO):
    """A place for one opened file."""

    def close(self) -> None:
        return None


def sealed_bytes(site: Site) -> bytes:
    """What the server holds of the one sealed bid."""
    folder = site.context.settings.folder("blobs")
    paths = [path for path in folder.rglob("*") if path.is_file() and "sealed" in path.parts]
    assert len(paths) == 1
    return paths[0].read_bytes()


def opened(site: Site, sealed: bytes) -> dict[str, bytes]:
    """The sealed bytes opened as at the public opening, by the server's own code."""
    tender = site.tender
    assert tender.chain is not None
    assert tender.round is not None
    context = Context(
        tender.id,
        "1",
        "single",
        site.vendor.organisation_id,
        tender.chain.hash,
        tender.round,
        tender.notice or "",
    )
    key = RoundKey(
        tender.chain.hash,
        tender.chain.public_key,
        tender.round,
        bids_made.sign_round(tender.round),
    )
    sinks: list[Kept] = []

    def sink_for(_place: int, _entry: object) -> Kept:
        sinks.append(Kept())
        return sinks[-1]

    found = open_envelope(io.BytesIO(sealed), key, context, sink_for)
    names = [file.name for file in found.files]
    return dict(zip(names, [sink.getvalue() for sink in sinks], strict=True))


def test_a_bid_is_written_sealed_and_opens_to_what_was_typed(page: Page, site: Site) -> None:
    fill_bid(page, site)
    expect(page.locator("main")).to_contain_text("13,59,550.00")
    expect(page.locator("main")).to_contain_text("thirteen lakh fifty-nine thousand")
    number = seal(page)
    assert len(number) == 8
    files = opened(site, sealed_bytes(site))
    assert list(files) == ["bid.json", "registration.pdf", "guarantee.pdf"]
    content = parse_bid_content(files["bid.json"])
    assert str(content.total) == TOTAL
    assert str(content.lines[0].unit_price) == PRICE
    assert content.answers[0].files == ("registration.pdf",)
    assert content.security is not None
    assert content.security.file == "guarantee.pdf"
    assert all(declaration.accepted for declaration in content.declarations)
    assert site.faults == []


def test_no_request_and_no_file_of_the_server_carries_the_price(page: Page, site: Site) -> None:
    bodies: list[bytes] = []

    def note(request: Request) -> None:
        bodies.append(request.url.encode() + b" " + (request.post_data_buffer or b""))
        bodies.append(json.dumps(request.headers).encode())

    page.on("request", note)
    fill_bid(page, site)
    seal(page)
    for path in site.context.settings.data_dir.rglob("*"):
        if path.is_file():
            bodies.append(path.read_bytes())
    words = [PRICE, "12,345.50", PRICE_TYPED, TOTAL, "13,59,550", "registration.pdf", "Two years."]
    for word in words:
        assert not any(word.encode() in body for body in bodies), word


def test_missing_answers_are_told_with_links_to_their_fields(page: Page, site: Site) -> None:
    page.goto(site.bid_url() + "#/requirements")
    go_on(page)
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.locator("#requirement-r1")).to_be_focused()
    expect(page).to_have_title(
        "Error: Requirements – Your bid – Solar street lights for ward 7 – Muhr"
    )
    page.goto(site.bid_url() + "#/check")
    page.get_by_role("button", name="Seal and send").click()
    expect(summary).to_contain_text("Price schedule: Enter the unit price of item 1")
    expect(summary).to_contain_text("Confirm that the bid is correct")


def test_the_draft_survives_a_reload_and_is_unreadable_on_disk(page: Page, site: Site) -> None:
    page.goto(site.bid_url() + "#/prices")
    page.fill("#price-1", PRICE_TYPED)
    expect(page.locator(".save-state")).to_have_text("Saved on this device")
    page.reload()
    expect(page.locator("#price-1")).to_have_value(PRICE_TYPED)
    expect(page.locator("#amount-1")).to_contain_text("12,34,550.00")
    stored = page.evaluate(
        """async () => {
          const database = await new Promise((resolve) => {
            const request = indexedDB.open("muhr-bids");
            request.onsuccess = () => resolve(request.result);
          });
          const rows = (name) => new Promise((resolve) => {
            const request = database.transaction(name).objectStore(name).getAll();
            request.onsuccess = () => resolve(request.result);
          });
          const texts = (await rows("records")).map((row) => new TextDecoder().decode(row.data));
          const [key] = await rows("keys");
          return { texts, extractable: key.extractable };
        }"""
    )
    assert stored["extractable"] is False
    assert stored["texts"]
    assert not any("unit_price" in text for text in stored["texts"])


def test_two_tabs_do_not_overwrite_each_other(
    page: Page, device: BrowserContext, site: Site
) -> None:
    page.goto(site.bid_url() + "#/prices")
    page.fill("#price-1", "100")
    expect(page.locator(".save-state")).to_have_text("Saved on this device")
    other = watched(device, site)
    other.goto(site.bid_url() + "#/prices")
    at(other, "This bid is open in another tab")
    other.get_by_role("button", name="Work here instead").click()
    expect(other.locator("#price-1")).to_have_value("100")
    at(page, "This bid is open in another tab")


def test_a_cut_line_and_a_reload_lose_nothing(page: Page, site: Site) -> None:
    fill_bid(page, site)
    cut = {"now": True}

    def line(route: Route) -> None:
        if cut["now"] and route.request.method in {"PATCH", "HEAD"}:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/uploads/**", line)
    confirm(page)
    expect(page.locator("main")).to_contain_text("Waiting for the connection")
    page.goto("about:blank")
    cut["now"] = False
    page.goto(site.bid_url())
    expect(page.locator("main")).to_contain_text("Sending was interrupted")
    page.get_by_role("link", name="Continue sending").click()
    at(page, "Bid sealed and recorded")
    assert parse_bid_content(opened(site, sealed_bytes(site))["bid.json"]).lot == "1"


def test_what_is_changed_after_a_broken_sending_is_what_is_sent(page: Page, site: Site) -> None:
    fill_bid(page, site)
    page.route("**/api/uploads/**", lambda route: route.abort())
    confirm(page)
    expect(page.locator("main")).to_contain_text("Waiting for the connection")
    page.goto("about:blank")
    page.unroute("**/api/uploads/**")
    page.goto(site.bid_url() + "#/prices")
    page.fill("#price-1", "100")
    expect(page.locator(".save-state")).to_have_text("Saved on this device")
    page.goto(site.bid_url() + "#/check")
    seal(page)
    content = parse_bid_content(opened(site, sealed_bytes(site))["bid.json"])
    assert str(content.lines[0].unit_price) == "100"


def test_the_policy_lets_in_one_script_only(page: Page, site: Site) -> None:
    answer = page.goto(site.bid_url())
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "trusted-types muhr-sealing" in policy
    assert "unsafe" not in policy
    expect(page.locator(".tasks")).to_be_visible()
    outside = page.evaluate(
        "() => { try { new Worker('/static/x.js'); } catch (error) { return error.name; } }"
    )
    assert outside == "TypeError"


def test_an_ended_session_keeps_the_work(page: Page, site: Site) -> None:
    fill_bid(page, site)
    site.actor = Actor.anonymous()
    confirm(page)
    expect(page.locator("main")).to_contain_text("Sign in again in another tab")
    site.actor = site.vendor
    page.get_by_role("button", name="I have signed in").click()
    at(page, "Bid sealed and recorded")


def test_a_duplicate_is_sealed_afresh_by_itself(page: Page, site: Site) -> None:
    fill_bid(page, site)
    refused: list[str] = []

    def once(route: Route) -> None:
        if refused or route.request.headers.get("upload-complete") != "?1":
            route.continue_()
            return
        refused.append(route.request.url)
        answer = {"code": "duplicate", "message": "Seal again."}
        route.fulfill(status=409, json=answer)

    page.route("**/api/uploads/**", once)
    seal(page)
    assert len(refused) == 1


def test_after_the_deadline_nothing_can_be_sent(page: Page, site: Site) -> None:
    fill_bid(page, site)
    site.clock.at = site.tender.schedule.deadline_at
    confirm(page)
    expect(page.locator("main")).to_contain_text("The bid came too late")
    page.goto(site.bid_url())
    expect(page.locator("main")).to_contain_text("The time for bids is over")


def test_the_private_receipt_reopens_corrects_and_withdraws_on_another_device(
    page: Page, site: Site, device: BrowserContext, tmp_path: Path
) -> None:
    fill_bid(page, site)
    seal(page)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the private receipt").click()
    receipt = tmp_path / saving.value.suggested_filename
    saving.value.save_as(receipt)
    assert json.loads(receipt.read_text())["type"] == "muhr-private-receipt"
    assert device.browser is not None
    second = device.browser.new_context()
    other = watched(second, site)
    other.goto(site.bid_url() + "#/reopen")
    other.set_input_files("#receipt-file", receipt)
    at(other, "Your sealed bid")
    expect(other.locator("main")).to_contain_text("13,59,550.00")
    other.get_by_role("button", name="Correct this bid").click()
    other.get_by_role("link", name="Price schedule").click()
    other.fill("#price-1", "12,000")
    expect(other.locator(".save-state")).to_have_text("Saved on this device")
    other.goto(site.bid_url() + "#/check")
    seal(other)
    other.goto(site.bid_url() + "#/withdraw")
    expect(other.locator("main")).to_contain_text("proves that you are withdrawing")
    other.get_by_role("button", name="Withdraw the bid").click()
    expect(other.locator("h1")).to_contain_text("The bid is withdrawn")
    second.close()


def test_a_draft_is_carried_to_another_device(
    page: Page, device: BrowserContext, site: Site, tmp_path: Path
) -> None:
    fill_bid(page, site)
    page.goto(site.bid_url() + "#/copy")
    page.fill("#passphrase", "four words are good")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the locked draft").click()
    copy = tmp_path / "draft.age"
    saving.value.save_as(copy)
    assert PRICE_TYPED.encode() not in copy.read_bytes()
    assert device.browser is not None
    second = device.browser.new_context()
    other = watched(second, site)
    other.goto(site.bid_url() + "#/copy")
    other.fill("#passphrase", "not these words")
    other.set_input_files("#import-file", copy)
    expect(other.locator(".error-summary")).to_contain_text("does not open")
    other.fill("#passphrase", "four words are good")
    other.set_input_files("#import-file", copy)
    expect(other.locator(".tasks")).to_contain_text("Ready to seal")
    seal_from_tasks(other)
    assert list(opened(site, sealed_bytes(site)))[1:] == ["registration.pdf", "guarantee.pdf"]
    second.close()


def seal_from_tasks(page: Page) -> None:
    page.get_by_role("link", name="Check your bid").click()
    seal(page)


def test_clearing_leaves_nothing(page: Page, site: Site) -> None:
    fill_bid(page, site)
    page.goto(site.bid_url() + "#/clear")
    page.get_by_label("I understand").check()
    page.get_by_role("button", name="Clear this device").click()
    at(page, "This device is cleared")
    page.goto(site.bid_url())
    expect(page.locator(".tasks")).to_contain_text("Not started")
    expect(page.locator(".tasks")).not_to_contain_text("Done")


def test_the_device_page_tests_this_device(page: Page, site: Site) -> None:
    page.goto(site.device_url())
    expect(page.locator("#device[data-outcome=good]")).to_be_visible()
    assert site.faults == []


def test_a_browser_that_cannot_seal_is_told(page: Page, site: Site) -> None:
    page.add_init_script("delete window.indexedDB; delete window.Worker;")
    page.goto(site.device_url())
    expect(page.locator("#device[data-outcome=bad]")).to_be_visible()
    expect(page.locator("#device")).to_contain_text("Worker")


def test_a_changed_tender_is_not_sealed_to(page: Page, site: Site) -> None:
    def change(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer,
            body=answer.body().replace(b'"guard_seconds":60', b'"guard_seconds":59'),
        )

    page.route("**/pack", change)
    page.goto(site.bid_url())
    expect(page.locator("main")).to_contain_text("A bid cannot be prepared here")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_page_is_wider_than_a_small_phone(page: Page, site: Site, language: str) -> None:
    fill_bid(page, site)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(site.bid_url(language))
    for route in "/ /requirements /criteria /prices /security /files /check /copy /clear".split():
        page.evaluate("(route) => { location.hash = `#${route}`; }", route)
        page.wait_for_timeout(150)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{route} in {language}: {wide}"


def test_sealing_asks_for_the_password_again(page: Page, site: Site) -> None:
    fill_bid(page, site)
    site.actor = replace(site.vendor, fresh=False)
    confirm(page)
    link = page.get_by_role("link", name="Enter your password in a new tab")
    expect(link).to_have_attribute("href", re.compile("^/en/account/confirm-it-is-you"))
    site.actor = site.vendor
    page.get_by_role("button", name="I have confirmed").click()
    at(page, "Bid sealed and recorded")
