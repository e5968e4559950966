"""Papers for one reader: a draft's preview for its own people, a receipt for its own vendor."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from flask.testing import FlaskClient

from accounts import access
from accounts.domain.roles import Role
from bids import queries as bid_queries
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from notices import queries
from notices.domain import fact_documents
from tendering.domain.tender import Tender
from tests.bids import made as sealed_bids
from tests.tendering import made
from tests.tendering.made import Council

ActAs = Callable[[Actor], None]


@pytest.fixture
def council(job_context: JobContext) -> Council:
    return made.council(job_context.sessions)


@pytest.fixture
def draft(job_context: JobContext, council: Council) -> Tender:
    return made.complete_draft(job_context.sessions, council)


@pytest.fixture
def look_as(monkeypatch: pytest.MonkeyPatch) -> ActAs:
    def look(who: Actor) -> None:
        monkeypatch.setattr(access, "actor", lambda: who)
        monkeypatch.setattr(
            access, "actor_page", lambda: access.ActorPage(True, "Somebody", who.roles)
        )

    return look


def stored(context: JobContext) -> tuple[list[str], int]:
    with reading(context.sessions) as session:
        return list(context.blobs.list()), len(queries.published(session).lines)


def test_the_preview_is_for_its_own_people_and_never_stored(
    client: FlaskClient, job_context: JobContext, council: Council, draft: Tender, look_as: ActAs
) -> None:
    address = f"/en/tenders/{draft.id}/notice-preview.pdf"
    before = stored(job_context)
    for who in (council.officer, council.approver):
        look_as(who)
        answer = client.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        with pikepdf.open(io.BytesIO(answer.data)) as document:
            facts = fact_documents.from_bytes(
                document.attachments["facts.json"].get_file().read_bytes()
            )
        assert facts.tender.title == draft.title
        assert facts.tender.number == "–"
    assert stored(job_context) == before


def test_nobody_else_sees_a_draft(
    client: FlaskClient, council: Council, draft: Tender, look_as: ActAs
) -> None:
    address = f"/en/tenders/{draft.id}/notice-preview.pdf"
    look_as(made.person("another-council", Role.OFFICER))
    assert client.get(address).status_code == 404
    look_as(made.person("a-firm", Role.VENDOR))
    assert client.get(address).status_code == 403
    look_as(council.evaluator)
    assert client.get(address).status_code == 403
    look_as(council.officer)
    assert client.get("/en/tenders/unknown/notice-preview.pdf").status_code == 404


def test_a_receipt_is_its_own_vendors_alone(
    client: FlaskClient, job_context: JobContext, look_as: ActAs
) -> None:
    tender = sealed_bids.tender(job_context)
    vendor = sealed_bids.vendor(job_context)
    sealed = sealed_bids.seal(tender, vendor, total="12000000.00")
    committed = sealed_bids.commit(job_context, tender, vendor, sealed)
    recorded = sealed_bids.complete(job_context, tender, vendor, committed.upload_id, sealed.data)
    with reading(job_context.sessions) as session:
        (submission,) = bid_queries.own_submissions(session, vendor.organisation_id)
    address = f"/bids/receipts/{submission.number}.pdf"
    look_as(vendor)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"12000000" not in answer.data
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        note = document.attachments["acknowledgement.txt"].get_file().read_bytes().decode()
        facts = fact_documents.from_bytes(
            document.attachments["facts.json"].get_file().read_bytes()
        )
    assert note == recorded.ack
    assert (facts.outcome, facts.sha256, facts.size) == ("bid", sealed.sha256, len(sealed.data))
    assert facts.vendor == "Indus Traders"
    found = client.get(f"/en/verify?number={submission.number.lower()}")
    assert found.location == f"/en/bids/receipts/{submission.number}"
    look_as(sealed_bids.vendor(job_context, "Bolan Works"))
    assert client.get(address).status_code == 404
    assert client.get(f"/en/verify?number={submission.number}").status_code == 200
