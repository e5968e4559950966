"""A bidder reveals a private receipt in an incident: sealed on the device, opened at the end."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from beacon import client
from bids import facts
from bids.domain.incident import Incident
from bids.queries import incidents
from foundation.unit_of_work import reading
from tests.bids import incident_made, made
from tests.bids.conftest import TestBeacon
from tests.bids.made import Sealed
from tests.front_end.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def declared(site: Site, monkeypatch: pytest.MonkeyPatch) -> tuple[Incident, Sealed]:
    """A tender with a bid of the site's vendor and another, whose beacon is silent."""
    beacon = TestBeacon()
    beacon.late = True
    monkeypatch.setattr(client, "fetch_signature", beacon.fetch)
    site.tender = tender = made.tender(site.context, short_name="INC")
    sealed = made.submit(site.context, tender, site.vendor)
    made.submit(site.context, tender, made.vendor(site.context, "Other Works"))
    by = incident_made.office(site.context, tender)
    incident_made.to_the_trouble(site.context, tender, site.clock)
    return incident_made.declared(site.context, tender, by, site.clock), sealed


def address(site: Site, lang: str = "en") -> str:
    return f"{site.address}/{lang}/tenders/{site.tender.id}/reveal"


def choose(page: Page, path: Path) -> None:
    page.set_input_files("[name=receipt]", path)
    page.get_by_role("button", name="Reveal").click()


def test_a_receipt_is_sealed_on_the_device_and_opens_the_bid_at_the_end(
    page: Page, site: Site, declared: tuple[Incident, Sealed], tmp_path: Path
) -> None:
    incident, sealed = declared
    own, wrong, other = (tmp_path / name for name in ("own.json", "wrong.json", "other.json"))
    # What the browser writes beside the format's own fields is passed over.
    document = json.loads(sealed.receipt.to_bytes()) | {"note": "kept by the page"}
    own.write_text(json.dumps(document))
    wrong.write_text("{}")
    other.write_bytes(replace(sealed.receipt, sha256="ab" * 32).to_bytes())
    sent: list[str] = []

    def keep(request: Request) -> None:
        if request.method == "POST":
            sent.append((request.post_data_buffer or b"").decode("latin-1"))

    page.on("request", keep)
    page.goto(address(site))
    page.get_by_role("button", name="Reveal").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the file of your private receipt")
    choose(page, wrong)
    expect(page.get_by_role("alert")).to_contain_text("The private receipt is not valid")
    choose(page, other)
    expect(page.get_by_role("alert")).to_contain_text("belongs to no envelope")
    assert sent == []
    choose(page, own)
    expect(page.get_by_role("listitem").filter(has_text="Revealed:")).to_be_visible()

    (body,) = sent
    body = unquote_plus(body)
    assert sealed.sha256 in body
    for secret in (sealed.receipt.file_key, sealed.receipt.token):
        assert secret.hex() not in body
    with reading(site.context.sessions) as session:
        assert len(incidents.reveals(session, incident.id)) == 1
    incident_made.end_window(site.context, incident, site.clock)
    with reading(site.context.sessions) as session:
        (bid,) = facts.opened_bids(session, site.tender.id)
    assert (bid.vendor_id, bid.code) == (site.vendor.organisation_id, None)
    page.goto(f"{site.address}/en/tenders/{site.tender.id}/opening")
    expect(page.get_by_role("row").filter(has_text="Indus")).to_contain_text("own receipt")
    expect(page.get_by_role("row").filter(has_text="Other Works")).to_contain_text("not-revealed")
    assert site.faults == []


def test_without_a_program_the_server_seals_at_once(
    browser: Browser, site: Site, declared: tuple[Incident, Sealed], tmp_path: Path
) -> None:
    incident, sealed = declared
    own = tmp_path / "own.json"
    own.write_bytes(sealed.receipt.to_bytes())
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address(site))
        expect(page.get_by_text("the server seals the receipt at once")).to_be_visible()
        page.get_by_role("button", name="Reveal").click()
        expect(page.locator(".error-summary")).to_contain_text("Choose the file")
        choose(page, own)
        expect(page.get_by_role("listitem").filter(has_text="Revealed:")).to_be_visible()
    with reading(site.context.sessions) as session:
        (held,) = incidents.reveals(session, incident.id)
    assert held.sealed is not None
    assert sealed.receipt.file_key.hex().encode() not in held.sealed
    incident_made.end_window(site.context, incident, site.clock)
    with reading(site.context.sessions) as session:
        (bid,) = facts.opened_bids(session, site.tender.id)
    assert bid.vendor_id == site.vendor.organisation_id


def test_when_the_window_has_ended_the_page_takes_nothing(
    page: Page, site: Site, declared: tuple[Incident, Sealed]
) -> None:
    site.clock.move_to(declared[0].until_at)
    page.goto(address(site))
    expect(page.get_by_text(re.compile("Nothing can be revealed any more"))).to_be_visible()
    expect(page.locator("[name=receipt]")).to_have_count(0)
