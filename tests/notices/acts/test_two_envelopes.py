"""The notices of two envelopes: who passed before any price, then scores without a sealed price."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from evaluation.acts import awarding
from notices.domain.evaluated import Result
from notices.domain.kinds import Kind
from notices.renditions.pool import render_alone
from tests.evaluation.conftest import beacon, make_two  # noqa: F401
from tests.evaluation.steps import approve, publish, wait_out
from tests.evaluation.two_envelopes import POINTS, PRICES, TwoEnvelopes
from tests.notices.acts.test_whole_line import notices_of


@pytest.fixture
def awarded(make_two: Callable[..., TwoEnvelopes]) -> TwoEnvelopes:  # noqa: F811
    line = make_two()
    line.judge(POINTS)
    line.through_the_prices("A", "B", "C")
    publish(line)
    wait_out(line)
    with line.acting("officer") as uow:
        awarding.propose_award(uow, line.tender_id)
    approve(line)
    return line


def test_a_notice_tells_who_passed_and_later_ones_the_scores(awarded: TwoEnvelopes) -> None:
    found = notices_of(awarded)
    technical = found[Kind.TECHNICAL_REPORT].facts
    assert [(b.bidder, b.result, b.price_sealed) for b in technical.bids] == [
        ("B", Result.PASSED, True),
        ("A", Result.PASSED, True),
        ("C", Result.PASSED, True),
        ("D", Result.FAILED, True),
    ]
    assert not any(b.read_out or b.evaluated for b in technical.bids)
    award = found[Kind.AWARD_NOTICE].facts
    assert award.technical_weight == Decimal(80)
    assert [(b.bidder, b.combined and str(b.combined.total)) for b in award.bids] == [
        ("B", "85.3333"),
        ("A", "82.6667"),
        ("C", "80.0000"),
        ("D", None),
    ]
    failed = award.bids[-1]
    assert (failed.price_sealed, failed.read_out, failed.score) == (True, None, Decimal(68))


def test_each_of_them_renders_shows_and_holds_no_sealed_price(
    awarded: TwoEnvelopes, client: FlaskClient
) -> None:
    for notice in notices_of(awarded).values():
        assert render_alone(notice.document).startswith(b"%PDF-1.7")
        assert PRICES["D"].encode() not in notice.document
        for lang in ("en", "ur"):
            assert client.get(f"/{lang}/notices/{notice.number}").status_code == 200
            assert client.get(f"/{lang}/verify/{notice.number}").status_code == 200
