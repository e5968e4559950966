"""Lots, items, criteria, lifecycle, numbering and the tender pack."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.canonical import canonical
from foundation.values.money import Money
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.domain import lifecycle
from tendering.domain.criteria import check_criteria, total_weight
from tendering.domain.item_lines import decode, read_rows, rows_of_text
from tendering.domain.lots import check_lots, next_lot_id
from tendering.domain.numbering import number_text
from tendering.domain.pack import plain
from tendering.domain.publication import check_security
from tendering.domain.tender import BidSecurity, Criterion, Item, Lot, Stage
from tendering.rulebooks import current_book
from tests.tendering.made import ITEMS

ONE_LOT = (Lot("1", Text()),)
NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def criterion(weight: str) -> Criterion:
    return Criterion("c", Text(en="Experience"), Text(), Decimal(weight))


@pytest.mark.parametrize("weights", [("100",), ("33.33", "33.33", "33.34"), ("0.01", "99.99")])
def test_weights_that_total_100_pass(weights: tuple[str, ...]) -> None:
    check_criteria([criterion(weight) for weight in weights], Decimal(70))


@pytest.mark.parametrize(
    ("weights", "mark", "code"),
    [
        (("60", "39.99"), None, "weights-not-100"),
        (("33.33", "33.33", "33.33"), None, "weights-not-100"),
        (("100", "0"), None, "weight-out-of-range"),
        (("-10", "110"), None, "weight-out-of-range"),
        (("99.999", "0.001"), None, "weight-out-of-range"),
        (("100",), Decimal("100.01"), "pass-mark-out-of-range"),
        (("100",), Decimal(0), "pass-mark-out-of-range"),
        ((), Decimal(70), "pass-mark-without-criteria"),
    ],
)
def test_other_weights_and_marks_are_refused(
    weights: tuple[str, ...], mark: Decimal | None, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        check_criteria([criterion(weight) for weight in weights], mark)


@given(st.lists(st.decimals("0.01", "100", places=2), min_size=1, max_size=12))
def test_criteria_pass_exactly_when_they_total_100(weights: list[Decimal]) -> None:
    criteria = [criterion(str(weight)) for weight in weights]
    if total_weight(criteria) == 100:
        check_criteria(criteria, None)
    else:
        with pytest.raises(Refusal, match="weights-not-100"):
            check_criteria(criteria, None)


@pytest.mark.parametrize(
    ("faulty", "code"),
    [
        (replace(ITEMS[0], quantity=Decimal(0)), "quantity-out-of-range"),
        (replace(ITEMS[0], quantity=Decimal("0.0000001")), "quantity-out-of-range"),
        (replace(ITEMS[0], unit=""), "unit-missing"),
        (replace(ITEMS[0], description=Text()), "item-undescribed"),
        (replace(ITEMS[0], lot_id="2"), "unknown-lot"),
    ],
)
def test_a_faulty_item_is_refused(faulty: Item, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check_lots(ONE_LOT, [faulty])


def test_every_lot_has_a_title_and_items_when_there_are_several() -> None:
    lots = (Lot("1", Text(en="North")), Lot("2", Text()))
    with pytest.raises(Refusal, match="lot-untitled"):
        check_lots(lots, ITEMS)
    with pytest.raises(Refusal, match="lot-without-items"):
        check_lots((lots[0], Lot("2", Text(en="South"))), ITEMS)
    with pytest.raises(Refusal, match="no-lots"):
        check_lots((), ITEMS)
    assert next_lot_id(()) == "1"
    assert next_lot_id((Lot("1", Text()), Lot("7", Text()))) == "8"


@given(st.sampled_from(Stage), st.sampled_from(Stage))
def test_stages_move_only_by_the_table(stage: Stage, to: Stage) -> None:
    if to in lifecycle.TRANSITIONS[stage]:
        assert lifecycle.move(stage, to) is to
    else:
        with pytest.raises(Refusal, match="wrong-stage"):
            lifecycle.move(stage, to)


def test_no_stage_leads_back_to_a_draft_once_published() -> None:
    reached, frontier = set(), {Stage.PUBLISHED}
    while frontier:
        reached |= frontier
        frontier = {to for stage in frontier for to in lifecycle.TRANSITIONS[stage]} - reached
    assert reached == set(Stage) - {Stage.DRAFT, Stage.IN_APPROVAL}


@pytest.mark.parametrize(
    ("security", "estimate", "code"),
    [
        (BidSecurity(Decimal("5.01"), None), "100", "security-above-limit"),
        (BidSecurity(Decimal(0), None), "100", "security-above-limit"),
        (BidSecurity(None, Money(Decimal("5.01"), "PKR")), "100", "security-above-limit"),
        (BidSecurity(None, Money(Decimal(5), "PKR")), None, "security-needs-estimate"),
        (BidSecurity(None, None), "100", "security-unclear"),
    ],
)
def test_bid_security_stays_within_the_rule(
    security: BidSecurity, estimate: str | None, code: str
) -> None:
    book = current_book("pk-federal")
    value = None if estimate is None else Money(Decimal(estimate), "PKR")
    with pytest.raises(Refusal, match=code):
        check_security(security, value, book)
    check_security(BidSecurity(None, Money(Decimal(5), "PKR")), Money(Decimal(100), "PKR"), book)
    check_security(BidSecurity(Decimal(5), None), None, book)


def test_tables_are_read_in_every_usual_form() -> None:
    comma = "Light, 30 W"
    for text in (
        f'"{comma}",100,piece',
        f"{comma}\t۱۰۰\tpiece\n\n",
        f"Unit;Qty;Item\npiece;100;{comma}",
        f"اکائی\tمقدار\tDescription\npiece\t100\t{comma}",
    ):
        (item,) = read_rows(rows_of_text(text), ONE_LOT).items
        assert (item.description, item.quantity, item.unit) == (
            Text(en=comma), Decimal(100), "piece",
        )  # fmt: skip


def test_urdu_descriptions_are_told_by_their_script() -> None:
    (item,) = read_rows([["شمسی لائٹ", "2", "عدد"]], ONE_LOT).items
    assert item.description == Text(ur="شمسی لائٹ")


def test_errors_come_by_row_and_nothing_is_taken() -> None:
    rows = read_rows(
        [["a", "1", "kg"], ["b", "x", "kg"], ["c", "1", "kg", "9"], ["", "1", "kg"]], ONE_LOT
    )

    assert rows.items == ()
    assert [(error.row, error.code) for error in rows.errors] == [
        (2, "bad-quantity"),
        (3, "unknown-lot"),
        (4, "item-undescribed"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "file-empty"), (b"\xff\x41", "bad-encoding"), (b"a,\xc3(,c", "bad-encoding")],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        decode(data)


def test_hostile_cells_are_cleaned() -> None:
    (item,) = read_rows([["Light\u202e evil\x00", "1", "kg\u200f"]], ONE_LOT).items
    assert (item.description.en, item.unit) == ("Light evil", "kg")


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        rows = read_rows(rows_of_text(text), ONE_LOT)
    except Refusal:
        return
    assert bool(rows.items) != bool(rows.errors)
    for item in rows.items:
        assert isinstance(item, Item)


@given(st.decimals(min_value=0, max_value=10**15, places=6))
def test_plain_numbers_keep_their_value_and_have_one_form(number: Decimal) -> None:
    text = plain(number)

    assert Decimal(text) == number
    assert "E" not in text
    assert plain(Decimal(text)) == text


def test_numbers_name_the_organisation_and_the_year() -> None:
    assert number_text("ktc", 2026, 7) == "KTC-2026-0007"
    assert number_text("KTC", 2026, 12345) == "KTC-2026-12345"


def test_canonical_pack_bytes_need_no_floats() -> None:
    assert json.loads(canonical({"q": plain(Decimal("12.50"))})) == {"q": "12.5"}
