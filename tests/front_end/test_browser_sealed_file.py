"""A bid sealed on another computer and handed in by a browser, larger than one request."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bids import facts
from bids.offline_pack import make_offline_pack
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tests.bids import offline_made
from tests.front_end.conftest import Site

pytestmark = pytest.mark.browser


def prepare(site: Site, folder: Path, vendor: str) -> None:
    with reading(site.context.sessions) as session:
        pack = tenders.pack(session, site.tender.id).data
    folder.mkdir()
    answers = dict(offline_made.ANSWERS)
    for item in site.tender.items:
        answers[f"price:{item.id}"] = ("2450.50", "", "")
    answers["declaration:not-barred"] = ("yes", "", "")
    answers["security:amount"] = ("90,00,000", "", "")
    offline_made.prepare(make_offline_pack(pack, vendor, "1", "single"), folder, answers)
    (folder / "plan.pdf").write_bytes(b"%PDF-1.4" + bytes(2_500_000))
    files = ("registration.pdf", "guarantee.pdf", "plan.pdf")
    done = offline_made.seal(folder, files=files)
    assert done.exit_code == 0, done.output


def choose(page: Page, sealed: Path, slip: Path) -> None:
    page.set_input_files("[name=sealed]", sealed)
    page.set_input_files("[name=slip]", slip)
    page.get_by_role("button", name="Send the sealed file").click()


def test_a_large_sealed_file_arrives_in_slices_and_a_foreign_slip_does_not(
    page: Page, site: Site, tmp_path: Path
) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    prepare(site, own, site.vendor.organisation_id)
    prepare(site, other, "another-firm")
    page.goto(site.device_url())
    page.get_by_role("link", name=re.compile("Seal on another computer")).click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Download the tender pack").click()
    assert saving.value.suggested_filename.endswith("-1-single.zip")
    expect(page.locator("[data-unless-program]")).to_be_hidden()  # the page's program runs
    choose(page, own / "bid.age", other / "bid.age.slip")
    expect(page.get_by_role("alert")).to_contain_text("belongs to another firm")
    choose(page, own / "bid.age", own / "private.json")
    expect(page.get_by_role("alert")).to_contain_text("The hand-in slip is not valid")
    with reading(site.context.sessions) as session:
        assert facts.sealed_bidders(session, site.tender.id) == frozenset()
    choose(page, own / "bid.age", own / "bid.age.slip")
    expect(page).to_have_url(re.compile("/bids/receipts/"), timeout=30_000)
    with reading(site.context.sessions) as session:
        assert facts.sealed_bidders(session, site.tender.id) == {site.vendor.organisation_id}
    assert site.faults == []
