"""An officer's way through the pages of a draft, and what they say to bad input."""

import re
from io import BytesIO

from openpyxl import Workbook

from foundation.database import Sessions
from foundation.unit_of_work import reading
from tendering import facts, queries
from tendering.domain.tender import Stage, Tender
from tests.tendering import made
from tests.tendering.views.conftest import Office


def begin(office: Office, book: str = "pk-federal") -> str:
    officer = office.officer
    officer.get("/en/drafts/new")
    officer.post(
        "/en/drafts/new",
        key=officer.hidden("key"),
        title_en="Street lights",
        title_ur="",
        book=book,
    )
    found = re.search(r"/en/drafts/([a-z2-7]{26})/facts", officer.text)
    assert found
    return f"/en/drafts/{found[1]}"


def stored(sessions: Sessions, address: str) -> Tender:
    with reading(sessions) as session:
        return facts.tender(session, address.split("/")[3])


def test_a_draft_goes_from_new_to_published(office: Office, sessions: Sessions) -> None:
    address = begin(office)
    officer, approver, reader = office.officer, office.approver, office.reader
    officer.shows("Street lights", "To do", "The facts")
    officer.get(f"{address}/facts")
    officer.post(
        f"{address}/facts",
        title_en="Street lights",
        title_ur="اسٹریٹ لائٹس",
        summary_en="100 solar lights.",
        summary_ur="",
        category="goods",
        method="quotations",
        reach="national",
        estimate="۴٬۵۰٬۰۰۰",
        validity_days="۶۰",
        security="percent",
        security_percent="2",
        security_amount="",
    )
    officer.shows("Saved.")
    officer.get(f"{address}/items")
    officer.post(
        f"{address}/items/table",
        table="Description\tQuantity\tUnit\nLight\t100\tpiece\nPole\t۱۰۰\tpiece",
    )
    officer.shows("2 items were taken.", "Light", "Pole")
    officer.get(f"{address}/criteria")
    officer.post(
        f"{address}/criteria",
        rows={"rows-0-title_en": "Experience", "rows-0-weight": "100", "pass_mark": "70"},
    )
    officer.get(f"{address}/check")
    officer.shows("4,50,000", "2 % of the estimate", "Tuesday, 17 March 2026", "70/100")
    officer.post(f"{address}/check")
    officer.shows("The draft is with the approvers.")

    approver.get("/en/drafts/")
    approver.shows("Check and publish", "Street lights")
    approver.get(f"{address}/approval")
    approver.shows("Handed over by Officer.", "Approve and publish")
    deadline = approver.hidden("deadline")
    approver.post(f"{address}/publish", deadline=deadline)
    approver.shows("Published as KTC-2026-0001.", "Street lights")

    reader.get("/en/tenders")
    reader.shows("1 tender", "Street lights", "KTC-2026-0001")
    page = reader.get(f"/en/tenders/{stored(sessions, address).id}")
    reader.shows(
        "Time left to bid", "Khairpur Town Council", "could open early", "Compare with the paper"
    )
    notice = stored(sessions, address).notice
    assert notice is not None
    assert notice[:4] in page
    assert not reader.client.get_cookie("muhr_session")
    reader.get(f"/ur/tenders/{stored(sessions, address).id}")


def test_sending_the_first_form_twice_makes_one_draft(office: Office, sessions: Sessions) -> None:
    officer = office.officer
    officer.get("/en/drafts/new")
    key, token = officer.hidden("key"), officer.token()

    for _ in range(2):
        officer.post("/en/drafts/new", csrf_token=token, key=key, title_en="A", book="practice")

    with reading(sessions) as session:
        assert len(queries.tenders_of(session, office.council.organisation_id)) == 1


def test_two_tabs_keep_the_text_of_the_second(office: Office, sessions: Sessions) -> None:
    address = begin(office)
    officer = office.officer
    officer.get(f"{address}/requirements")
    old = officer.hidden("revision")
    officer.post(f"{address}/requirements", rows={"rows-0-text_en": "Tax certificate"})

    officer.get(f"{address}/requirements")
    officer.post(
        f"{address}/requirements", 409, revision=old, rows={"rows-0-text_en": "Three references"}
    )
    officer.shows("Somebody changed this draft", "Three references")
    assert [r.text.en for r in stored(sessions, address).requirements] == ["Tax certificate"]

    officer.post(f"{address}/requirements", rows={"rows-0-text_en": "Three references"})
    assert [r.text.en for r in stored(sessions, address).requirements] == ["Three references"]


