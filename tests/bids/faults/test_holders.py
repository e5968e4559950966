"""Bids sealed to a shared key: two of three holders open them, never early, never one alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from beacon import client
from bids import facts, jobs, opening_pool
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tests.bids import made
from tests.bids.faults.beacons import OutsideBeacon
from tests.bids.faults.holders import ServedRing
from tests.bids.steps import faults

SECOND = timedelta(seconds=1)
HOURS = 6 * 3600.0


@pytest.fixture
def ring(
    tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ServedRing]:
    monkeypatch.setattr(client, "WAITS_SECONDS", (0.01, 0.01, 0.01))
    ring = ServedRing(tmp_path / "ring")
    ring.at(clock.at)
    yield ring
    ring.close()


@pytest.fixture
def context(job_context: JobContext, ring: ServedRing) -> JobContext:
    settings = replace(
        job_context.settings,
        beacon_url=" ".join(ring.addresses),
        beacon_chain_hash=ring.chain.hash,
    )
    return replace(job_context, settings=settings)


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def standing(context: JobContext, tender: Tender) -> tuple[Stage, list[str]]:
    with reading(context.sessions) as session:
        opened = sorted(bid.sha256 for bid in facts.opened_bids(session, tender.id))
        return tenders.tender(session, tender.id).stage, opened


def test_one_killed_one_lying_one_hours_ahead(
    context: JobContext, ring: ServedRing, clock: FrozenClock, app: Flask
) -> None:
    tender = made.tender(context, chain=ring.chain)
    vendors = [made.vendor(context, f"Firm {n}") for n in range(2)]
    bids = sorted(made.submit(context, tender, vendor).sha256 for vendor in vendors)
    pages = app.test_client()

    def says(language: str) -> str:
        return pages.get(f"/{language}/tenders/{tender.id}/opening").get_data(as_text=True)

    page = pages.get(f"/en/tenders/{tender.id}").get_data(as_text=True)
    assert "2 of the 3 holders of the beacon's key could open early together." in page
    assert "nobody can read a price with what this server holds" not in page

    # T has come and one holder is hours ahead: the guard runs, and the round is not due elsewhere.
    clock.move_to(made.unsealing_at(tender) - SECOND)
    ring.at(clock.at, ahead={3: HOURS})
    sweep(context)
    assert standing(context, tender) == (Stage.OPENING, [])

    # The round is due, but of three one is gone and one lies: the right one alone opens nothing.
    clock.move_to(made.unsealing_at(tender) + 4 * SECOND)
    ring.go_away(1)
    ring.lying.add(2)
    ring.at(clock.at, ahead={3: HOURS})
    sweep(context)
    assert standing(context, tender) == (Stage.OPENING, [])
    assert f"Waiting for the beacon&#39;s key of round {tender.round}." in says("en")
    assert "2 of the 3 holders of the key must sign it." in says("en")
    assert "ان میں سے 2 کے دستخط ضروری ہیں" in says("ur")

    # Two sign, the third goes on lying: everything opens and nothing was lost.
    ring.come_back(1)
    ring.at(clock.at, ahead={3: HOURS})
    sweep(context)
    assert standing(context, tender) == (Stage.OPENED, bids)
    assert faults(context, tender.id) == []


def test_a_published_tender_keeps_its_chain_whatever_is_set_later(
    context: JobContext, ring: ServedRing, clock: FrozenClock, app: Flask
) -> None:
    """Published under one beacon, opened after the operator has changed to another."""
    outside = OutsideBeacon()
    before = replace(
        context,
        settings=replace(context.settings, beacon_url=outside.url, beacon_chain_hash=""),
    )
    old = made.tender(before)
    bid = made.submit(before, old, made.vendor(before, "Firm of old"))
    pack = _pack(before, old)

    new = made.tender(context, short_name="NEW", chain=ring.chain)
    later = made.submit(context, new, made.vendor(context, "Firm of new"))
    assert (_tender(context, old).chain, _tender(context, old).round) == (old.chain, old.round)
    assert _pack(context, old) == pack
    assert old.chain is not None
    assert old.chain.hash.encode() in pack
    page = app.test_client().get(f"/en/tenders/{old.id}").get_data(as_text=True)
    assert "Whoever holds the key of this tender&#39;s beacon" in page or (
        "Whoever holds the key of this tender's beacon could open early." in page
    )

    # Only the new beacon is listed: the old tender waits for its own, the new one opens.
    clock.move_to(made.unsealing_at(new) + 4 * SECOND)
    ring.at(clock.at)
    sweep(context)
    assert standing(context, old) == (Stage.OPENING, [])
    assert standing(context, new) == (Stage.OPENED, [later.sha256])

    # With the old address after the new ones it opens, with its own chain's key.
    both = f"{context.settings.beacon_url} {outside.url}"
    sweep(replace(context, settings=replace(context.settings, beacon_url=both)))
    assert standing(context, old) == (Stage.OPENED, [bid.sha256])
    outside.go_away()


def _tender(context: JobContext, tender: Tender) -> Tender:
    with reading(context.sessions) as session:
        return tenders.tender(session, tender.id)


def _pack(context: JobContext, tender: Tender) -> bytes:
    with reading(context.sessions) as session:
        return tenders.pack(session, tender.id).data


def test_a_beacon_that_is_gone_keeps_no_other_chain_waiting(
    context: JobContext, ring: ServedRing, clock: FrozenClock
) -> None:
    """One chain's address is dead, another's answers: each tender waits for its own alone."""
    old = made.tender(context, short_name="OLD")
    new = made.tender(context, short_name="NEW", chain=ring.chain)
    for tender in (old, new):
        made.submit(context, tender, made.vendor(context, f"Firm {tender.id}"))
    dead = OutsideBeacon()
    dead.go_away()
    address = f"{dead.url} {' '.join(ring.addresses)}"
    clock.move_to(made.unsealing_at(new) + 4 * SECOND)
    ring.at(clock.at)
    sweep(replace(context, settings=replace(context.settings, beacon_url=address)))
    assert standing(context, old)[0] is Stage.OPENING
    assert standing(context, new)[0] is Stage.OPENED
