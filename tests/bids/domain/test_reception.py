"""When a bid is in: examples of scenario 3, properties, and every refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.domain import reception
from bids.domain.reception import (
    EnvelopeKey,
    Fingerprint,
    SubmissionState,
    Usage,
    Window,
)
from foundation.values.refusal import Refusal

DEADLINE = datetime(2026, 3, 17, 6, 0, tzinfo=UTC)
DAY = 24 * 3600
WINDOW = Window(True, DEADLINE, "aa" * 32, "bb" * 32, 7, frozenset({"1"}), frozenset({"single"}))
KEY = EnvelopeKey("t", "1", "single", "v")
GIVEN = Fingerprint("cc" * 32, 1000, "aa" * 32, "dd" * 32)
NOTHING_USED = Usage(0, 0)
OFFSETS = st.integers(min_value=-3 * DAY * 10**6, max_value=3 * DAY * 10**6)


def at(seconds: float) -> datetime:
    return DEADLINE + timedelta(seconds=seconds)


def test_the_last_second_is_in_and_the_deadline_is_not() -> None:
    assert reception.is_in(WINDOW, committed_at=at(-100), completed_at=at(-1))
    assert reception.is_in(WINDOW, committed_at=at(-100), completed_at=at(-0.000001))
    assert not reception.is_in(WINDOW, committed_at=at(-100), completed_at=at(0))


def test_under_a_fingerprint_book_the_file_may_come_a_day_later() -> None:
    book = replace(WINDOW, grace_seconds=DAY)
    assert reception.is_in(book, committed_at=at(-120), completed_at=at(DAY - 180))
    assert not reception.is_in(book, committed_at=at(-120), completed_at=at(DAY))
    assert not reception.is_in(book, committed_at=at(0), completed_at=at(60))


@given(committed=OFFSETS, completed=OFFSETS)
def test_without_grace_only_the_last_byte_counts(committed: int, completed: int) -> None:
    instants = [DEADLINE + timedelta(microseconds=n) for n in (committed, completed)]
    inside = reception.is_in(WINDOW, committed_at=instants[0], completed_at=instants[1])
    assert inside == (instants[1] < DEADLINE)


@given(committed=OFFSETS, completed=OFFSETS, grace=st.integers(1, 2 * DAY))
def test_with_grace_both_instants_count(committed: int, completed: int, grace: int) -> None:
    book = replace(WINDOW, grace_seconds=grace)
    instants = [DEADLINE + timedelta(microseconds=n) for n in (committed, completed)]
    inside = reception.is_in(book, committed_at=instants[0], completed_at=instants[1])
    expected = instants[0] < DEADLINE and instants[1] < DEADLINE + timedelta(seconds=grace)
    assert inside == expected


def refused_fingerprint(
    window: Window = WINDOW,
    key: EnvelopeKey = KEY,
    given_: Fingerprint = GIVEN,
    usage: Usage = NOTHING_USED,
    now: datetime = DEADLINE - timedelta(hours=1),
) -> str | None:
    try:
        reception.check_fingerprint(window, key, given_, usage, now=now)
    except Refusal as refusal:
        return refusal.code
    return None


def test_a_good_fingerprint_is_taken() -> None:
    assert refused_fingerprint() is None
    assert refused_fingerprint(given_=replace(GIVEN, token_sha256="")) is None


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("not-found", {"key": replace(KEY, lot_id="2")}),
        ("not-found", {"key": replace(KEY, kind="technical")}),
        ("bad-fingerprint", {"given_": replace(GIVEN, sha256="CC" * 32)}),
        ("bad-fingerprint", {"given_": replace(GIVEN, size=0)}),
        ("bad-fingerprint", {"given_": replace(GIVEN, token_sha256="dd")}),
        ("not-taking-bids", {"window": replace(WINDOW, taking_bids=False)}),
        ("late", {"now": DEADLINE}),
        ("late", {"now": DEADLINE, "window": replace(WINDOW, taking_bids=False)}),
        ("wrong-notice", {"given_": replace(GIVEN, notice="ee" * 32)}),
        ("too-small", {"given_": replace(GIVEN, size=199)}),
        ("too-large", {"given_": replace(GIVEN, size=reception.MAX_SEALED_BYTES + 1)}),
        ("too-many-attempts", {"usage": Usage(30, 0)}),
        ("allowance-exceeded", {"usage": Usage(0, reception.VENDOR_ALLOWANCE_BYTES)}),
    ],
)
def test_each_fault_has_its_code(code: str, changes: dict[str, object]) -> None:
    assert refused_fingerprint(**changes) == code  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [s for s in SubmissionState if s != "committed"])
def test_only_a_live_commitment_can_be_completed(state: SubmissionState) -> None:
    with pytest.raises(Refusal) as refusal:
        reception.check_completion(WINDOW, GIVEN, state=state, committed_at=at(-9), now=at(-5))
    assert refusal.value.code == "upload-ended"


def test_a_completion_after_an_addendum_is_refused() -> None:
    changed = replace(WINDOW, notice="ee" * 32)
    with pytest.raises(Refusal) as refusal:
        reception.check_completion(
            changed, GIVEN, state=SubmissionState.COMMITTED, committed_at=at(-9), now=at(-5)
        )
    assert refusal.value.code == "wrong-notice"


def test_slices_are_refused_once_no_byte_can_count() -> None:
    state = SubmissionState.COMMITTED
    reception.check_slice(WINDOW, state, now=at(-1))
    reception.check_slice(replace(WINDOW, grace_seconds=DAY), state, now=at(DAY - 1))
    with pytest.raises(Refusal) as refusal:
        reception.check_slice(WINDOW, state, now=at(0))
    assert refusal.value.code == "late"
