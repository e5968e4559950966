"""When an incident may be declared, by whom, for how long, and what follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain import incident as rules
from bids.domain.incident import End, Incident, Step, Stuck, Trouble
from bids.domain.reception import SubmissionState
from foundation.values.refusal import Refusal
from tendering.rulebooks import current_book

BOOK = current_book("practice")
FEDERAL = current_book("pk-federal")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GONE = Stuck(
    running=True, unlocked=False, late_since=NOW - MINUTE, shares_since=None, envelope="single"
)
LOST = replace(GONE, unlocked=True, late_since=None, shares_since=NOW - MINUTE)
PROPOSED = Incident(
    id="i",
    tender_id="t",
    envelope="single",
    trouble=Trouble.BEACON_GONE,
    reason="Gone.",
    until_at=NOW + 3 * MINUTE,
    proposed_by="officer",
    proposed_at=NOW,
)
DECLARED = replace(PROPOSED, declared_by="approver", declared_at=NOW, recipient="age1x")
ENDED = replace(DECLARED, ended_at=NOW, end=End.RECOVERED)


def propose(stuck: Stuck = GONE, before: Incident | None = None, **given: object) -> Trouble:
    found = {"trouble": "beacon-gone", "reason": " Gone. ", "until_at": NOW + 2 * MINUTE} | given
    trouble, reason = rules.propose(stuck, BOOK, before, **found, now=NOW)  # type: ignore[arg-type]
    assert reason == "Gone."
    return trouble


def test_each_trouble_may_be_declared_when_the_books_patience_is_over() -> None:
    assert propose() is Trouble.BEACON_GONE
    assert propose(LOST, trouble="quorum-lost") is Trouble.QUORUM_LOST
    assert propose(before=ENDED) is Trouble.BEACON_GONE
    assert propose(before=PROPOSED) is Trouble.BEACON_GONE


def test_the_federal_book_waits_two_days_and_gives_a_week() -> None:
    stuck = replace(GONE, late_since=NOW)
    assert rules.declarable_from(stuck, FEDERAL) == {Trouble.BEACON_GONE: NOW + timedelta(days=2)}
    assert rules.earliest_end(FEDERAL, NOW) == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("code", "stuck", "changed"),
    [
        ("no-incident", replace(GONE, running=False), {}),
        ("no-incident", replace(GONE, late_since=None), {}),
        ("no-incident", GONE, {"trouble": "quorum-lost"}),
        ("no-incident", LOST, {}),
        ("no-incident", replace(LOST, shares_since=None), {"trouble": "quorum-lost"}),
        ("no-incident", GONE, {"trouble": "earthquake"}),
        ("incident-too-early", replace(GONE, late_since=NOW - MINUTE / 2), {}),
        ("incident-declared", GONE, {"before": DECLARED}),
        ("no-reason", GONE, {"reason": " "}),
        ("reason-too-long", GONE, {"reason": "x" * 2001}),
        ("window-too-short", GONE, {"until_at": NOW + 2 * MINUTE - timedelta(microseconds=1)}),
    ],
)
def test_what_may_not_be_proposed(code: str, stuck: Stuck, changed: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        propose(stuck, **changed)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_lost_keys_that_put_the_quorum_out_of_reach_need_no_patience() -> None:
    stuck = replace(LOST, shares_since=NOW)
    assert rules.declarable_from(stuck, BOOK)[Trouble.QUORUM_LOST] == NOW + MINUTE
    out = replace(stuck, out_of_reach=True)
    assert rules.declarable_from(out, BOOK)[Trouble.QUORUM_LOST] == NOW


def test_a_second_person_declares_while_the_trouble_lasts() -> None:
    rules.declare(GONE, BOOK, PROPOSED, "approver", now=NOW + MINUTE)


@pytest.mark.parametrize(
    ("code", "stuck", "found", "person", "now"),
    [
        ("incident-not-proposed", GONE, None, "approver", NOW),
        ("incident-not-proposed", GONE, ENDED, "approver", NOW),
        ("incident-declared", GONE, DECLARED, "approver", NOW),
        ("own-decision", GONE, PROPOSED, "officer", NOW),
        ("no-incident", replace(GONE, unlocked=True), PROPOSED, "approver", NOW),
        ("window-too-short", GONE, PROPOSED, "approver", NOW + MINUTE + timedelta(seconds=1)),
    ],
)
def test_who_may_not_declare(
    code: str, stuck: Stuck, found: Incident | None, person: str, now: datetime
) -> None:
    with pytest.raises(Refusal) as refused:
        rules.declare(stuck, BOOK, found, person, now=now)
    assert refused.value.code == code


def test_an_own_sealed_envelope_of_this_opening_is_revealed_within_the_window() -> None:
    sealed = SubmissionState.SEALED
    last = DECLARED.until_at - timedelta(microseconds=1)
    assert rules.check_reveal(DECLARED, "single", sealed, now=last) is DECLARED


@pytest.mark.parametrize(
    ("code", "found", "kind", "state", "after"),
    [
        ("no-window", None, "single", SubmissionState.SEALED, 0),
        ("no-window", PROPOSED, "single", SubmissionState.SEALED, 0),
        ("no-window", ENDED, "single", SubmissionState.SEALED, 0),
        ("window-over", DECLARED, "single", SubmissionState.SEALED, 3),
        ("stays-sealed", DECLARED, "financial", SubmissionState.SEALED, 0),
        ("stays-sealed", DECLARED, "single", SubmissionState.UNOPENED, 0),
        ("stays-sealed", DECLARED, "single", SubmissionState.WITHDRAWN, 0),
    ],
)
def test_what_may_not_be_revealed(
    code: str, found: Incident | None, kind: str, state: SubmissionState, after: int
) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_reveal(found, kind, state, now=NOW + after * MINUTE)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("step", "found", "stuck", "after"),
    [
        (Step.WAIT, None, GONE, 9),
        (Step.WAIT, PROPOSED, GONE, 9),
        (Step.WAIT, DECLARED, GONE, 2),
        (Step.CLOSE_WINDOW, DECLARED, GONE, 3),
        (Step.END, DECLARED, replace(GONE, unlocked=True), 3),
        (Step.END, DECLARED, replace(GONE, running=False, envelope=""), 1),
        (Step.END, DECLARED, replace(GONE, envelope="financial"), 1),
        (Step.WAIT, DECLARED, replace(GONE, running=False), 9),
        (Step.WAIT, ENDED, GONE, 9),
        (Step.OPEN_REVEALED, replace(ENDED, end=End.REVEALED), GONE, 9),
        (Step.WAIT, replace(ENDED, end=End.REVEALED), replace(GONE, running=False), 9),
        (Step.WAIT, replace(ENDED, end=End.REVEALED), replace(GONE, envelope="financial"), 9),
        (Step.CLOSE_WINDOW, replace(DECLARED, trouble=Trouble.QUORUM_LOST), LOST, 3),
        (
            Step.END,
            replace(DECLARED, trouble=Trouble.QUORUM_LOST),
            replace(LOST, shares_since=None),
            3,
        ),
    ],
)
def test_what_follows(step: Step, found: Incident | None, stuck: Stuck, after: int) -> None:
    assert rules.next_step(found, stuck, now=NOW + after * MINUTE) is step


STUCK = st.builds(
    Stuck,
    running=st.booleans(),
    unlocked=st.booleans(),
    late_since=st.none() | st.just(NOW),
    shares_since=st.none() | st.just(NOW),
    out_of_reach=st.booleans(),
    envelope=st.sampled_from(["", "single", "financial"]),
    tender_over=st.booleans(),
)


@given(STUCK, st.sampled_from(list(Trouble)), st.integers(-600, 600))
def test_nothing_is_opened_by_reveals_before_the_end_or_after_a_recovery(
    stuck: Stuck, trouble: Trouble, seconds: int
) -> None:
    live = replace(DECLARED, trouble=trouble)
    now = live.until_at + timedelta(seconds=seconds)
    step = rules.next_step(live, stuck, now=now)
    assert step is not Step.OPEN_REVEALED
    if step is Step.CLOSE_WINDOW:
        assert seconds >= 0
        assert stuck.running
        assert stuck.envelope == live.envelope
        back = stuck.unlocked if trouble is Trouble.BEACON_GONE else stuck.shares_since is None
        assert not back
    assert live.takes_reveals(now) is (seconds < 0)
