"""The ranking by lowest evaluated price: exact figures, properties and what it sets aside."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.domain.case import CaseCriterion, PricedLine, PriceSchedule, Rules
from evaluation.domain.figures import FigureName, check_figure
from evaluation.domain.methods import rank
from foundation.values.refusal import Refusal
from tests.evaluation.cases import ITEMS, bid, case, line, points, scenario_8

QUALITY = (CaseCriterion("plan", Decimal(60)), CaseCriterion("team", Decimal(40)))


def full(bid_id, *prices, **more):
    return bid(bid_id, [line(i.id, str(p)) for i, p in zip(ITEMS, prices, strict=True)], **more)


def order(one):
    return [each.bid_id for each in rank(one)[0].ranking]


def figure(lot, bid_id, name):
    return next(each for each in lot.figures_of(bid_id) if each.name is name)


def test_scenario_8_ranks_c_b_a_with_exact_figures():
    lot = rank(scenario_8())[0]
    assert [(b.bid_id, b.rank, b.evaluated_price) for b in lot.ranking] == [
        ("C", 1, Decimal("1075000.00")),
        ("B", 2, Decimal("1086000.00")),
        ("A", 3, Decimal("1095000.00")),
    ]
    assert lot.ranking[1].read_out_price == Decimal(1059000)
    assert lot.ranking[0].corrected_price == Decimal("730000.00")
    assert figure(lot, "B", FigureName.CORRECTION_PERCENT).value == "2.5496"
    omitted = figure(lot, "C", FigureName.EVALUATED_PRICE).steps[0]
    assert (omitted.about, omitted.result) == ("omitted:3", "345000")


def test_every_figure_can_be_worked_out_again():
    for each in rank(scenario_8())[0].figures:
        check_figure(each)


def test_a_forged_figure_is_found():
    lot = rank(scenario_8())[0]
    forged = replace(figure(lot, "B", FigureName.EVALUATED_PRICE), value="1.00")
    with pytest.raises(Refusal, match="figure-differs"):
        check_figure(forged)


def test_an_omission_that_nobody_prices_sets_the_bid_aside_and_its_prices_with_it():
    only_first = bid("A", [line("1", "1")])
    second_and_third = bid("B", [line("2", "5"), line("3", "5")])
    whole = full("C", 7, 7, 7)
    assert order(case([only_first, second_and_third, whole])) == ["A", "B", "C"]
    lot = rank(case([only_first, bid("B", [line("2", "5")])]))[0]
    assert lot.ranking == ()
    assert [(s.bid_id, s.code, s.details) for s in lot.set_aside] == [
        ("A", "item-omitted", ("2", "3")),
        ("B", "item-omitted", ("1", "3")),
    ]


def test_a_rule_book_may_treat_an_omission_as_not_responsive():
    strict = replace(scenario_8(), rules=Rules(omission="not_responsive"))
    assert order(strict) == ["B", "A"]


def test_a_failed_bid_is_set_aside_with_its_requirement():
    lot = rank(case([full("A", 1, 1, 1, failed=["tax"]), full("B", 9, 9, 9)]))[0]
    assert [b.bid_id for b in lot.ranking] == ["B"]
    assert (lot.set_aside[0].code, lot.set_aside[0].details) == ("requirement-failed", ("tax",))
    assert lot.figures_of("A") == ()


def test_a_bid_without_readable_price_is_set_aside_with_its_code():
    lot = rank(case([bid("A", [], setback="no-readable-price"), full("B", 9, 9, 9)]))[0]
    assert lot.set_aside[0].code == "no-readable-price"


def test_scores_are_means_weighted_and_rounded_once_at_the_end():
    scored = full(
        "A", 1, 1, 1,
        scores=[
            points("E1", "plan", "80"), points("E2", "plan", "85"), points("E3", "plan", "60"),
            points("E1", "team", "70"), points("E2", "team", "70"), points("E3", "team", "71"),
        ],
    )  # fmt: skip
    lot = rank(case([scored], criteria=QUALITY, at_least="70"))[0]
    # 75 x 60 % + 211/3 x 40 % = 73.13333...
    assert lot.ranking[0].score == Decimal("73.1333")
    assert figure(lot, "A", FigureName.SCORE).steps[1].result == "211/3"


def test_below_the_pass_mark_the_price_is_not_used():
    low = full("A", 1, 1, 1, scores=[points("E1", "plan", "70"), points("E1", "team", "69.99")])
    high = full("B", 9, 9, 9, scores=[points("E1", "plan", "70"), points("E1", "team", "70")])
    lot = rank(case([low, high], criteria=QUALITY, at_least="70"))[0]
    assert [b.bid_id for b in lot.ranking] == ["B"]
    assert (lot.set_aside[0].code, lot.set_aside[0].details) == (
        "below-pass-mark",
        ("69.9960", "70"),
    )


def test_missing_points_refuse_the_ranking():
    with pytest.raises(Refusal, match="scores-missing"):
        rank(case([full("A", 1, 1, 1, scores=[points("E1", "plan", "70")])], criteria=QUALITY))


def test_an_exact_tie_follows_the_published_chain():
    early, late = full("B", 2, 2, 2, minutes=1), full("A", 2, 2, 2, minutes=2)
    lot = rank(case([late, early]))[0]
    assert [(b.bid_id, b.rank, b.tie_break) for b in lot.ranking] == [
        ("B", 1, None),
        ("A", 2, "earlier_completed_at"),
    ]
    higher = full("A", 2, 2, 2, minutes=2, scores=[points("E1", "plan", "90")])
    lower = full("B", 2, 2, 2, minutes=1, scores=[points("E1", "plan", "80")])
    only = (CaseCriterion("plan", Decimal(100)),)
    assert order(case([higher, lower], criteria=only)) == ["A", "B"]


def test_a_tie_that_the_chain_cannot_break_has_no_winner():
    rules = Rules(tie_breaks=("higher_score",))
    lot = rank(case([full("A", 2, 2, 2), full("B", 2, 2, 2)], rules=rules))[0]
    assert [b.rank for b in lot.ranking] == [1, 1]
    assert lot.winner is None


def test_an_unknown_method_is_refused():
    with pytest.raises(Refusal, match="unknown-ranking-method"):
        rank(replace(scenario_8(), method="highest_price"))


def test_sixteen_digit_products_stay_exact():
    huge = PricedLine("1", Decimal(100), Decimal("999999999999999.999999"), Decimal(1))
    big = replace(full("A", 1, 1, 1), price=PriceSchedule((huge,), Decimal(1)))
    whole = replace(case([big]), lots=(replace(case([big]).lots[0], items=ITEMS[:1]),))
    lot = rank(whole)[0]
    assert figure(lot, "A", FigureName.CORRECTED_PRICE).steps[0].result == "99999999999999999.9999"


amounts = st.decimals(min_value=0, max_value=10**6, places=6, allow_nan=False)


@st.composite
def bids(draw):
    found = []
    for number in range(draw(st.integers(1, 6))):
        chosen = draw(st.sets(st.sampled_from(["1", "2", "3"]), min_size=1))
        lines = [line(item, format(draw(amounts), "f")) for item in sorted(chosen)]
        failed = ["tax"] if draw(st.booleans()) and draw(st.booleans()) else []
        minutes = draw(st.integers(0, 2))
        found.append(bid(f"B{number}", lines, minutes=minutes, failed=failed))
    return found


@given(bids(), st.randoms(use_true_random=False))
def test_the_order_in_which_bids_come_does_not_matter(some, random):
    shuffled = list(some)
    random.shuffle(shuffled)
    assert rank(case(some)) == rank(case(shuffled))


@given(bids(), amounts, st.data())
def test_raising_a_losing_price_never_makes_it_win(some, more, data):
    before = rank(case(some))[0]
    losers = [b.bid_id for b in before.ranking if b.rank > 1]
    if not losers:
        return
    loser = data.draw(st.sampled_from(losers))
    at = next(n for n, each in enumerate(some) if each.id == loser)
    lines = some[at].price.lines
    chosen = data.draw(st.integers(0, len(lines) - 1))
    raised = replace(lines[chosen], unit_price=lines[chosen].unit_price + more)
    changed = (*lines[:chosen], raised, *lines[chosen + 1 :])
    some[at] = replace(some[at], price=PriceSchedule(changed, some[at].price.total))
    winner = rank(case(some))[0].winner
    assert winner is None or winner.bid_id != loser


@given(bids(), amounts)
def test_the_price_of_a_failed_bid_never_matters(some, price):
    failed = bid("F", [line(i.id, format(price, "f")) for i in ITEMS], failed=["tax"])
    free = bid("F", [line("1", "0")], failed=["tax"])
    assert rank(case([*some, failed])) == rank(case([*some, free]))
    assert rank(case([*some, failed]))[0].ranking == rank(case(some))[0].ranking
