"""A later deadline after an outage: only where a committee holds the bids, with time to seal."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.refusal import Refusal
from tendering.domain import changing
from tendering.domain.committee import COMMITTEE_SEAL
from tendering.domain.tender import Stage, Tender
from tests.tendering.domain.test_changing import BOOK, DAY, MINUTE, tender
from tests.tendering.domain.test_committee import committee, ready

BY = ("officer", "approver")
HELD_FOR = 2 * DAY


def closed() -> Tender:
    of = tender()
    return replace(
        of,
        stage=Stage.CLOSED,
        closed_at=of.schedule.deadline_at,
        seal=COMMITTEE_SEAL,
        committee=ready(committee()),
    )


def postponed(of: Tender, deadline_at: datetime, now: datetime) -> Tender:
    return changing.postpone(of, BOOK, deadline_at, by=BY, now=now)


def test_it_takes_bids_again_as_the_next_version_with_an_opening_of_its_own() -> None:
    of = closed()
    now = of.schedule.deadline_at + HELD_FOR
    later = postponed(of, now + 7 * DAY, now)
    assert (later.stage, later.version, later.closed_at) == (Stage.PUBLISHED, 2, None)
    assert (later.submitted_by, later.approved_by) == BY
    assert later.schedule.opening_at == now + 7 * DAY + 30 * MINUTE
    assert replace(later, schedule=of.schedule, committee=None) == replace(
        of, stage=Stage.PUBLISHED, version=2, closed_at=None, committee=None,
        submitted_by=BY[0], approved_by=BY[1],
    )  # fmt: skip
    assert later.committee == of.committee


@given(minutes=st.integers(-30 * 24 * 60, 30 * 24 * 60), held_minutes=st.integers(0, 60 * 24 * 60))
def test_never_earlier_and_never_without_time_to_seal(minutes: int, held_minutes: int) -> None:
    of = closed()
    now = of.schedule.deadline_at + held_minutes * MINUTE
    deadline_at = now + minutes * MINUTE
    local = deadline_at.astimezone(ZoneInfo(of.schedule.zone))
    after_midnight = (local + 30 * MINUTE).date() != local.date()  # the opening must be that day
    if deadline_at < now + 7 * DAY or after_midnight:
        with pytest.raises(Refusal, match=r"date-earlier|time-to-seal|opening-other-day"):
            postponed(of, deadline_at, now)
        return
    later = postponed(of, deadline_at, now)
    assert later.schedule.deadline_at >= now + 7 * DAY
    assert later.schedule.opening_at >= max(of.schedule.opening_at, deadline_at)


def test_the_time_lock_alone_is_fixed() -> None:
    of = replace(closed(), seal="time_lock")
    now = of.schedule.deadline_at + timedelta(hours=1)
    with pytest.raises(Refusal, match="no-committee-holds"):
        postponed(of, now + 8 * DAY, now)


@pytest.mark.parametrize("stage", sorted(set(Stage) - {Stage.CLOSED}))
def test_only_a_closed_tender_of_which_nothing_is_listed(stage: Stage) -> None:
    of = replace(closed(), stage=stage)
    now = of.schedule.deadline_at + timedelta(hours=1)
    with pytest.raises(Refusal, match="wrong-stage"):
        postponed(of, now + 8 * DAY, now)
