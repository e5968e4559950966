"""The pages of notices: every kind in both languages, the list, the comparison, the papers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from notices import queries
from notices.domain import fact_documents
from notices.domain.kinds import PUBLIC_KINDS, Kind
from tests.notices.conftest import Put
from tests.notices.facts_made import AT, MAKERS, award_notice, bidder, head, tender, tender_notice

LANGUAGES = ("en", "ur")


def stored_pdf(context: JobContext, number: str, data: bytes = b"%PDF-1.7 stored") -> str:
    stat = context.blobs.put_new(f"notices/{number.lower()}/x", [data])
    with unit_of_work(context.sessions, Actor.system("notices")) as uow:
        # The made tender is on no record: the row is what these pages read.
        row = uow.session.get_one(queries.NoticeRow, number)
        row.pdf_sha256, row.pdf_size, row.pdf_key = stat.sha256, stat.size, stat.key
    return stat.sha256


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", PUBLIC_KINDS)
@pytest.mark.parametrize("count", [0, 1, 6])
def test_every_kind_has_its_pages(
    client: FlaskClient, put_notice: Put, lang: str, kind: Kind, count: int
) -> None:
    number = put_notice(MAKERS[kind](count))
    for address in (f"/{lang}/notices/{number}", f"/{lang}/verify/{number}"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert number in answer.text
        assert f'lang="{lang}"' in answer.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list(client: FlaskClient, put_notice: Put, lang: str) -> None:
    assert client.get(f"/{lang}/notices/").status_code == 200
    put_notice(award_notice(3))
    put_notice(tender_notice(1, head=head(number="TTTTTTTT")))
    page = client.get(f"/{lang}/notices/").text
    assert "K7Q2M4XA" in page
    assert "TTTTTTTT" in page
    only = client.get(f"/{lang}/notices/?kind=award_notice").text
    assert "K7Q2M4XA" in only
    assert "TTTTTTTT" not in only
    assert "K7Q2M4XA" in client.get(f"/{lang}/notices/?tender=ktc-2026-0007").text
    assert "K7Q2M4XA" not in client.get(f"/{lang}/notices/?tender=other").text


def test_the_list_has_pages(client: FlaskClient, put_notice: Put, job_context: JobContext) -> None:
    for i in range(queries.PAGE + 3):
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        put_notice(
            award_notice(
                1,
                head=head(number=f"AAAAAAA{letters[i]}", issued_at=AT + timedelta(minutes=i)),
                tender=tender(id=f"t{i}"),
            )
        )
    with reading(job_context.sessions) as session:
        first = queries.published(session)
        second = queries.published(session, after=first.older)
        back = queries.published(session, before=second.newer)
    assert len(first.lines) == queries.PAGE
    assert first.newer == ""
    assert len(second.lines) == 3
    assert second.older == ""
    assert back.lines == first.lines
    assert client.get("/en/notices/?after=zzz").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/en/notices/AAAAAAAA", "/en/notices/x", "/notices/AAAAAAAA.pdf", "/notices/AAAAAAAA.json",
        "/v/AAAAAAAA", "/ur/verify/AAAAAAAA", "/v/..%2F", "/api/notices/by-fingerprint/ab",
        "/api/notices/by-fingerprint/" + "0" * 64,
    ],
)  # fmt: skip
def test_what_was_never_published_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("asked", "lang"), [("ur,en;q=0.5", "ur"), ("en", "en"), ("fr", "en")])
def test_the_short_address_takes_the_readers_language(
    client: FlaskClient, put_notice: Put, asked: str, lang: str
) -> None:
    number = put_notice(award_notice(2))
    answer = client.get(f"/v/{number.lower()}", headers={"Accept-Language": asked})
    assert answer.status_code == 302
    assert answer.location == f"/{lang}/verify/{number}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_winner_amount_and_date_are_there_to_compare(
    client: FlaskClient, put_notice: Put, lang: str
) -> None:
    page = client.get(f"/{lang}/verify/{put_notice(award_notice(3))}").text
    assert bidder(0) in page
    assert "18,46,50,000" in page
    assert ("نومبر" if lang == "ur" else "17 November 2026") in page
    assert ("early" in page) is (lang == "en") or lang == "ur"


def test_a_pdf_is_compared_in_the_browser(
    client: FlaskClient, put_notice: Put, job_context: JobContext
) -> None:
    number = put_notice(award_notice(1))
    assert "data-file-check" not in client.get(f"/en/verify/{number}").text
    sha256 = stored_pdf(job_context, number)
    assert f'data-expected="{sha256}"' in client.get(f"/en/verify/{number}").text
    found = client.get(f"/api/notices/by-fingerprint/{sha256}", headers={"Accept-Language": "en"})
    assert found.json == {"number": number, "page": f"/en/verify/{number}"}


def test_the_stored_pdf_is_served_with_its_fingerprint(
    client: FlaskClient, put_notice: Put, job_context: JobContext
) -> None:
    number = put_notice(award_notice(1))
    sha256 = stored_pdf(job_context, number)
    with client.get(f"/notices/{number}.pdf") as answer:
        assert answer.data == b"%PDF-1.7 stored"
        assert answer.mimetype == "application/pdf"
        assert answer.headers["ETag"] == f'"{sha256}"'
    again = client.get(f"/notices/{number}.pdf", headers={"If-None-Match": f'"{sha256}"'})
    assert again.status_code == 304


def test_before_the_job_the_same_bytes_are_made(client: FlaskClient, put_notice: Put) -> None:
    from notices.renditions.pool import render_alone

    facts = award_notice(1)
    answer = client.get(f"/notices/{put_notice(facts)}.pdf")
    assert answer.data == render_alone(fact_documents.to_bytes(facts))


def test_the_facts_are_served_as_published(client: FlaskClient, put_notice: Put) -> None:
    facts = award_notice(2)
    answer = client.get(f"/notices/{put_notice(facts)}.json")
    assert fact_documents.from_bytes(answer.data) == facts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_is_looked_up(client: FlaskClient, put_notice: Put, lang: str) -> None:
    number = put_notice(award_notice(1))
    assert client.get(f"/{lang}/verify").status_code == 200
    found = client.get(f"/{lang}/verify?number={number[:4].lower()}+{number[4:]}")
    assert found.location == f"/{lang}/verify/{number}"
    unknown = client.get(f"/{lang}/verify?number=<b>")
    assert unknown.status_code == 200
    assert "&lt;B&gt;" in unknown.text


def test_an_older_notice_names_the_newer_one(client: FlaskClient, put_notice: Put) -> None:
    old = put_notice(tender_notice(1))
    new = put_notice(tender_notice(1, head=head(number="NEWERAAA"), tender=tender(version=2)))
    assert f"/en/notices/{new}" in client.get(f"/en/notices/{old}").text
    assert f"/en/verify/{new}" in client.get(f"/en/verify/{old}").text


def test_hostile_names_are_escaped(client: FlaskClient, put_notice: Put) -> None:
    facts = award_notice(1)
    name = "<script>alert(1)</script>"
    hostile = replace(facts, awards=(replace(facts.awards[0], winner=name),))
    page = client.get(f"/en/verify/{put_notice(hostile)}").text
    assert name not in page
    assert "&lt;script&gt;alert(1)" in page


def test_papers_are_for_their_own_people(client: FlaskClient) -> None:
    for address in ("/en/tenders/any/notice-preview.pdf", "/bids/receipts/AAAAAAAA.pdf"):
        assert client.get(address).status_code in {302, 401}