def test_rows_saved_to_add_more_keep_their_ids(office: Office, sessions: Sessions) -> None:
    address = begin(office)
    officer = office.officer
    officer.get(f"{address}/lots")
    officer.post(
        f"{address}/lots",
        more="1",
        rows={"rows-0-id": "1", "rows-0-title_en": "North", "rows-1-title_en": "South"},
    )
    assert 'name="rows-1-id" type="hidden" value="2"' in officer.text
    officer.post(
        f"{address}/lots",
        rows={
            "rows-0-id": "1",
            "rows-0-title_en": "",
            "rows-1-id": "2",
            "rows-1-title_en": "South",
            "rows-2-title_en": "West",
        },
    )

    lots = stored(sessions, address).lots
    assert [(lot.id, lot.title.en) for lot in lots] == [("2", "South"), ("3", "West")]


def test_the_same_save_twice_is_one_save(office: Office, sessions: Sessions) -> None:
    address = begin(office)
    officer = office.officer
    officer.get(f"{address}/items")
    revision, token = officer.hidden("revision"), officer.token()

    for _ in range(2):
        officer.post(
            f"{address}/items",
            csrf_token=token,
            revision=revision,
            description_en="Light",
            quantity="2",
            unit="piece",
            lot="1",
        )

    assert len(stored(sessions, address).items) == 1


def test_wrong_values_are_named_at_their_fields_in_both_languages(office: Office) -> None:
    address = begin(office)
    officer = office.officer
    wrong = {
        "title_en": "Lights",
        "summary_en": "x",
        "category": "nonsense",
        "estimate": "twelve",
        "validity_days": "-3",
        "security": "percent",
        "security_percent": "9",
    }
    officer.get(f"{address}/facts")
    officer.post(f"{address}/facts", 422, rows=wrong)
    officer.shows("Write an amount in digits", "There is a problem")
    assert 'value="twelve"' in officer.text
    officer.post(f"{address}/facts", 422, rows={**wrong, "estimate": "100"})
    officer.shows("Bids stay valid for 1 to 730 days.")
    officer.post(f"{address}/facts", 422, rows={**wrong, "estimate": "100", "validity_days": "30"})
    officer.shows("at most 5 % of the estimate", "(Rule 25)")
    officer.get(f"{address.replace('/en/', '/ur/')}/facts")
    officer.post(f"{address.replace('/en/', '/ur/')}/facts", 422, rows=wrong)


def test_too_early_a_deadline_names_the_earliest_with_weekday_and_rule(office: Office) -> None:
    address = begin(office)
    officer = office.officer
    officer.get(f"{address}/dates")
    officer.shows("Tuesday, 17 March 2026", "15 calendar days", "rule 13", "Unverified")

    officer.post(
        f"{address}/dates",
        422,
        mode="fixed",
        deadline="2026-03-16T10:00",
        opening="2026-03-16T10:30",
    )
    officer.shows("The deadline is too early", "Tuesday, 17 March 2026, 10:00", "(Rule 13)")
    officer.post(f"{address}/dates", 422, mode="fixed", deadline="soon", opening="")
    officer.shows("Write the date and time like 2026-03-17 11:00.")
    officer.post(f"{address}/dates", mode="fixed", deadline="2026-03-17T10:00", opening="")
    officer.shows("Saved.")


def test_rows_with_errors_are_named_and_nothing_is_taken(
    office: Office, sessions: Sessions
) -> None:
    address = begin(office)
    officer = office.officer
    officer.get(f"{address}/items")

    officer.post(f"{address}/items/table", 422, table="Light,100,piece\nPole,many,piece\n,3,kg")

    officer.shows("Nothing was taken.", "Row 2: Write the quantity in digits", "Row 3: Describe")
    assert "Pole,many,piece" in officer.text
    assert stored(sessions, address).items == ()


def test_a_spreadsheet_is_taken_and_hostile_files_are_refused(
    office: Office, sessions: Sessions
) -> None:
    address = begin(office)
    officer = office.officer
    book = Workbook()
    book.active.append(["Unit", "Item", "Qty"])
    book.active.append(["piece", "Light <b>30 W</b>", 12.5])
    buffer = BytesIO()
    book.save(buffer)
    officer.get(f"{address}/items")
    officer.post(f"{address}/items/table", sheet=(BytesIO(buffer.getvalue()), "items.xlsx"))
    assert [(i.unit, str(i.quantity)) for i in stored(sessions, address).items] == [
        ("piece", "12.5")
    ]
    assert "<b>30 W</b>" not in officer.text

    for data, said in (
        (buffer.getvalue()[:200], "This spreadsheet cannot be read."),
        (b"\xff\x00\xfe,\xc3(", "This text is not UTF-8."),
        (b"", "Choose a file first"),
    ):
        officer.get(f"{address}/items")
        officer.post(f"{address}/items/table", 422, sheet=(BytesIO(data), "x.xlsx" if data else ""))
        officer.shows(said)


