"""The PDFs: conformant in what can be read from them, reproducible, and safe with hostile facts."""

import io
import os
import re
import subprocess
import sys
from dataclasses import replace

import pikepdf
import pytest
from weasyprint.urls import FatalURLFetchingError

from foundation.values.refusal import Refusal
from foundation.values.text import Text
from notices.domain import fact_documents
from notices.domain.kinds import Facts, Kind
from notices.renditions import pdf
from notices.renditions.composing import TEMPLATES, address, environment, qr_code
from notices.renditions.fetching import OwnFetcher
from notices.renditions.pool import ROOT
from tests.notices.facts_made import (
    MAKERS,
    award_notice,
    bid_ack,
    committee,
    head,
    opening_minutes,
    tender,
    tender_notice,
)


def opened(facts: Facts, **options: bool) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf.render(facts, **options).data))


def text_of(data: bytes) -> str:
    done = subprocess.run(
        ["/usr/bin/pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    )
    return done.stdout.decode()


def elements(node: pikepdf.Object) -> list[pikepdf.Dictionary]:
    found = []
    queue = [node]
    while queue:
        each = queue.pop()
        if isinstance(each, pikepdf.Array):
            queue.extend(each)
        elif isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/StructElem":
            found.append(each)
            queue.append(each.get("/K", pikepdf.Array()))
    return found


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("count", [0, 1, 60])
def test_every_kind_renders(kind: Kind, count: int) -> None:
    with opened(MAKERS[kind](count)) as document:
        assert len(document.pages) >= 1
        assert str(document.Root.Lang) == "en"


@pytest.mark.parametrize("kind", list(Kind))
def test_tags_language_title_and_conformance(kind: Kind) -> None:
    facts = MAKERS[kind](3)
    with opened(facts) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert facts.head.number in str(document.docinfo["/Title"])
        metadata = root.Metadata.read_bytes().decode()
        assert re.search(r'pdfaid:part="3"', metadata)
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert "PDF/UA identification schema" in metadata
        tags = elements(root.StructTreeRoot.K)
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P", "/Figure"} <= {
            str(tag.S) for tag in tags
        } | ({"/H2"} if kind in {Kind.OPENING_MINUTES, Kind.PRICE_MINUTES} else set())
        urdu = [tag for tag in tags if str(tag.get("/Lang", "")) == "ur"]
        assert urdu
        assert any("/ActualText" in tag for tag in urdu)
        assert all("/Scope" in tag.A for tag in tags if tag.S == "/TH")
        assert all("/Alt" in tag for tag in tags if tag.S == "/Figure")


def test_the_notice_names_the_committee_and_the_minutes_who_gave_shares() -> None:
    notice = text_of(pdf.render(tender_notice(2, committee=committee())).data)
    for words in ("2 of its 3 members", "Saadia Rehman", "f8c9f8c9 f8c9f8c9", "5e9a5e9a 5e9a5e9a"):
        assert words in notice, words
    facts = opening_minutes(2, committee=committee("Saadia Rehman", "Amina Shah"))
    minutes = text_of(pdf.render(facts).data)
    assert "Shares were given by: Saadia Rehman, Amina Shah." in " ".join(minutes.split())
    assert fact_documents.from_bytes(fact_documents.to_bytes(facts)) == facts


def test_a_notice_without_a_committee_says_nothing_of_one() -> None:
    assert "Fingerprint of the public key" not in text_of(pdf.render(tender_notice(2)).data)
    assert "Shares were given" not in text_of(pdf.render(opening_minutes(2)).data)


def test_the_minutes_mark_a_bid_that_was_confirmed_after_its_dates_moved() -> None:
    plain = opening_minutes(2)
    first, second = plain.bids
    facts = replace(plain, bids=(replace(first, confirmed_at=first.received_at), second))
    minutes = " ".join(text_of(pdf.render(facts).data).split())
    assert minutes.count("Confirmed after the dates moved:") == 1
    assert "Confirmed after the dates moved" not in text_of(pdf.render(plain).data)
    assert fact_documents.from_bytes(fact_documents.to_bytes(facts)) == facts


def test_only_own_fonts_are_embedded() -> None:
    with opened(award_notice(3)) as document:
        names = {
            str(font.BaseFont).split("+")[-1]
            for page in document.pages
            for font in page.Resources.Font.values()
        }
    assert names
    assert all("Noto" in name for name in names)


def test_facts_are_attached() -> None:
    facts = award_notice(3)
    with opened(facts) as document:
        attached = document.attachments["facts.json"].get_file().read_bytes()
        assert attached == fact_documents.to_bytes(facts)
        assert fact_documents.from_bytes(attached) == facts
        assert len(document.Root.AF) == 1
        assert document.Root.AF[0].AFRelationship == "/Data"


def test_acknowledgement_is_attached_to_a_receipt() -> None:
    facts = bid_ack()
    with opened(facts) as document:
        note = document.attachments["acknowledgement.txt"].get_file().read_bytes()
    assert note.decode() == facts.signed_note


@pytest.mark.parametrize(
    ("seed", "zone", "language"),
    [("1", "Asia/Karachi", "C"), ("77", "America/Lima", "ur_PK.UTF-8")],
)
def test_same_bytes_in_other_processes(seed: str, zone: str, language: str) -> None:
    facts = award_notice(3)
    done = subprocess.run(
        [sys.executable, "-m", "notices.renditions"],
        input=fact_documents.to_bytes(facts),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"], "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language,
        },
    )  # fmt: skip
    assert done.stdout == pdf.render(facts).data


