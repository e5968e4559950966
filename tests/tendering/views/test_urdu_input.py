"""Every figure of a draft typed in Urdu or Arabic digits, and Urdu titles marked as Urdu."""

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from foundation.database import Sessions
from foundation.unit_of_work import reading
from foundation.values.money import Money
from foundation.values.text import Text
from tendering import facts
from tendering.domain.tender import BidSecurity, Tender
from tests.tendering import made
from tests.tendering.views.conftest import Office

TITLE = "وارڈ ۷ کی گلیوں کی مرمت"


@pytest.fixture
def draft(office: Office, sessions: Sessions) -> Tender:
    return made.complete_draft(sessions, office.council)


def now(sessions: Sessions, draft: Tender) -> Tender:
    with reading(sessions) as session:
        return facts.tender(session, draft.id)


def give_facts(office: Office, draft: Tender, **fields: str) -> None:
    path = f"/ur/drafts/{draft.id}/facts"
    office.officer.get(path)
    office.officer.post(
        path, title_en="", title_ur=TITLE, summary_ur="گلیاں", category="works", method="open",
        reach="national", estimate="٢٥٬٠٠٬٠٠٠٫٥٠", validity_days="۶۰", **fields,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("security", "typed", "kept"),
    [
        ("percent", {"security_percent": "۲٫۵ ٪"}, BidSecurity(Decimal("2.5"), None)),
        ("percent", {"security_percent": "٪٢"}, BidSecurity(Decimal(2), None)),
        ("fixed", {"security_amount": "۵۰٬۰۰۰"}, BidSecurity(None, Money(Decimal(50000), "PKR"))),
    ],
)
def test_estimate_validity_and_security(
    office: Office, sessions: Sessions, draft: Tender, security: str, typed: dict[str, str],
    kept: BidSecurity,
) -> None:  # fmt: skip
    give_facts(office, draft, security=security, **typed)

    found = now(sessions, draft)
    assert found.estimate == Money(Decimal("2500000.50"), "PKR")
    assert (found.validity_days, found.security) == (60, kept)


def test_weights_and_pass_mark(office: Office, sessions: Sessions, draft: Tender) -> None:
    path = f"/ur/drafts/{draft.id}/criteria"
    office.officer.get(path)
    office.officer.post(
        path,
        rows={
            "rows-0-title_ur": "تجربہ", "rows-0-weight": "۶۲٫۵٪",
            "rows-1-title_ur": "ضمانت", "rows-1-weight": "٣٧٫٥",
            "pass_mark": "۷۰ ٪",
        },
    )  # fmt: skip

    found = now(sessions, draft)
    assert [each.weight for each in found.criteria] == [Decimal("62.5"), Decimal("37.5")]
    assert found.pass_mark == Decimal(70)


def test_quantities_typed_pasted_and_from_a_spreadsheet(
    office: Office, sessions: Sessions, draft: Tender
) -> None:
    book = Workbook()
    for row in (("Description", "Quantity", "Unit"), ("Pipe", "۱٬۲۵۰٫۵", "metre")):
        book.active.append(row)
    buffer = BytesIO()
    book.save(buffer)
    items = f"/ur/drafts/{draft.id}/items"
    for fields in (
        {"sheet": (BytesIO(buffer.getvalue()), "items.xlsx")},
        {"table": "Sand,٤٠,load\nStone,۱۲,load", "keep": "y"},
    ):
        office.officer.get(items)
        office.officer.post(f"{items}/table", **fields)
    office.officer.get(items)
    office.officer.post(items, description_ur="اینٹ", quantity="۱۰٬۰۰۰", unit="عدد", lot="1")

    found = [each.quantity for each in now(sessions, draft).items]
    assert found == [Decimal("1250.5"), Decimal(40), Decimal(12), Decimal(10000)]


def test_dates_in_the_order_used_here(office: Office, sessions: Sessions, draft: Tender) -> None:
    path = f"/ur/drafts/{draft.id}/dates"
    office.officer.get(path)
    office.officer.post(path, mode="fixed", deadline="۲۵/۳/۲۰۲۶، ۱۱:۰۰", opening="٢٥-٣-٢٠٢٦ ١٢:٠٠")

    schedule = now(sessions, draft).schedule
    assert schedule.deadline_at.isoformat() == "2026-03-25T06:00:00+00:00"
    assert schedule.opening_at.isoformat() == "2026-03-25T07:00:00+00:00"
    office.officer.get(path)
    office.officer.post(path, 422, mode="fixed", deadline="3/25/2026 11:00")


def test_an_urdu_title_is_marked_on_every_english_page(office: Office, sessions: Sessions) -> None:
    given = replace(made.FACTS, title=Text(ur=TITLE), summary=Text(ur="گلیاں"))
    draft = made.complete_draft(sessions, office.council, facts=given)
    office.officer.get("/en/drafts/")
    pages = [office.officer.text]
    for path in ("", "/facts", "/items", "/dates", "/check", "/criteria"):
        pages.append(office.officer.get(f"/en/drafts/{draft.id}{path}"))
    tender = made.published(sessions, office.council, draft)
    for path in ("/en/tenders/", f"/en/tenders/{tender.id}", f"/en/tenders/{tender.id}/opening"):
        pages.append(office.reader.get(path))

    for page in pages:
        body = re.sub(r"<head>.*?</head>|<(?:input|textarea)[^>]*>", "", page, flags=re.DOTALL)
        shown = [found.start() for found in re.finditer(TITLE, body)]
        for place in shown:
            opened = body[:place].rsplit("<", 1)[1]
            assert 'lang="ur"' in opened, body[place - 300 : place + 100]