def test_documents_get_safe_names_and_are_attachments(office: Office, sessions: Sessions) -> None:
    address = begin(office)
    officer = office.officer
    officer.get(f"{address}/documents")
    name = "..\\..\\bill\u202eof<quantities>.pdf"
    officer.post(f"{address}/documents", document=(BytesIO(b"%PDF-1.7 x"), name))
    officer.post(f"{address}/documents", 422, document=(BytesIO(b"%PDF-1.7 x"), "again.pdf"))
    officer.shows("This tender already has this document.")
    for data, wrong, said in (
        (b"<html>", "page.html", "Files of this type are not taken."),
        (b"MZ", "fake.pdf", "is not what its name says"),
        (b"%PDF-", "___.pdf", "no letters"),
        (b"", "empty.pdf", "empty"),
    ):
        officer.post(f"{address}/documents", 422, document=(BytesIO(data), wrong))
        officer.shows(said)

    (document,) = stored(sessions, address).documents
    assert document.name == "billof quantities.pdf"
    there = f"/en/tenders/{stored(sessions, address).id}/documents/{document.id}"
    answer = officer.client.get(there)
    assert answer.data == b"%PDF-1.7 x"
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="draft-billof-quantities.pdf"'
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert office.reader.client.get(there).status_code == 404


def test_a_draft_is_hidden_from_strangers(office: Office, sessions: Sessions) -> None:
    address = begin(office)
    tender_id = address.split("/")[3]
    other = made.council(sessions, "LTC")
    assert other.organisation_id != office.council.organisation_id

    for path in (f"/en/tenders/{tender_id}", f"/api/tenders/{tender_id}/pack"):
        assert office.reader.client.get(path).status_code == 404
    answer = office.reader.client.get(f"{address}/facts")
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"]


def test_an_author_sees_the_waiting_page_and_can_take_it_back(
    office: Office, sessions: Sessions
) -> None:
    draft = made.complete_draft(sessions, office.council)
    made.submitted(sessions, office.council, draft)
    officer = office.officer

    officer.get(f"/en/drafts/{draft.id}")
    officer.shows("Another person must approve")
    assert "Approve and publish" not in officer.text
    officer.post(f"/en/drafts/{draft.id}/recall")
    assert stored(sessions, f"/en/drafts/{draft.id}").stage is Stage.DRAFT


def test_remarks_bring_a_draft_back(office: Office, sessions: Sessions) -> None:
    draft = made.complete_draft(sessions, office.council)
    made.submitted(sessions, office.council, draft)
    approver = office.approver
    approver.get(f"/en/drafts/{draft.id}/approval")
    approver.post(f"/en/drafts/{draft.id}/send-back", 422, remarks="")
    approver.shows("Write what should be changed.")
    approver.post(f"/en/drafts/{draft.id}/send-back", remarks="Name the warranty.")

    office.officer.get(f"/en/drafts/{draft.id}")
    office.officer.shows("Sent back with remarks", "Name the warranty.")


def test_an_ocds_file_begins_a_draft_and_a_wrong_one_says_why(office: Office) -> None:
    officer = office.officer
    officer.get("/en/drafts/new")
    release = (
        b'{"ocid": "ocds-x-1", "tag": ["tender"], "language": "en",'
        b' "tender": {"title": "Road repair",'
        b' "items": [{"id": "1", "description": "Asphalt", "quantity": 20, "unit": {"name": "t"}}],'
        b' "value": {"amount": 5, "currency": "EUR"}}}'
    )
    officer.post(
        "/en/drafts/new",
        key=officer.hidden("key"),
        book="pk-federal",
        ocds=(BytesIO(release), "release.json"),
    )
    officer.shows("Road repair", "The estimate is in EUR and was left out.")

    for data, said in (
        (b"{", "not valid JSON"),
        (b"[]", "not an OCDS release"),
        (b'{"ocid": "x", "tag": ["award"], "awards": []}', "no tender section"),
    ):
        officer.get("/en/drafts/new")
        officer.post(
            "/en/drafts/new", 422, key=officer.hidden("key"), book="pk-federal",
            ocds=(BytesIO(data), "x.json"),
        )  # fmt: skip
        officer.shows(said)


def test_english_pages_with_urdu_fields_offer_urdu_letters_and_others_do_not(
    office: Office,
) -> None:
    officer = office.officer
    officer.get("/en/drafts/new")
    assert "data-urdu-font" in officer.text
    officer.get("/en/tenders/")
    assert "data-urdu-font" not in officer.text
