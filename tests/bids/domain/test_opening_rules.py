"""What is to be done when, for every stage and instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain import withdrawal
from bids.domain.opening import Progress, Step, decryptable_at, next_step, outcome_of
from bids.domain.reception import HELD_STATES, SubmissionState, Window
from bids.domain.withdrawal import Proof
from foundation.values.refusal import Refusal
from tendering.domain.tender import Schedule, Stage

DEADLINE = datetime(2026, 3, 17, 6, 0, tzinfo=UTC)
OPENING = DEADLINE + timedelta(minutes=30)
SCHEDULE = Schedule(None, None, DEADLINE, OPENING, 60, "Asia/Karachi")
UNLOCK = OPENING + timedelta(seconds=60)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("stage", "now", "sealed", "step"),
    [
        (Stage.PUBLISHED, DEADLINE - TICK, 5, Step.WAIT),
        (Stage.PUBLISHED, DEADLINE, 5, Step.CLOSE_BOX),
        (Stage.PUBLISHED, UNLOCK, 5, Step.CLOSE_BOX),
        (Stage.CLOSED, OPENING - TICK, 5, Step.WAIT),
        (Stage.CLOSED, OPENING, 5, Step.BEGIN),
        (Stage.OPENING, UNLOCK - TICK, 5, Step.WAIT),
        (Stage.OPENING, UNLOCK, 5, Step.OPEN_ENVELOPES),
        (Stage.OPENING, UNLOCK - TICK, 0, Step.WAIT),
        (Stage.OPENING, UNLOCK, 0, Step.CONCLUDE),
        (Stage.OPENED, UNLOCK, 0, Step.DONE),
        (Stage.AWARDED, UNLOCK, 0, Step.DONE),
    ],
)
def test_the_next_step(stage: Stage, now: datetime, sealed: int, step: Step) -> None:
    assert next_step(SCHEDULE, Progress(stage, sealed), now=now) is step


def test_a_paused_opening_waits() -> None:
    progress = Progress(Stage.OPENING, 5, paused=True)
    assert next_step(SCHEDULE, progress, now=UNLOCK) is Step.WAIT


@given(
    st.sampled_from(list(Stage)),
    st.integers(-7200, 7200),
    st.integers(0, 3),
    st.booleans(),
)
def test_nothing_is_opened_before_the_guard_is_over(
    stage: Stage, seconds: int, sealed: int, paused: bool
) -> None:
    now = OPENING + timedelta(seconds=seconds)
    step = next_step(SCHEDULE, Progress(stage, sealed, paused), now=now)
    if step in {Step.OPEN_ENVELOPES, Step.CONCLUDE}:
        assert now >= decryptable_at(SCHEDULE)
    if step is Step.BEGIN:
        assert now >= OPENING
    if step is Step.CLOSE_BOX:
        assert now >= DEADLINE


def test_given_up_and_refused_files_are_not_shown() -> None:
    shown = {state: outcome_of(state) for state in SubmissionState}
    assert shown[SubmissionState.ABANDONED] is None
    assert shown[SubmissionState.REFUSED] is None
    assert all(shown[s] for s in SubmissionState if s not in {"abandoned", "refused"})


WINDOW = Window(True, DEADLINE, "aa" * 32, "bb" * 32, 7, frozenset({"1"}), frozenset({"single"}))
TOKEN = "11" * 32
TOKEN_SHA256 = "02d449a31fbb267c8f352e9968a79e3e5fc95c1bbeaa502fd6454ebde5a4bedc"


def test_a_token_proves_a_withdrawal() -> None:
    assert withdrawal.judge_token(TOKEN, TOKEN_SHA256) is Proof.TOKEN
    assert withdrawal.judge_token(None, TOKEN_SHA256) is Proof.SIGN_IN_ONLY
    assert withdrawal.judge_token("", "") is Proof.SIGN_IN_ONLY


@pytest.mark.parametrize("token", ["22" * 32, "11", "zz" * 32, TOKEN.upper() + "A"])
def test_another_token_is_refused(token: str) -> None:
    with pytest.raises(Refusal) as refusal:
        withdrawal.judge_token(token, TOKEN_SHA256)
    assert refusal.value.code == "wrong-token"


def test_no_token_fits_a_bid_that_named_none() -> None:
    with pytest.raises(Refusal) as refusal:
        withdrawal.judge_token(TOKEN, "")
    assert refusal.value.code == "wrong-token"


@pytest.mark.parametrize("state", [None, *sorted(set(SubmissionState) - HELD_STATES)])
def test_only_a_sealed_or_unconfirmed_bid_can_be_withdrawn(
    state: SubmissionState | None,
) -> None:
    with pytest.raises(Refusal) as refusal:
        withdrawal.check_withdrawal(WINDOW, state, now=DEADLINE - TICK)
    assert refusal.value.code == "nothing-to-withdraw"


def test_at_the_deadline_it_is_too_late_to_withdraw() -> None:
    withdrawal.check_withdrawal(WINDOW, SubmissionState.SEALED, now=DEADLINE - TICK)
    with pytest.raises(Refusal) as refusal:
        withdrawal.check_withdrawal(WINDOW, SubmissionState.SEALED, now=DEADLINE)
    assert refusal.value.code == "late-withdrawal"