def test_the_process_refuses_other_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "notices.renditions"],
        input=b"{}",
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr == b"bad-facts\n"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x",
        "https://example.org/x",
        "data:text/css,p{}",
        "ftp://example.org/x",
        "app:other",
    ],
)
def test_the_fetcher_serves_nothing_else(url: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        OwnFetcher({"emblem": ("image/svg+xml", b"<svg/>")}).fetch(url)


def test_a_document_that_asks_for_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pdf, "compose", lambda *_a, **_k: '<html lang="en"><img src="file:///etc/passwd" alt="x">'
    )
    with pytest.raises(Refusal) as refusal:
        pdf.render(award_notice(1))
    assert refusal.value.code == "no-rendition"


def test_markup_in_a_name_stays_text() -> None:
    facts = award_notice(1)
    name = '<img src="file:///etc/passwd"><b>Firm</b>'
    hostile = replace(facts, awards=(replace(facts.awards[0], winner=name),))
    assert "<b>Firm</b>" in text_of(pdf.render(hostile).data)


@pytest.mark.parametrize(
    "name",
    ["\u202egnp.eciton\u202c", "\u2066Firm\u2069\u200f", "A\x00B\x07C", "Firm \ue000", "Ф" * 500],
)
def test_hostile_names_render(name: str) -> None:
    facts = opening_minutes(1)
    hostile = replace(facts, bids=(replace(facts.bids[0], bidder=name),))
    shown = text_of(pdf.render(hostile).data)
    assert "\u202e" not in shown
    assert "\x00" not in shown
    assert name[:400] not in shown or len(name) < 100


def test_what_fonts_cannot_print_is_marked() -> None:
    facts = tender_notice(1, tender=tender(title=Text("Pipes 管子", "پائپ")))
    shown = text_of(pdf.render(facts).data)
    assert "Pipes ??" in shown
    assert "cannot print" in shown
    assert "cannot print" not in text_of(pdf.render(tender_notice(1)).data)


def test_the_address_is_printed_and_encoded() -> None:
    facts = award_notice(1)
    assert address(facts) == "https://tenders.example.org/v/K7Q2M4XA"
    shown = text_of(pdf.render(facts).data)
    assert f"Verify: {address(facts)}" in shown
    assert qr_code(address(facts)) == qr_code(address(facts))
    assert qr_code(address(facts)) != qr_code(address(facts) + "x")


def test_a_receipt_leads_to_its_own_page() -> None:
    assert address(bid_ack()).endswith("/en/bids/receipts/K7Q2M4XA")


def test_the_failed_price_is_shown_as_not_used() -> None:
    shown = text_of(pdf.render(award_notice(3)).data)
    assert "opened, not used" in shown


def test_the_practice_seal_is_said_only_where_it_holds() -> None:
    sentence = "Whoever runs this server could open early"
    flat = " ".join(text_of(pdf.render(tender_notice(1)).data).split())
    assert "Whoever runs this" in flat
    other = tender_notice(1, head=head(practice_seal=False, practice=False))
    assert "Whoever runs this" not in text_of(pdf.render(other).data)
    assert sentence in (TEMPLATES / "layout.html").read_text("utf-8")


def test_a_preview_says_so() -> None:
    facts = tender_notice(1)
    shown = text_of(pdf.render(facts, preview=True).data)
    assert "Preview before approval" in shown
    assert address(facts) not in shown  # no address leads to nothing
    assert "Preview before approval" not in text_of(pdf.render(facts).data)


def test_templates_always_escape() -> None:
    assert environment().autoescape is True
    assert all("|safe" not in path.read_text("utf-8") for path in TEMPLATES.glob("*.html"))
