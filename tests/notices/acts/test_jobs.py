"""Notices are issued once for each public act, and their PDFs made and recorded once."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from beacon.domain.keepers import LOCAL_ID
from foundation.blobs.store import BlobStat
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from notices import jobs, queries
from notices.acts.issuing import Publisher, issue_notice, record_pdf
from notices.domain.kinds import Kind
from notices.renditions.pool import RenditionPool, render_alone
from tendering.domain.tender import Tender
from tests.tendering import made
from transparency.models import Act

PUBLISHER = Publisher("https://tenders.example.org", practice=True)


@pytest.fixture
def tender(job_context: JobContext) -> Tender:
    return made.published(job_context.sessions, made.council(job_context.sessions))


def kinds_on_record(context: JobContext) -> list[str]:
    with reading(context.sessions) as session:
        return list(session.scalars(select(Act.kind).order_by(Act.n)))


def test_a_publication_issues_one_tender_notice(job_context: JobContext, tender: Tender) -> None:
    for _ in range(3):
        jobs.issue_due_notices(job_context)
    with reading(job_context.sessions) as session:
        (line,) = queries.published(session).lines
        notice = queries.notice(session, line.number.lower())
    assert notice.kind is Kind.TENDER_NOTICE
    assert notice.facts.tender.number == tender.number
    assert notice.facts.tender.pack_sha256 == tender.notice
    assert notice.facts.tender.round == tender.round
    assert notice.facts.head.practice is True
    assert len(notice.facts.items) == len(tender.items)
    assert sha256_hex(notice.document) == notice.facts_sha256
    assert kinds_on_record(job_context).count("notice.issue") == 1


@pytest.mark.parametrize(("beacon_id", "practice"), [(LOCAL_ID, True), ("muhr-2-of-3", False)])
def test_a_notice_says_practice_seal_by_the_chain_that_its_tender_pins(
    job_context: JobContext, beacon_id: str, practice: bool
) -> None:
    """Whatever the settings say by now: these name no chain, so a local beacon."""
    chain = replace(made.CHAIN, beacon_id=beacon_id)
    made.published_with_time(job_context.sessions, made.council(job_context.sessions), chain=chain)
    jobs.issue_due_notices(job_context)
    with reading(job_context.sessions) as session:
        (line,) = queries.published(session).lines
        notice = queries.notice(session, line.number.lower())
    assert job_context.settings.local_beacon
    assert notice.facts.head.practice_seal is practice


def test_only_the_system_issues(job_context: JobContext, tender: Tender) -> None:
    officer = made.person(tender.organisation_id, *made.Role)
    with (
        pytest.raises(Refusal) as refusal,
        unit_of_work(job_context.sessions, officer) as uow,
    ):
        issue_notice(uow, tender.id, Kind.TENDER_NOTICE, PUBLISHER)
    assert refusal.value.code == "not-permitted"


@pytest.mark.parametrize(
    "kind", [Kind.OPENING_MINUTES, Kind.EVALUATION_REPORT, Kind.AWARD_NOTICE, Kind.BID_ACK]
)
def test_nothing_is_stated_before_its_time(
    job_context: JobContext, tender: Tender, kind: Kind
) -> None:
    with (
        pytest.raises(Refusal) as refusal,
        unit_of_work(job_context.sessions, Actor.system("notices")) as uow,
    ):
        issue_notice(uow, tender.id, kind, PUBLISHER)
    assert refusal.value.code in {"nothing-to-state", "not-found"}


def test_the_pdf_is_made_and_recorded_once(
    job_context: JobContext, tender: Tender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RenditionPool, "render", lambda _self, facts: render_alone(facts))
    jobs.issue_due_notices(job_context)
    jobs.render_due_pdfs(job_context)
    jobs.render_due_pdfs(job_context)
    with reading(job_context.sessions) as session:
        (line,) = queries.published(session).lines
        notice = queries.notice(session, line.number)
        assert notice.pdf is not None
        assert queries.number_by_pdf(session, notice.pdf.sha256) == notice.number
    stat = job_context.blobs.stat(notice.pdf.blob_key)
    assert stat == BlobStat(notice.pdf.blob_key, notice.pdf.size, notice.pdf.sha256)
    assert sha256_hex(render_alone(notice.document)) == notice.pdf.sha256
    assert kinds_on_record(job_context).count("notice.pdf") == 1


def test_a_second_pdf_is_not_recorded(job_context: JobContext, tender: Tender) -> None:
    jobs.issue_due_notices(job_context)
    with reading(job_context.sessions) as session:
        number = queries.published(session).lines[0].number
    for key, first in (("a", True), ("b", False)):
        with unit_of_work(job_context.sessions, Actor.system("notices")) as uow:
            assert record_pdf(uow, number, sha256=key * 64, size=1, blob_key=key) is first
    with reading(job_context.sessions) as session:
        pdf = queries.notice(session, number).pdf
    assert pdf is not None
    assert pdf.sha256 == "a" * 64


def test_a_pdf_that_fails_is_tried_again_later(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[bytes] = []

    def fail(_self: RenditionPool, facts: bytes) -> bytes:
        tries.append(facts)
        raise Refusal("no-rendition")

    monkeypatch.setattr(RenditionPool, "render", fail)
    monkeypatch.setattr(jobs, "_failed_at", {})
    jobs.issue_due_notices(job_context)
    jobs.render_due_pdfs(job_context)
    jobs.render_due_pdfs(job_context)
    assert len(tries) == 1
    clock.advance(minutes=6)
    jobs.render_due_pdfs(job_context)
    assert len(tries) == 2


def test_the_pool_renders_in_another_process(job_context: JobContext, tender: Tender) -> None:
    jobs.issue_due_notices(job_context)
    with reading(job_context.sessions) as session:
        number = queries.published(session).lines[0].number
        document = queries.notice(session, number).document
    pool = RenditionPool(workers=1)
    try:
        assert pool.render(document) == render_alone(document)
    finally:
        pool.close()
