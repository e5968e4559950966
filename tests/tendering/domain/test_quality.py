"""Quality and cost: what a rule book allows, what a tender then needs, and where it is written."""

import copy
import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.refusal import Refusal
from tendering.domain import difference, publication
from tendering.domain.award import PriceFormula, QualityAndCost, TechnicalScale
from tendering.domain.book_reading import read_rulebook
from tendering.domain.criteria import check_quality_and_cost, check_weights
from tendering.domain.pack import tender_pack
from tendering.domain.progress import progress
from tendering.domain.rulebook import QualityRule
from tendering.domain.schedule import pinned, proposed
from tendering.domain.tender import Stage, Tender
from tendering.rulebooks import FOLDER, rulebook
from tests.bids.made import CHAIN
from tests.tendering import made

BOOK = rulebook("practice@1")
METHOD = "two-envelopes"
NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
USUAL = QualityAndCost(Decimal(80), PriceFormula.PROPORTIONAL, TechnicalScale.ABSOLUTE)


def rule() -> QualityRule:
    found = BOOK.quality_of(METHOD)
    assert found is not None
    return found


@pytest.fixture
def tender() -> Tender:
    dates = pinned(proposed(BOOK, made.FACTS.reach, NOW), BOOK, NOW)
    found = made.tender_of(BOOK, dates, 1)
    return replace(
        found, method=METHOD, envelopes=BOOK.envelopes_of(METHOD), quality_and_cost=USUAL
    )


def test_what_a_draft_begins_with_is_what_the_book_proposes() -> None:
    assert rule().proposal == USUAL
    assert BOOK.envelopes_of(METHOD) == ("technical", "financial")
    assert BOOK.envelopes_of("open") == ("single",)
    assert BOOK.quality_of("open") is None


@given(st.decimals(-10, 200, places=3))
def test_a_weight_is_taken_within_the_rule_and_nowhere_else(weight: Decimal) -> None:
    limits, quality = rule().technical_weight.value, replace(USUAL, technical_weight=weight)
    lawful = limits.least <= weight <= limits.most and weight == round(weight, 2)
    if lawful:
        check_weights(quality, rule())
        assert quality.technical_weight + quality.financial_weight == 100
    else:
        with pytest.raises(Refusal, match="technical-weight-out-of-range"):
            check_weights(quality, rule())


def test_a_formula_that_the_book_does_not_have_is_refused() -> None:
    narrow = replace(rule(), price_formulas=(PriceFormula.LINEAR,))
    with pytest.raises(Refusal, match="formula-not-allowed"):
        check_weights(USUAL, narrow)
    narrow = replace(rule(), technical_scales=(TechnicalScale.RELATIVE,))
    with pytest.raises(Refusal, match="formula-not-allowed"):
        check_weights(USUAL, narrow)


def test_quality_and_cost_needs_criteria_and_a_pass_mark(tender: Tender) -> None:
    cases = (
        (replace(tender, criteria=(), pass_mark=None), "criteria-missing"),
        (replace(tender, pass_mark=None), "pass-mark-missing"),
        (replace(tender, pass_mark=Decimal("0.5")), "pass-mark-below-rule"),
        (replace(tender, quality_and_cost=None), "quality-missing"),
        (replace(tender, method="open"), "quality-not-allowed"),
    )
    publication.check_scoring(tender, BOOK)
    for each, code in cases:
        with pytest.raises(Refusal, match=code):
            publication.check_scoring(each, BOOK)
    check_quality_and_cost(None, None, (), None)


def test_the_pack_says_how_quality_and_price_count_and_only_then(tender: Tender) -> None:
    pack = json.loads(tender_pack(tender, CHAIN.document(), made.BUNDLE))
    assert pack["envelopes"] == ["technical", "financial"]
    assert pack["quality_and_cost"] == {
        "technical_weight": "80", "price_formula": "proportional", "technical_scale": "absolute",
    }  # fmt: skip
    single = replace(tender, envelopes=("single",), quality_and_cost=None)
    assert "quality_and_cost" not in json.loads(tender_pack(single, CHAIN.document(), made.BUNDLE))


def test_the_difference_names_each_of_them(tender: Tender) -> None:
    other = QualityAndCost(Decimal("62.5"), PriceFormula.LINEAR, TechnicalScale.RELATIVE)
    found = difference.differences(tender, replace(tender, quality_and_cost=other))
    shown = {each.part.value: (each.before, each.after) for each in found}
    assert {part: (a.en, b.en) for part, (a, b) in shown.items() if a and b} == {
        "technical-weight": ("80", "62.5"),
        "price-formula": ("proportional", "linear"),
        "technical-scale": ("absolute", "relative"),
    }
    assert difference.differences(tender, tender) == ()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"envelopes": None}, "quality_and_cost"),
        ({"committee": None}, "committee"),
        ({"envelopes": {"value": ["technical"], "rule": "P1", "reading": "own"}}, "value"),
        ({"quality_and_cost": {"price_formulas": ["golden"]}}, "price_formulas"),
        ({"quality_and_cost": {"technical_scales": []}}, "technical_scales"),
        ({"quality_and_cost": {"surprise": "1"}}, "surprise"),
    ],
)
def test_a_mistaken_method_is_refused_and_named(change: dict[str, object], where: str) -> None:
    table = tomllib.loads((FOLDER / "practice.toml").read_text("utf-8"))
    method = next(each for each in table["methods"] if each["id"] == METHOD)
    for key, value in change.items():
        if value is None:
            del method[key]
        elif key == "quality_and_cost":
            method[key] |= value
        else:
            method[key] = value
    with pytest.raises(Refusal) as refused:
        read_rulebook(copy.deepcopy(table), ())
    assert str(refused.value.params["where"]).endswith(where)


def test_a_book_with_two_envelopes_says_how_long_the_technical_report_stands() -> None:
    table = tomllib.loads((FOLDER / "practice.toml").read_text("utf-8"))
    del table["evaluation"]["technical_report_before_prices"]
    with pytest.raises(Refusal, match="bad-rulebook"):
        read_rulebook(table, ())


def test_a_tender_keeps_when_technical_report_and_prices_came(tender: Tender) -> None:
    now = tender.schedule.opening_at
    reported = progress(replace(tender, stage=Stage.OPENED), Stage.TECHNICAL_REPORTED, now)
    assert (reported.technical_reported_at, reported.prices_opened_at) == (now, None)
    later = now + timedelta(days=8)
    opened = progress(replace(reported, stage=Stage.OPENING_PRICES), Stage.PRICES_OPENED, later)
    assert (opened.technical_reported_at, opened.prices_opened_at) == (now, later)


def test_two_envelopes_have_a_technical_report_before_the_final_one(tender: Tender) -> None:
    opened = replace(tender, stage=Stage.OPENED)
    now = opened.schedule.opening_at
    assert progress(opened, Stage.TECHNICAL_REPORTED, now).stage is Stage.TECHNICAL_REPORTED
    with pytest.raises(Refusal, match="wrong-stage"):
        progress(opened, Stage.REPORTED, now)
    single = replace(opened, envelopes=("single",))
    assert progress(single, Stage.REPORTED, now).stage is Stage.REPORTED
    with pytest.raises(Refusal, match="wrong-stage"):
        progress(single, Stage.TECHNICAL_REPORTED, now)
