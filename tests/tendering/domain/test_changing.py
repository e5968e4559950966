"""What may change in a published tender, until when, and what the difference says."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beacon.domain.chain import round_at
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering.domain import changing, schedule
from tendering.domain.difference import Part, differences, only_dates
from tendering.domain.tender import ChangeKind, Criterion, Item, Stage, Tender
from tendering.rulebooks import current_book
from tests.conftest import START
from tests.tendering import made

BOOK = current_book("pk-federal")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
REASON = Text("A reason.", "ایک وجہ۔")


def tender(book_id: str = "pk-federal") -> Tender:
    """A published tender with a deadline a fortnight and more after START."""
    book = current_book(book_id)
    dates = schedule.pinned(schedule.proposed(book, made.FACTS.reach, START), book, START)
    round_number = round_at(made.CHAIN, dates.opening_at, dates.guard_seconds)
    return made.tender_of(book, dates, round_number)


def begun(of: Tender, kind: ChangeKind = ChangeKind.ADDENDUM) -> Tender:
    draft = changing.begin(of, kind, draft_id="draft", by="officer", now=START)
    return changing.explain(draft, "other", REASON)


def later(draft: Tender, by: timedelta) -> Tender:
    dates = draft.schedule
    moved = replace(dates, deadline_at=dates.deadline_at + by, opening_at=dates.opening_at + by)
    return replace(draft, schedule=moved)


def in_approval(draft: Tender, of: Tender) -> Tender:
    return changing.submit(draft, of, BOOK, by="officer", now=START)


def test_a_cancellation_ends_the_tender() -> None:
    of = tender()
    draft = in_approval(begun(of, ChangeKind.CANCELLATION), of)
    ended = changing.cancel(draft, of, BOOK, by="approver", now=START + DAY)
    assert ended == replace(of, stage=Stage.CANCELLED, ended_at=START + DAY)


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_whoever_had_a_hand_in_it_cannot_carry_it_out(kind: ChangeKind) -> None:
    of = tender()
    draft = in_approval(replace(begun(of, kind), title=Text("Other")), of)
    act = changing.cancel if kind is ChangeKind.CANCELLATION else changing.amend
    with pytest.raises(Refusal, match="second-person"):
        act(draft, of, BOOK, by="officer", now=START)
    other = changing.amend if kind is ChangeKind.CANCELLATION else changing.cancel
    with pytest.raises(Refusal, match="wrong-stage"):
        other(draft, of, BOOK, by="approver", now=START)


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_nothing_changes_from_the_deadline_on(kind: ChangeKind) -> None:
    of = tender()
    draft = in_approval(replace(begun(of, kind), title=Text("Other")), of)
    act = changing.cancel if kind is ChangeKind.CANCELLATION else changing.amend
    with pytest.raises(Refusal, match="change-too-late"):
        act(draft, of, BOOK, by="approver", now=of.schedule.deadline_at)
    with pytest.raises(Refusal, match="change-too-late"):
        changing.begin(of, kind, draft_id="d", by="x", now=of.schedule.deadline_at)
    closed = replace(of, stage=Stage.CLOSED)
    with pytest.raises(Refusal, match="wrong-stage"):
        act(draft, closed, BOOK, by="approver", now=START)


@pytest.mark.parametrize(
    ("code", "reason", "refusal"),
    [
        ("", REASON, "reason-code-missing"),
        ("need-ended", REASON, "reason-code-missing"),
        ("other", Text("English only"), "reason-missing"),
        ("other", Text("x" * 2001, "x"), "reason-too-long"),
    ],
)
def test_a_change_has_a_reason_in_both_languages(code: str, reason: Text, refusal: str) -> None:
    draft = changing.begin(tender(), ChangeKind.ADDENDUM, draft_id="d", by="x", now=START)
    with pytest.raises(Refusal, match=refusal):
        changing.explain(draft, code, reason)
    (gap,) = [g for g in changing.gaps(later(draft, DAY), tender(), BOOK, START)]
    assert gap.refusal.code == "reason-code-missing"


def test_an_addendum_that_changes_nothing_is_refused() -> None:
    of = tender()
    with pytest.raises(Refusal, match="nothing-changed"):
        in_approval(begun(of), of)


def test_an_addendum_makes_the_next_version_and_keeps_what_was_pinned() -> None:
    of = tender()
    draft = replace(later(begun(of), 7 * DAY), title=Text("New"), validity_days=90)
    amended = changing.amend(in_approval(draft, of), of, BOOK, by="approver", now=START + DAY)
    assert (amended.version, amended.stage, amended.title.en) == (2, Stage.PUBLISHED, "New")
    assert amended.schedule.published_at == of.schedule.published_at
    kept = "id number rulebook declarations chain box_slots box_seed_commitment created_by".split()
    assert all(getattr(amended, name) == getattr(of, name) for name in kept)


@given(
    st.integers(-3 * 24 * 60, 60 * 24 * 60),
    st.integers(-3 * 24 * 60, 60 * 24 * 60),
    st.integers(0, 20 * 24 * 60),
)
def test_dates_never_move_to_an_earlier_time(close: int, opens: int, waited: int) -> None:
    of = tender()
    old, now = of.schedule, START + waited * MINUTE
    new = replace(
        old,
        deadline_at=old.deadline_at + close * MINUTE,
        opening_at=old.opening_at + opens * MINUTE,
    )
    draft = replace(begun(of), schedule=new)
    try:
        changing.check_dates(draft, of, BOOK, now)
    except Refusal:
        return
    assert new.deadline_at >= old.deadline_at
    assert new.opening_at >= old.opening_at
    assert new.deadline_at >= now + 7 * DAY
    schedule.check_opening(BOOK, new)
    if (close, opens) != (0, 0):
        assert now <= changing.old_round_at(of) - 15 * MINUTE


def test_decision_6_ends_extensions_a_quarter_of_an_hour_before_the_old_round() -> None:
    of = tender()
    draft = later(begun(of), 30 * DAY)
    last = changing.last_extension_at(of, BOOK)
    assert last == changing.old_round_at(of) - 15 * MINUTE
    changing.check_dates(draft, of, BOOK, last)
    with pytest.raises(Refusal, match="extension-too-late"):
        changing.check_dates(draft, of, BOOK, last + timedelta(microseconds=1))


def test_a_late_correction_forces_a_later_deadline() -> None:
    of = tender()
    two_days_before = of.schedule.deadline_at - 2 * DAY
    corrected = replace(begun(of), validity_days=90)
    with pytest.raises(Refusal) as refused:
        changing.check_dates(corrected, of, BOOK, two_days_before)
    assert refused.value.code == "time-to-seal"
    assert refused.value.params["earliest"] == two_days_before + 7 * DAY
    changing.check_dates(later(corrected, 7 * DAY), of, BOOK, two_days_before)


def test_later_dates_obey_the_rule_book() -> None:
    of = tender()
    moved = later(begun(of), 10 * DAY)
    early = replace(moved.schedule, opening_at=moved.schedule.deadline_at)
    with pytest.raises(Refusal, match="opening-too-early"):
        changing.check_dates(replace(moved, schedule=early), of, BOOK, START)
    next_day = replace(moved.schedule, opening_at=moved.schedule.opening_at + DAY)
    with pytest.raises(Refusal, match="opening-other-day"):
        changing.check_dates(replace(moved, schedule=next_day), of, BOOK, START)


def test_dates_left_alone_are_those_published() -> None:
    of = tender()
    moved = later(begun(of), DAY)
    assert changing.move_dates(moved, of, BOOK, None, None, START).schedule == of.schedule
    at = of.schedule.deadline_at + DAY
    again = changing.move_dates(moved, of, BOOK, at, None, START).schedule
    assert again.opening_at == at + 30 * MINUTE


def test_a_row_taken_out_shifts_no_other() -> None:
    of = tender()
    items = tuple(
        replace(item, id=str(n)) for n, item in enumerate((of.items[0], of.items[2]), start=1)
    )
    (gone,) = differences(of, replace(of, items=items))
    assert (gone.part, gone.place, gone.after) == (Part.ITEM, "2", None)
    assert gone.before == Text("Pole, galvanised, 6 m – 100 piece", "")


def test_a_field_that_differs_is_named_with_both_values() -> None:
    of = tender()
    second = replace(of.items[1], quantity=Decimal(120))
    new = replace(
        of,
        items=(of.items[0], second, of.items[2]),
        requirements=(replace(of.requirements[0], needs_file=False),),
        criteria=(*of.criteria, Criterion("c3", Text("Price"), Text(), Decimal(1))),
    )
    found = {(d.part, d.place, d.aspect): (d.before, d.after) for d in differences(of, new)}
    assert found == {
        (Part.ITEM, "2", "quantity"): (Text("100"), Text("120")),
        (Part.REQUIREMENT, "1", "file"): (Text("yes"), Text("no")),
        (Part.CRITERION, "3", ""): (None, Text("Price")),
    }
    assert not only_dates(differences(of, new))
    assert only_dates(differences(of, later(of, DAY)))


@given(
    st.lists(st.integers(0, 5), max_size=8),
    st.lists(st.integers(0, 5), max_size=8),
)
def test_a_difference_is_empty_exactly_where_nothing_differs(a: list[int], b: list[int]) -> None:
    def items(numbers: list[int]) -> tuple[Item, ...]:
        return tuple(
            Item(str(at), "1", Text(f"Thing {n}"), Decimal(n + 1), "piece")
            for at, n in enumerate(numbers, start=1)
        )

    of = tender()
    old, new = replace(of, items=items(a)), replace(of, items=items(b))
    assert bool(differences(old, new)) is (a != b)
    assert differences(old, old) == ()
