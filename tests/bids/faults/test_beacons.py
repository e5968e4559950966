"""A beacon that is late, lies or is gone: bids stay sealed, the page says so, then all opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from beacon import client
from bids import facts, jobs, opening_pool, queries
from bids.acts.refusing import Refused
from bids.queries import openings
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.faults.beacons import Mood, OutsideBeacon
from tests.bids.steps import faults

SECOND = timedelta(seconds=1)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[OutsideBeacon]:
    monkeypatch.setattr(client, "WAITS_SECONDS", (0.01, 0.01, 0.01))
    beacon = OutsideBeacon()
    yield beacon
    beacon.go_away()


@pytest.fixture
def context(job_context: JobContext, outside: OutsideBeacon) -> JobContext:
    return replace(job_context, settings=replace(job_context.settings, beacon_url=outside.url))


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def stage(context: JobContext, tender: Tender) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id).stage


def opened(context: JobContext, tender: Tender) -> list[str]:
    with reading(context.sessions) as session:
        return sorted(bid.sha256 for bid in facts.opened_bids(session, tender.id))


def test_nothing_opens_until_the_beacon_tells_the_truth(
    context: JobContext, tender: Tender, outside: OutsideBeacon, clock: FrozenClock, app: Flask
) -> None:
    vendors = [made.vendor(context, f"Firm {n}") for n in range(2)]
    bids = sorted(made.submit(context, tender, vendor).sha256 for vendor in vendors)
    pages = app.test_client()

    def says(language: str) -> str:
        return pages.get(f"/{language}/tenders/{tender.id}/opening").get_data(as_text=True)

    # It gives the round's key away while the guard still runs: nothing is unlocked before its time.
    clock.move_to(made.unsealing_at(tender) - SECOND)
    sweep(context)
    assert (stage(context, tender), opened(context, tender)) == (Stage.OPENING, [])
    assert "Waiting for the beacon" not in says("en")

    clock.move_to(made.unsealing_at(tender) + 3 * SECOND)
    since = clock.at
    for mood in [mood for mood in Mood if mood is not Mood.HONEST]:
        outside.mood = mood
        before = outside.asked
        sweep(context)
        assert outside.asked > before, mood
        assert (stage(context, tender), opened(context, tender)) == (Stage.OPENING, []), mood
        clock.advance(seconds=30)
    outside.go_away()
    sweep(context)
    assert opened(context, tender) == []

    waits = f"Waiting for the beacon&#39;s key of round {tender.round}. No valid one has come yet"
    assert waits in says("en")
    assert "بیکن" in says("ur")
    assert f'datetime="{since:%Y-%m-%dT%H:%M:%S}' in says("en"), "since when it is asked in vain"
    late = made.commit(context, tender, vendors[0], made.seal(tender, vendors[0]))
    assert isinstance(late, Refused)
    assert late.code == "late"
    with reading(context.sessions) as session:
        for vendor in vendors:
            (kept,) = queries.own_submissions(session, vendor.organisation_id)
            assert context.blobs.stat(kept.blob_key or "").sha256 == kept.sha256

    outside.come_back()
    outside.mood = Mood.HONEST
    sweep(context)
    assert (stage(context, tender), opened(context, tender)) == (Stage.OPENED, bids)
    assert faults(context, tender.id) == []
    assert "Waiting for the beacon" not in says("en")


def test_a_beacon_that_is_gone_is_waited_for_once_in_a_sweep(
    context: JobContext, outside: OutsideBeacon, clock: FrozenClock
) -> None:
    due = [made.tender(context, short_name=name) for name in ("ONE", "TWO", "TRE")]
    for tender in due:
        made.submit(context, tender, made.vendor(context, f"Firm {tender.id}"))
    clock.move_to(made.unsealing_at(due[0]) + 3 * SECOND)
    outside.mood = Mood.BROKEN

    sweep(context)

    assert outside.asked == len(client.WAITS_SECONDS) + 1, "tenders waited one after the other"
    with reading(context.sessions) as session:
        states = [openings.opening_state(session, tender.id) for tender in due]
    assert all(state is not None and state.beacon_late_since == clock.at for state in states)
    outside.mood = Mood.HONEST
    sweep(context)
    assert [stage(context, tender) for tender in due] == [Stage.OPENED] * len(due)
