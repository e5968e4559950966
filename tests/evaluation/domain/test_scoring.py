"""Points, spreads and the mean."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.domain import exact, scoring
from evaluation.domain.case import CaseCriterion
from foundation.values.refusal import Refusal
from tests.evaluation.cases import bid, case, points

ONE = (CaseCriterion("plan", Decimal(100)),)


def scored(*values):
    given_points = [points(f"E{n}", "plan", value) for n, value in enumerate(values, 1)]
    return bid("A", [], scores=given_points)


def test_a_spread_of_25_is_wide_and_one_of_20_is_not():
    wide = scoring.wide_spreads([scored("80", "85", "60")], case([], criteria=ONE))
    assert [(s.criterion_id, s.width) for s in wide] == [("plan", Decimal(25))]
    assert scoring.wide_spreads([scored("80", "60")], case([], criteria=ONE)) == ()


@pytest.mark.parametrize("value", ["-1", "100.01", "70.005", "NaN", "Infinity", "1E+3"])
def test_points_outside_the_scale_are_refused(value):
    with pytest.raises(Refusal, match="bad-points"):
        scoring.check_score("E1", "plan", Decimal(value), "", ["plan"])


def test_an_unknown_criterion_is_refused():
    with pytest.raises(Refusal, match="unknown-criterion"):
        scoring.check_score("E1", "price", Decimal(1), "", ["plan"])


def test_halves_are_rounded_up_away_from_zero():
    assert exact.rounded(Fraction("0.00005"), 4) == Decimal("0.0001")
    assert exact.rounded(Fraction("-0.00005"), 4) == Decimal("-0.0001")
    assert str(exact.rounded(Fraction(250, 3), 4)) == "83.3333"


@given(st.fractions())
def test_exact_text_is_read_back_exactly(value):
    text = exact.exact_text(value)
    assert exact.exact_value(text) == value


@given(st.lists(st.decimals(min_value=0, max_value=100, places=2), min_size=1, max_size=9))
def test_the_mean_lies_between_the_lowest_and_the_highest(values):
    one = scored(*(format(value, "f") for value in values))
    mean = Decimal(scoring.score_figure(one, case([], criteria=ONE)).value)
    assert min(values) <= mean <= max(values)
