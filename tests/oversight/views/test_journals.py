"""The public journal for everybody and the sealed one for auditors, in both languages."""

import csv
import hashlib
import io
import json

import pytest

from foundation.values.canonical import canonical

TAG = b"tenderlog/commit/v1\0"


def auditor(app, line):
    client = app.test_client()
    client.post("/en/practice/sign-in", data={"account_id": line.people["auditor"].id})
    return client


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_public_journal_is_open_to_all(opened, client, language):
    number = opened.tender.number
    page = client.get(f"/{language}/journal?tender={number}")
    assert page.status_code == 200
    assert number in page.text
    assert page.text.count("<h2>") >= 5
    assert client.get(f"/{language}/journal?tender=NONE-1").status_code == 200
    assert client.get(f"/{language}/journal?before=nonsense&kind=nonsense").status_code == 200


def test_an_entry_carries_what_its_commitment_is_made_of(opened, client):
    rows = csv.DictReader(io.StringIO(client.get("/en/journal.csv").text.removeprefix("\ufeff")))
    act = next(row["act"] for row in rows if row["kind"] == "tender.publish")
    entry = client.get(f"/en/journal/{act}.json").json
    salted = TAG + bytes.fromhex(entry["salt"]) + canonical(entry["doc"])
    assert json.loads(entry["leaf"])["c"] == hashlib.sha256(salted).hexdigest()


def test_nothing_sealed_is_in_the_public_journal(opened, client):
    rows = csv.DictReader(io.StringIO(client.get("/en/journal.csv").text.removeprefix("\ufeff")))
    assert not {row["kind"] for row in rows} & {"bid.record", "bid.commit", "evaluation.score"}


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_auditor_reads_and_downloads_the_sealed_journal(opened, app, language):
    client = auditor(app, opened)
    page = client.get(f"/{language}/records?tender={opened.tender.number}")
    assert page.status_code == 200
    assert "bid.record" not in client.get(f"/{language}/records?kind=reads").text
    answer = client.get(f"/{language}/records.csv?tender={opened.tender.number}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "bid.record" in answer.text
    again = client.get(f"/{language}/records.csv?kind=reads").text
    assert "oversight.export-journal" in again
    assert "oversight.read-journal" in again


def test_a_tender_still_sealed_is_said_to_be_so(make_line, app):
    line = make_line(opened=False)
    client = auditor(app, line)
    page = client.get(f"/en/records?tender={line.tender.number}")
    assert "stay sealed until its opening" in page.text
    assert client.get(f"/en/records.csv?tender={line.tender.number}").status_code == 422


def test_nobody_else_gets_in(opened, app, client):
    assert client.get("/en/records").status_code in {302, 401}
    one = app.test_client()
    one.post("/en/practice/sign-in", data={"account_id": opened.people["officer"].id})
    assert one.get("/en/records").status_code == 403
    assert one.get("/en/records.csv").status_code == 403
