"""From sealed bids to the award: every notice says what the record says, each issued once."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from evaluation import queries as evaluation
from evaluation.acts import awarding, reporting
from foundation.blobs.store import BlobStat
from foundation.unit_of_work import reading
from foundation.values.money import Money
from notices import jobs, queries
from notices.domain.evaluated import Result
from notices.domain.kinds import Kind, Reading
from notices.queries import Notice
from notices.renditions.pool import RenditionPool, render_alone
from tests.evaluation.conftest import beacon, make_line  # noqa: F401
from tests.evaluation.line import Line
from tests.tendering.made import CRITERIA


def notices_of(line: Line) -> dict[Kind, Notice]:
    jobs.issue_due_notices(line.context)
    with reading(line.context.sessions) as session:
        lines = queries.notices_of_tender(session, line.tender_id)
        assert len({each.kind for each in lines}) == len(lines)
        return {each.kind: queries.notice(session, each.number) for each in lines}


def report_and_award(line: Line, *failed: str) -> None:
    line.evaluate(*failed)
    with line.acting("officer") as uow:
        reporting.publish_report(uow, line.tender_id)
    with reading(line.context.sessions) as session:
        report = evaluation.report(session, line.tender_id)
    assert report is not None
    line.clock.move_to(report.standing_ends_at)
    with line.acting("officer") as uow:
        awarding.propose_award(uow, line.tender_id)
    with line.acting("approver") as uow:
        awarding.approve_award(uow, line.tender_id)


@pytest.fixture
def awarded(make_line: Callable[..., Line]) -> Line:  # noqa: F811
    line = make_line(criteria=CRITERIA, pass_mark=Decimal(70))
    report_and_award(line, "Bolan Works")
    return line


def test_four_notices_follow_the_record(awarded: Line) -> None:
    found = notices_of(awarded)
    two_envelopes = {Kind.TECHNICAL_REPORT, Kind.PRICE_MINUTES}
    assert set(found) == set(Kind) - {Kind.BID_ACK, Kind.CANCELLATION} - two_envelopes
    assert found == notices_of(awarded)
    minutes = found[Kind.OPENING_MINUTES].facts
    assert {bid.bidder for bid in minutes.bids} == set(awarded.bids)
    assert all(bid.reading is Reading.READ_OUT for bid in minutes.bids)
    assert {bid.total for bid in minutes.bids} == {
        Money(Decimal(total), "PKR") for total in ("1095000", "1059000", "730000")
    }
    report = found[Kind.EVALUATION_REPORT].facts
    failed = [bid for bid in report.bids if bid.result is Result.FAILED]
    assert [bid.bidder for bid in failed] == ["Bolan Works"]
    assert failed[0].read_out == Money(Decimal(1059000), "PKR")
    assert failed[0].evaluated is None
    assert [finding.reason for finding in failed[0].findings] == ["Not sent."]
    assert len(report.members) == 2
    award = found[Kind.AWARD_NOTICE].facts
    (decision,) = award.awards
    winner = next(bid for bid in award.bids if bid.result is Result.AWARDED)
    assert winner.rank == 1
    assert decision.winner == winner.bidder
    assert decision.amount == winner.corrected
    assert award.report_number == found[Kind.EVALUATION_REPORT].number


def test_every_one_of_them_renders_and_shows(
    awarded: Line, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RenditionPool, "render", lambda _self, facts: render_alone(facts))
    found = notices_of(awarded)
    jobs.render_due_pdfs(awarded.context)
    for number in (notice.number for notice in found.values()):
        with reading(awarded.context.sessions) as session:
            pdf = queries.notice(session, number).pdf
        assert pdf is not None
        assert awarded.context.blobs.stat(pdf.blob_key) == BlobStat(
            pdf.blob_key, pdf.size, pdf.sha256
        )
        for lang in ("en", "ur"):
            assert client.get(f"/{lang}/notices/{number}").status_code == 200
            assert client.get(f"/{lang}/verify/{number}").status_code == 200


def test_the_tenders_page_leads_to_them(awarded: Line, client: FlaskClient) -> None:
    found = notices_of(awarded)
    page = client.get(f"/en/tenders/{awarded.tender_id}", follow_redirects=True).text
    for notice in found.values():
        assert f"/en/notices/{notice.number}" in page


def test_no_bids_end_in_a_notice_too(make_line: Callable[..., Line]) -> None:  # noqa: F811
    line = make_line(offers={})
    with line.acting("officer") as uow:
        awarding.end_without_bids(uow, line.tender_id)
    found = notices_of(line)
    assert set(found) == {Kind.TENDER_NOTICE, Kind.OPENING_MINUTES, Kind.AWARD_NOTICE}
    assert found[Kind.OPENING_MINUTES].facts.bids == ()
    (decision,) = found[Kind.AWARD_NOTICE].facts.awards
    assert (decision.winner, decision.outcome, decision.amount) == ("", "no-bids", None)
    for notice in found.values():
        assert render_alone(notice.document).startswith(b"%PDF-1.7")


def test_nothing_of_a_sealed_bid_is_in_a_notice(make_line: Callable[..., Line]) -> None:  # noqa: F811
    line = make_line(opened=False)
    (notice,) = notices_of(line).values()
    assert notice.kind is Kind.TENDER_NOTICE
    for word in (b"Alif Pumps", b"1095000", b"Bolan", b"Chenab"):
        assert word not in notice.document
