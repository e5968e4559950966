"""What parts two bids of quality and cost adds up to the difference of their scores."""

from decimal import Decimal

from hypothesis import given

from evaluation.domain.comparison import compare
from evaluation.domain.methods import rank
from tests.evaluation.cases import quality, scenario_7
from tests.evaluation.domain.test_quality_and_cost import fields, ways


def test_in_scenario_7_a_gains_by_its_price_and_loses_more_by_quality():
    case = scenario_7()
    first, second, _ = rank(case)[0].ranking
    found = compare(second.combined, first.combined, case.quality_and_cost, 4)
    assert (found.quality.own, found.quality.first) == (Decimal("66.0000"), Decimal("72.0000"))
    assert (found.price.own, found.price.first) == (Decimal("16.6667"), Decimal("13.3333"))
    assert (found.quality.ahead, found.price.ahead) == (Decimal("-6.0000"), Decimal("3.3334"))


@given(fields, ways)
def test_the_gains_add_up_to_the_combined_scores_but_for_what_rounding_shows(bids, how):
    case = quality(bids, **how)
    ranked = rank(case)[0].ranking
    for bid in ranked:
        found = compare(bid.combined, ranked[0].combined, case.quality_and_cost, 4)
        total = found.quality.own + found.price.own
        assert abs(total - bid.combined.total) <= Decimal("0.0002")
        assert found.quality.ahead + found.price.ahead <= Decimal("0.0004")
