"""Incidents of a lost quorum, of two envelopes, and with fewer reveals than the rules ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bids import incident_jobs
from bids.acts import opening
from bids.acts.too_few import leave_unopened, release_opening
from bids.domain.incident import End, Incident
from bids.domain.opening import Contents, EnvelopeOutcome
from bids.queries import incidents, shares
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage
from tests.bids import committee_made, made, two_envelopes
from tests.bids.committee_made import Sitting
from tests.bids.conftest import TestBeacon
from tests.bids.incident_made import (
    NOT_REVEALED,
    OPENED,
    WRONG,
    Gone,
    declared,
    end_window,
    entries,
    newest,
    office,
    outcomes,
    reveal,
    stage,
    sweep,
    to_the_trouble,
)

# Quorum lost


@pytest.fixture
def sitting(job_context: JobContext, beacon: TestBeacon) -> Sitting:
    return committee_made.published(job_context)


class Lost:
    """A tender with a committee of which only one member gives shares."""

    def __init__(self, context: JobContext, sitting: Sitting, clock: FrozenClock) -> None:
        self.sitting, self.tender = sitting, sitting.tender
        self.vendors = [made.vendor(context, name) for name in ("Alif", "Bano")]
        self.sealed = [made.submit(context, self.tender, vendor) for vendor in self.vendors]
        self.office = office(context, self.tender)
        to_the_trouble(context, self.tender, clock)
        for sealed in self.sealed:
            assert committee_made.release(context, sitting, sitting.members[0], sealed) is None


@pytest.fixture
def lost(job_context: JobContext, sitting: Sitting, clock: FrozenClock) -> Lost:
    return Lost(job_context, sitting, clock)


def test_a_lost_quorum_is_made_good_by_receipts_with_their_inner_key(
    job_context: JobContext, lost: Lost, clock: FrozenClock
) -> None:
    found = declared(job_context, lost.tender, lost.office, clock, "quorum-lost")
    for vendor, sealed in zip(lost.vendors, lost.sealed, strict=True):
        assert sealed.receipt.inner_secret is not None
        reveal(job_context, vendor, sealed.receipt, found)
    end_window(job_context, found, clock)
    assert set(outcomes(job_context, lost.tender).values()) == {OPENED}
    assert stage(job_context, lost.tender) is Stage.OPENED


@pytest.mark.parametrize("secret", [None, bytes(32)])
def test_a_wrong_inner_key_opens_nothing(
    job_context: JobContext, lost: Lost, clock: FrozenClock, secret: bytes | None
) -> None:
    found = declared(job_context, lost.tender, lost.office, clock, "quorum-lost")
    reveal(job_context, lost.vendors[0], lost.sealed[0].receipt, found, inner_secret=secret)
    end_window(job_context, found, clock)
    assert outcomes(job_context, lost.tender) == {"Alif": WRONG, "Bano": NOT_REVEALED}


def test_a_quorum_that_comes_back_ends_the_incident(
    job_context: JobContext, lost: Lost, clock: FrozenClock
) -> None:
    found = declared(job_context, lost.tender, lost.office, clock, "quorum-lost")
    reveal(job_context, lost.vendors[0], lost.sealed[0].receipt, found)
    second = lost.sitting.members[1]
    assert committee_made.release(job_context, lost.sitting, second, lost.sealed[0]) is None
    sweep(job_context)
    assert newest(job_context, lost.tender).live
    assert outcomes(job_context, lost.tender)["Alif"] == (EnvelopeOutcome.OPENED, None, False)
    assert committee_made.release(job_context, lost.sitting, second, lost.sealed[1]) is None
    sweep(job_context)
    assert newest(job_context, lost.tender).end is End.RECOVERED
    assert outcomes(job_context, lost.tender)["Bano"] == (EnvelopeOutcome.OPENED, None, False)


def test_below_the_quorum_no_worker_records_what_nobody_revealed(
    job_context: JobContext, lost: Lost, clock: FrozenClock
) -> None:
    found = declared(job_context, lost.tender, lost.office, clock, "quorum-lost")
    reveal(job_context, lost.vendors[0], lost.sealed[0].receipt, found)
    with reading(job_context.sessions) as session:
        parts = shares.read_parts(session, lost.tender.id)
    for part in parts:
        with (
            pytest.raises(Refusal, match="quorum"),
            unit_of_work(job_context.sessions, Actor.system("opening")) as uow,
        ):
            opening.record_opened(uow, part.bid, Contents(code=None, eid="00" * 16))


def test_a_silent_beacon_under_a_committee_needs_both_keys_of_the_receipt(
    job_context: JobContext, sitting: Sitting, clock: FrozenClock, beacon: TestBeacon
) -> None:
    vendor = made.vendor(job_context, "Alif")
    sealed = made.submit(job_context, sitting.tender, vendor)
    by = office(job_context, sitting.tender)
    beacon.late = True
    to_the_trouble(job_context, sitting.tender, clock)
    found = declared(job_context, sitting.tender, by, clock)
    reveal(job_context, vendor, sealed.receipt, found)
    end_window(job_context, found, clock)
    assert outcomes(job_context, sitting.tender) == {"Alif": OPENED}


# Two envelopes


def test_only_technical_envelopes_are_revealed_first_and_approved_prices_later(
    job_context: JobContext, beacon: TestBeacon, clock: FrozenClock
) -> None:
    sitting = two_envelopes.published(job_context)
    tender = sitting.tender
    handed = two_envelopes.hand_in(job_context, sitting, {"A": "100", "B": "200", "D": "50"})
    by = office(job_context, tender)
    beacon.late = True
    to_the_trouble(job_context, tender, clock)
    found = declared(job_context, tender, by, clock)
    for each in handed.values():
        with pytest.raises(Refusal, match="stays-sealed"):
            reveal(job_context, each.vendor, each.financial.receipt, found)
        reveal(job_context, each.vendor, each.technical.receipt, found)
    end_window(job_context, found, clock)
    assert set(outcomes(job_context, tender, "technical").values()) == {OPENED}
    kept = (EnvelopeOutcome.KEPT_SEALED, None, False)
    assert set(outcomes(job_context, tender, "financial").values()) == {kept}

    with unit_of_work(job_context.sessions, sitting.who.officer) as uow:
        progress_tender(uow, tender.id, Stage.TECHNICAL_REPORTED)
    two_envelopes.open_prices(job_context, sitting, [handed["A"], handed["B"]])
    sweep(job_context)
    prices = declared(job_context, tender, by, clock)
    assert prices.envelope == "financial"
    with pytest.raises(Refusal, match="stays-sealed"):
        reveal(job_context, handed["D"].vendor, handed["D"].financial.receipt, prices)
    reveal(job_context, handed["A"].vendor, handed["A"].financial.receipt, prices)
    end_window(job_context, prices, clock)
    assert stage(job_context, tender) is Stage.PRICES_OPENED
    assert outcomes(job_context, tender, "financial") == {
        "A": OPENED,
        "B": NOT_REVEALED,
        "D": (EnvelopeOutcome.UNOPENED, None, False),
    }


# Too few


@pytest.fixture
def few(job_context: JobContext, clock: FrozenClock, beacon: TestBeacon) -> tuple[Gone, Incident]:
    """Three quotations, as many as the rules ask for, of which one is revealed."""
    beacon.late = True
    who = made.made.council(job_context.sessions, "QTC")
    facts_ = replace(made.made.FACTS, method="quotations")
    draft = made.made.complete_draft(
        job_context.sessions, who, book="practice", items=made.ITEMS, facts=facts_
    )
    tender = made.made.published(job_context.sessions, who, draft, chain=made.CHAIN)
    gone = Gone(job_context, tender, clock)
    found = declared(job_context, tender, gone.office, clock)
    reveal(job_context, gone.vendors[0], gone.sealed[0].receipt, found)
    end_window(job_context, found, clock)
    return gone, found


def test_fewer_reveals_than_the_rules_ask_for_wait_for_two_persons(
    job_context: JobContext, few: tuple[Gone, Incident]
) -> None:
    gone, _ = few
    (held,) = entries(job_context, gone.tender.id, "opening.too-few")
    assert (held["bids"], held["minimum"]) == (1, 3)
    assert entries(job_context, gone.tender.id, "incident.window-closed") == []
    with unit_of_work(job_context.sessions, gone.office.approver) as uow:
        release_opening(uow, gone.tender.id)
    sweep(job_context)
    assert outcomes(job_context, gone.tender) == {
        "Alif": OPENED,
        "Bano": NOT_REVEALED,
        "Chand": NOT_REVEALED,
    }


def test_reveals_of_a_tender_that_ends_unopened_are_destroyed(
    job_context: JobContext, few: tuple[Gone, Incident]
) -> None:
    gone, found = few
    with unit_of_work(job_context.sessions, gone.office.approver) as uow:
        assert leave_unopened(uow, gone.tender.id) == 3
        progress_tender(uow, gone.tender.id, Stage.UNSUCCESSFUL)
    incident_jobs.settle_incidents(job_context)
    assert newest(job_context, gone.tender).end is End.TENDER_ENDED
    with reading(job_context.sessions) as session:
        assert [each.sealed for each in incidents.reveals(session, found.id)] == [None]
