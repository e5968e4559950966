"""Who may sit on a panel, read bids, hand in and be replaced."""

from datetime import UTC, datetime

import pytest

from evaluation.domain import panel as rules
from evaluation.domain.panel import Panel, SeatState
from foundation.values.refusal import Refusal
from foundation.values.text import Text

NOW = datetime(2026, 3, 18, tzinfo=UTC)
ELIGIBLE = frozenset({"a", "b", "c"})


def a_panel():
    return rules.convene([("a", Text("Asma")), ("b", Text("Bilal"))], "a", ELIGIBLE)


def test_seats_are_labelled_and_one_takes_the_chair():
    seats = a_panel().seats
    assert [(s.label, s.chair, s.state) for s in seats] == [
        ("E1", True, SeatState.NAMED),
        ("E2", False, SeatState.NAMED),
    ]


@pytest.mark.parametrize(
    ("people", "chair", "code"),
    [
        ([], "a", "evaluators-needed"),
        (["a", "a"], "a", "named-twice"),
        (["a", "x"], "a", "not-an-evaluator"),
        (["a"], "b", "chair-needed"),
    ],
)
def test_an_impossible_panel_is_refused(people, chair, code):
    with pytest.raises(Refusal, match=code):
        rules.convene([(p, Text(p)) for p in people], chair, ELIGIBLE)


def test_no_declaration_no_access():
    with pytest.raises(Refusal, match="declaration-needed"):
        rules.require_declared(a_panel(), "a")
    with pytest.raises(Refusal, match="not-on-panel"):
        rules.require_declared(a_panel(), "c")


def test_a_declared_interest_closes_the_door_for_good():
    seat = rules.declare(a_panel().seats[0], interest=True, statement="My brother's firm", now=NOW)
    with pytest.raises(Refusal, match="conflict-declared"):
        rules.require_declared(Panel((seat,)), "a")
    with pytest.raises(Refusal, match="already-declared"):
        rules.declare(seat, interest=False, statement="", now=NOW)


def test_an_interest_needs_words():
    with pytest.raises(Refusal, match="reason-needed"):
        rules.declare(a_panel().seats[0], interest=True, statement=" \u202e ", now=NOW)


def test_the_one_who_replaces_the_chair_takes_the_chair():
    gone, new = rules.replace_seat(a_panel(), "a", ("c", Text("C")), "Fell ill", ELIGIBLE)
    assert (gone.state, gone.chair) == (SeatState.REPLACED, False)
    assert (new.label, new.chair, new.state) == ("E3", True, SeatState.NAMED)


@pytest.mark.parametrize(
    ("old", "new", "reason", "code"),
    [
        ("c", "c", "ill", "not-on-panel"),
        ("a", "x", "ill", "not-an-evaluator"),
        ("a", "b", "ill", "named-twice"),
        ("a", "c", "", "reason-needed"),
    ],
)
def test_a_replacement_without_ground_is_refused(old, new, reason, code):
    with pytest.raises(Refusal, match=code):
        rules.replace_seat(a_panel(), old, (new, Text(new)), reason, ELIGIBLE)
