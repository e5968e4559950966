"""Quality and cost: the figures of scenarios 7 to 9, properties, and what must never be used."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evaluation.domain.case import TECHNICAL, CaseCriterion, PriceSchedule
from evaluation.domain.examination import PriceFound, with_prices
from evaluation.domain.figures import FigureName, check_figure
from evaluation.domain.methods import rank
from foundation.values.refusal import Refusal
from tests.evaluation.cases import points, quality, scenario_7, scenario_8, scenario_9

PLAIN = Context(prec=60)


def totals(case):
    return [(b.bid_id, str(b.combined.total)) for b in rank(case)[0].ranking]


def plain_totals(bids, weight, scale="absolute", formula="proportional"):
    """Work out the combined scores with plain decimals, apart from all that is tested."""
    prices = {name: Decimal(price) for name, (_, price) in bids.items() if price is not None}
    given = {name: Decimal(bids[name][0]) for name in prices}
    low, high, best = min(prices.values()), max(prices.values()), max(given.values())
    found = {}
    for name, price in prices.items():
        quality_part = given[name]
        if scale == "relative":
            quality_part = PLAIN.divide(given[name] * 100, best)
        if formula == "proportional" or low == high:
            price_part = PLAIN.divide(low * 100, price)
        else:
            price_part = PLAIN.divide((high - price) * 100, high - low)
        whole = PLAIN.add(
            PLAIN.multiply(quality_part, Decimal(weight)),
            PLAIN.multiply(price_part, 100 - Decimal(weight)),
        )
        found[name] = (whole / 100).quantize(Decimal("0.0001"), ROUND_HALF_UP, PLAIN)
    return found


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"weight": "80"}, [("B", "85.3333"), ("A", "82.6667"), ("C", "80.0000")]),
        ({"weight": "60"}, [("C", "85.0000"), ("A", "82.8333"), ("B", "80.6667")]),
        ({"scale": "relative"}, [("B", "93.3333"), ("A", "90.0000"), ("C", "86.6667")]),
        ({"formula": "linear"}, [("C", "80.0000"), ("A", "78.0000"), ("B", "72.0000")]),
    ],
)
def test_scenario_7_to_the_fourth_decimal(how, expected):
    assert totals(scenario_7(**how)) == expected


def test_scenario_7_gives_the_price_scores_and_sets_d_aside_without_a_price():
    lot = rank(scenario_7())[0]
    assert {b.bid_id: str(b.combined.price) for b in lot.ranking} == {
        "A": "83.3333",
        "B": "66.6667",
        "C": "100.0000",
    }
    assert [(s.bid_id, s.code, s.details) for s in lot.set_aside] == [
        ("D", "below-pass-mark", ("68.0000", "70")),
    ]
    assert [figure.name for figure in lot.figures_of("D")] == [FigureName.SCORE]


def test_the_price_of_a_bid_that_failed_is_refused_not_used():
    whole = scenario_7()
    lot = whole.lots[0]
    leaked = replace(lot.bids[3], price=PriceSchedule((), Decimal(6000000)))
    case = replace(whole, lots=(replace(lot, bids=(*lot.bids[:3], leaked)),))
    with pytest.raises(Refusal, match=r"^price-must-stay-sealed$"):
        rank(case)


def test_before_the_prices_are_open_it_is_said_who_passed_and_a_price_is_refused():
    whole = scenario_7()
    lot = whole.lots[0]
    sealed = replace(lot, bids=tuple(replace(each, price=None) for each in lot.bids))
    technical = replace(whole, envelopes=TECHNICAL, lots=(sealed,))
    found = rank(technical)[0]
    assert [(b.bid_id, str(b.score)) for b in found.passed] == [
        ("B", "90.0000"),
        ("A", "82.5000"),
        ("C", "75.0000"),
    ]
    assert found.ranking == ()
    assert [each.bid_id for each in found.set_aside] == ["D"]
    with pytest.raises(Refusal, match=r"^price-must-stay-sealed$"):
        rank(replace(whole, envelopes=TECHNICAL))


def test_scenario_9_reverses_when_the_lowest_price_falls_away():
    whole = scenario_9()
    assert totals(whole) == [("B", "80.0049"), ("A", "79.5000"), ("C", "79.0000")]
    lot = whole.lots[0]
    out = replace(lot.bids[2], disqualified="The guarantee was forged.")
    after = replace(whole, lots=(replace(lot, bids=(*lot.bids[:2], out)),))
    assert totals(after) == [("A", "82.5000"), ("B", "81.9721")]
    aside = rank(after)[0].set_aside[0]
    assert (aside.bid_id, aside.code, aside.details) == (
        "C", "disqualified", ("The guarantee was forged.",),
    )  # fmt: skip


def test_scenario_8s_corrections_count_inside_quality_and_cost():
    """C's omitted item and B's wrong line: the evaluated prices set the price scores."""
    eight, how = scenario_8(), scenario_7().quality_and_cost
    lot = eight.lots[0]
    given = dict(zip("ABC", ("80", "80", "80"), strict=True))
    bids = tuple(replace(b, scores=(points("E1", "plan", given[b.id]),)) for b in lot.bids)
    case = replace(
        eight,
        method="quality_and_cost",
        quality_and_cost=how,
        criteria=(CaseCriterion("plan", Decimal(100)),),
        lots=(replace(lot, bids=bids),),
    )
    assert totals(case) == [("C", "84.0000"), ("B", "83.7974"), ("A", "83.6347")]
    # 64 + 20 x 1,075,000 / 1,086,000 and 64 + 20 x 1,075,000 / 1,095,000
    assert (
        Decimal("83.7974")
        == plain_totals({"B": ("80", "1086000"), "C": ("80", "1075000")}, "80")["B"]
    )


def test_every_figure_can_be_worked_out_again_and_names_the_lowest_price():
    lot = rank(scenario_7(formula="linear", scale="relative"))[0]
    for each in lot.figures:
        check_figure(each)
    price = next(f for f in lot.figures_of("A") if f.name is FigureName.PRICE_SCORE)
    assert [(o.about, o.value) for o in price.steps[0].operands] == [
        ("highest:B", "15000000"),
        ("evaluated_price", "12000000"),
        ("lowest:C", "10000000"),
    ]


def test_an_exact_tie_goes_to_the_higher_points_then_the_earlier_receipt():
    # 50 % of 80 + 50 % of 100 = 50 % of 100 + 50 % of 80
    tie = quality({"A": ("80", "8"), "B": ("100", "10")}, weight="50")
    lot = rank(tie)[0]
    assert [(b.bid_id, b.rank, b.tie_break) for b in lot.ranking] == [
        ("B", 1, None),
        ("A", 2, "higher_score"),
    ]
    same = quality({"B": ("80", "8"), "A": ("80", "8")})
    assert [(b.bid_id, b.tie_break) for b in rank(same)[0].ranking] == [
        ("B", None),
        ("A", "earlier_completed_at"),
    ]


def test_a_rounding_cannot_make_a_tie():
    close = quality({"A": ("80", "1.000001"), "B": ("80", "1.000000")})
    lot = rank(close)[0]
    assert [(b.bid_id, b.tie_break) for b in lot.ranking] == [("B", None), ("A", None)]
    assert lot.ranking[0].combined.total == lot.ranking[1].combined.total


def test_one_bidder_alone_and_free_prices_have_full_scores():
    for formula in ("proportional", "linear"):
        alone = quality({"A": ("80", "8")}, formula=formula)
        assert totals(alone) == [("A", "84.0000")]
        free = quality({"A": ("80", "0.000000"), "B": ("80", "5")}, formula=formula)
        assert totals(free) == [("A", "84.0000"), ("B", "64.0000")]


def test_a_price_envelope_that_gives_no_price_is_set_aside_with_its_reason():
    whole = scenario_7()
    lot = whole.lots[0]
    lost = replace(lot.bids[2], price=None, price_setback="not-delivered")
    case = replace(whole, lots=(replace(lot, bids=(*lot.bids[:2], lost, lot.bids[3])),))
    assert [(s.bid_id, s.code) for s in rank(case)[0].set_aside] == [
        ("C", "not-delivered"),
        ("D", "below-pass-mark"),
    ]
    # C's 10 million no longer sets the scale.
    assert totals(case) == [("B", "88.0000"), ("A", "86.0000")]


def test_nothing_is_combined_without_weights_or_points():
    for lame in (
        replace(scenario_7(), quality_and_cost=None),
        replace(scenario_7(), criteria=(), pass_mark=None),
    ):
        with pytest.raises(Refusal, match=r"^weights-missing$"):
            rank(lame)


grades = st.integers(min_value=7000, max_value=10000).map(lambda n: format(Decimal(n) / 100, "f"))
prices = st.integers(min_value=1, max_value=10**9).map(lambda n: format(Decimal(n) / 100, "f"))
fields = st.dictionaries(st.sampled_from("ABCDEF"), st.tuples(grades, prices), min_size=1)
ways = st.fixed_dictionaries(
    {
        "weight": st.sampled_from(["10", "33.33", "50", "80"]),
        "scale": st.sampled_from(["absolute", "relative"]),
        "formula": st.sampled_from(["proportional", "linear"]),
    }
)


@given(fields, ways)
def test_plain_decimals_come_to_the_same_scores(bids, how):
    found = {b.bid_id: b.combined.total for b in rank(quality(bids, **how))[0].ranking}
    assert found == plain_totals(bids, how["weight"], how["scale"], how["formula"])


@given(fields, ways, st.randoms(use_true_random=False))
def test_the_order_in_which_bids_come_does_not_matter(bids, how, random):
    case = quality(bids, **how)
    shuffled = list(case.lots[0].bids)
    random.shuffle(shuffled)
    assert rank(case) == rank(replace(case, lots=(replace(case.lots[0], bids=tuple(shuffled)),)))


@given(fields, ways, st.integers(2, 1000))
def test_another_unit_of_money_changes_no_score(bids, how, times):
    bigger = {
        name: (grade, format(Decimal(price) * times, "f")) for name, (grade, price) in bids.items()
    }
    assert totals(quality(bids, **how)) == totals(quality(bigger, **how))


@given(fields, ways)
def test_nobody_both_cheaper_and_better_stands_behind_the_first(bids, how):
    first = rank(quality(bids, **how))[0].ranking[0]
    grade, price = bids[first.bid_id]
    for other_grade, other_price in bids.values():
        assert not (Decimal(other_grade) > Decimal(grade) and Decimal(other_price) < Decimal(price))


@given(fields, ways)
def test_a_bid_that_sets_no_scale_may_fall_away_without_changing_the_others(bids, how):
    assume(len(bids) > 1)
    lot = rank(quality(bids, **how))[0]
    last = lot.ranking[-1].bid_id
    rest = {name: given for name, given in bids.items() if name != last}
    amounts = [Decimal(price) for _, price in rest.values()]
    grade, price = Decimal(bids[last][0]), Decimal(bids[last][1])
    assume(price >= min(amounts))
    assume(how["formula"] == "proportional" or price <= max(amounts))
    assume(how["scale"] == "absolute" or grade <= max(Decimal(g) for g, _ in rest.values()))
    before = [each for each in totals(quality(bids, **how)) if each[0] != last]
    assert totals(quality(rest, **how)) == before


@given(fields, ways, grades)
def test_a_bid_that_failed_changes_nothing_whatever_its_points(bids, how, grade):
    low = format(Decimal(grade) / 2, "f")
    with_failed = quality({**bids, "Z": (low, None)}, **how)
    assert totals(with_failed) == totals(quality(bids, **how))


def test_opened_prices_come_to_those_that_passed_and_to_nobody_else():
    whole = scenario_7()
    known = {each.id: PriceFound("", each.price) for each in whole.lots[0].bids if each.price}
    sealed = tuple(replace(each, price=None) for each in whole.lots[0].bids)
    technical = replace(whole, envelopes=TECHNICAL, lots=(replace(whole.lots[0], bids=sealed),))
    assert with_prices(technical, known) == whole
    lost = with_prices(technical, {"A": known["A"], "B": known["B"]})
    assert [(b.id, b.price_setback) for b in lost.lots[0].bids if b.price is None] == [
        ("C", "not-delivered"),
        ("D", ""),
    ]
    with pytest.raises(Refusal, match=r"^price-must-stay-sealed$"):
        with_prices(technical, {**known, "D": known["A"]})


def test_two_envelopes_may_be_ranked_by_the_lowest_price_alone():
    cheapest = replace(scenario_7(), method="lowest_price", quality_and_cost=None)
    lot = rank(cheapest)[0]
    assert [(b.bid_id, b.combined) for b in lot.ranking] == [("C", None), ("A", None), ("B", None)]
    assert [each.bid_id for each in lot.set_aside] == ["D"]
