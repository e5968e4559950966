"""Two envelopes: technical ones first, then the prices of those who passed, and no other ever."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from bids import facts
from bids.acts import opening, pricing, withdrawing
from bids.acts.places import Place
from bids.domain.opening import Contents, EnvelopeOutcome
from bids.queries import openings, shares
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage
from tests.bids import committee_made, made, two_envelopes
from tests.bids.committee_made import Sitting, share_of
from tests.bids.conftest import TestBeacon
from tests.bids.two_envelopes import PRICES, Handed, hand_in, open_prices, release, sweep


@pytest.fixture
def sitting(job_context: JobContext, beacon: TestBeacon) -> Sitting:
    return two_envelopes.published(job_context)


@pytest.fixture
def handed(job_context: JobContext, sitting: Sitting) -> dict[str, Handed]:
    return hand_in(job_context, sitting)


@pytest.fixture
def reported(
    job_context: JobContext, sitting: Sitting, handed: dict[str, Handed], clock: FrozenClock
) -> dict[str, Handed]:
    two_envelopes.technical_reported(job_context, sitting, handed, clock)
    return handed


def stage_of(context: JobContext, sitting: Sitting) -> Stage:
    with reading(context.sessions) as session:
        return tenders.tender(session, sitting.tender.id).stage


def outcomes(context: JobContext, sitting: Sitting, kind: str) -> dict[str, EnvelopeOutcome]:
    with reading(context.sessions) as session:
        lines = facts.minutes(session, sitting.tender.id).envelopes
    return {line.vendor_name: line.outcome for line in lines if line.kind == kind}


def entries(context: JobContext, tender_id: str, kind: str) -> list[dict[str, object]]:
    with reading(context.sessions) as session:
        found = session.execute(
            text("SELECT doc FROM act WHERE tender_id = :t AND kind = :k ORDER BY n"),
            {"t": tender_id, "k": kind},
        )
        rows = [row[0] for row in found]
    return [json.loads(row) if isinstance(row, str) else row for row in rows]


def passing(handed: dict[str, Handed]) -> list[Handed]:
    return [handed[name] for name in "ABC"]


def test_at_the_opening_only_technical_envelopes_open_and_the_list_names_both(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed]
) -> None:
    sweep(job_context)
    assert stage_of(job_context, sitting) is Stage.TECHNICAL_REPORTED
    with reading(job_context.sessions) as session:
        first = facts.opened_bids(session, sitting.tender.id)
        prices = facts.opened_bids(session, sitting.tender.id, "financial")
        listed = openings.listed_hashes(session, sitting.tender.id)
    assert {bid.kind for bid in first} == {"technical"}
    assert all(bid.content is not None and bid.content.total is None for bid in first)
    assert prices == ()
    both = {sealed.sha256 for one in reported.values() for sealed in (one.technical, one.financial)}
    assert listed == both
    kept = outcomes(job_context, sitting, "financial")
    assert set(kept.values()) == {EnvelopeOutcome.KEPT_SEALED}


def test_the_prices_of_those_who_passed_are_opened_and_no_other_is(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed]
) -> None:
    assert open_prices(job_context, sitting, passing(reported)) == (3, 1)
    sweep(job_context)
    prices = [one.financial for one in passing(reported)]
    release(job_context, sitting, prices, sitting.members[1:])
    sweep(job_context)

    assert stage_of(job_context, sitting) is Stage.PRICES_OPENED
    with reading(job_context.sessions) as session:
        found = facts.opened_bids(session, sitting.tender.id, "financial")
        minutes = facts.minutes(session, sitting.tender.id)
    totals = {bid.vendor_name: bid.content.total for bid in found if bid.content}
    assert totals == {name: Decimal(PRICES[name]) for name in "ABC"}
    assert outcomes(job_context, sitting, "financial") == {
        **dict.fromkeys("ABC", EnvelopeOutcome.OPENED),
        "D": EnvelopeOutcome.UNOPENED,
    }
    assert minutes.prices_begun_at is not None
    assert minutes.prices_read_at is not None
    (begun,) = entries(job_context, sitting.tender.id, "opening.prices")
    closed = reported["D"]
    assert begun["unopened"] == [
        {
            "lot": "1",
            "vendor": closed.vendor.organisation_id,
            "sha256": closed.financial.sha256,
        }
    ]
    (ended,) = entries(job_context, sitting.tender.id, "opening.prices-read")
    assert (ended["opened"], ended["unreadable"]) == (3, 0)


def test_a_failed_bidders_price_is_nowhere_at_the_end(
    job_context: JobContext,
    sitting: Sitting,
    reported: dict[str, Handed],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    open_prices(job_context, sitting, passing(reported))
    sweep(job_context)
    prices = [one.financial for one in passing(reported)]
    release(job_context, sitting, prices, sitting.members[:2])
    sweep(job_context)

    def found(price: str) -> list[str]:
        where = ["log"] if price in caplog.text else []
        with reading(job_context.sessions) as session:
            for table in inspect(session.connection()).get_table_names():
                rows = session.execute(text(f'SELECT * FROM "{table}"'))
                where += [table for row in rows if price.encode() in _octets(tuple(row))]
        for path in job_context.settings.data_dir.rglob("*"):
            if path.is_file() and price.encode() in path.read_bytes():
                where.append(str(path.relative_to(job_context.settings.data_dir)))
        return where

    assert any(place == "envelope_submission" for place in found(PRICES["A"]))  # it can be found
    assert found(PRICES["D"]) == []


def test_a_failed_bidders_share_is_refused_and_the_attempt_is_public(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed]
) -> None:
    open_prices(job_context, sitting, passing(reported))
    sweep(job_context)
    member, closed = sitting.members[0], reported["D"].financial
    share = share_of(job_context, sitting, member, closed)
    denied = committee_made.release(job_context, sitting, member, closed, share)
    assert denied is not None
    assert denied.code == "stays-sealed"

    # Passed off as another bidder's, it counts as missing and is not shown to anybody.
    placed = committee_made.release(job_context, sitting, member, reported["A"].financial, share)
    assert placed is not None
    assert placed.code == "bad-share"
    (evidence,) = entries(job_context, sitting.tender.id, "opening.bad-share")
    assert "share" not in evidence
    with reading(job_context.sessions) as session:
        rows = [tuple(row) for row in session.execute(text("SELECT * FROM act"))]
        assert all(share not in str(row) for row in rows)
        assert closed.sha256 not in {
            part.sha256 for part in shares.read_parts(session, sitting.tender.id)
        }


def test_a_members_own_client_refuses_a_failed_share_passed_off_as_another(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed]
) -> None:
    closed, approved = reported["D"].financial, reported["A"].financial
    disguised = replace(closed, receipt=replace(closed.receipt, context=approved.receipt.context))
    with pytest.raises(Refusal, match="binding-vendor"):
        share_of(job_context, sitting, sitting.members[0], disguised)


def test_no_price_share_is_taken_while_technical_envelopes_open(
    job_context: JobContext, sitting: Sitting, handed: dict[str, Handed], clock: FrozenClock
) -> None:
    two_envelopes.to_the_shares(job_context, sitting, clock)
    price = handed["A"].financial
    denied = committee_made.release(job_context, sitting, sitting.members[0], price)
    assert denied is not None
    assert denied.code == "stays-sealed"


def test_whatever_a_worker_brings_a_price_is_not_recorded_before_its_day(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed]
) -> None:
    open_prices(job_context, sitting, passing(reported))
    with reading(job_context.sessions) as session:
        part = shares.read_parts(session, sitting.tender.id)[0]
    forced = replace(part.bid, kind="technical")
    with (
        pytest.raises(Refusal, match="stays-sealed"),
        unit_of_work(job_context.sessions, Actor.system("opening")) as uow,
    ):
        opening.record_opened(uow, forced, Contents(code=None, eid="00" * 16))
    closed = _submission(job_context, reported["D"].financial.sha256)
    unopened = replace(part.bid, kind="financial", submission_id=closed, sha256="")
    with (
        pytest.raises(Refusal, match="already-opened"),
        unit_of_work(job_context.sessions, Actor.system("opening")) as uow,
    ):
        opening.record_opened(uow, unopened, Contents(code="bad-package"))


def test_only_a_second_person_of_the_buyer_opens_prices_after_the_report(
    job_context: JobContext, sitting: Sitting, handed: dict[str, Handed], clock: FrozenClock
) -> None:
    with pytest.raises(Refusal, match="wrong-stage"):
        open_prices(job_context, sitting, passing(handed))
    two_envelopes.technical_reported(job_context, sitting, handed, clock)
    stale = replace(sitting.who.approver, fresh=False)
    stranger = made.vendor(job_context, "Stranger")
    for actor, code in (
        (sitting.who.officer, "not-permitted"),
        (stale, "fresh-sign-in"),
        (stranger, "not-permitted"),
        (Actor.system("opening"), "not-permitted"),
    ):
        with pytest.raises(Refusal, match=code):
            open_prices(job_context, sitting, passing(handed), actor)
    late = replace(handed["A"], vendor=stranger)
    with pytest.raises(Refusal, match="not-a-bidder"):
        open_prices(job_context, sitting, [late])
    vendors = frozenset({handed["A"].vendor.organisation_id})
    with (
        pytest.raises(Refusal, match="not-a-bidder"),
        unit_of_work(job_context.sessions, sitting.who.approver) as uow,
    ):
        pricing.open_prices(uow, sitting.tender.id, {"2": vendors})


def test_with_nobody_passed_no_price_opens_and_the_day_ends_at_once(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed]
) -> None:
    assert open_prices(job_context, sitting, []) == (0, 4)
    sweep(job_context)
    assert stage_of(job_context, sitting) is Stage.PRICES_OPENED
    assert set(outcomes(job_context, sitting, "financial").values()) == {EnvelopeOutcome.UNOPENED}


def test_in_a_tender_that_ends_on_quality_the_prices_are_unopened(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed]
) -> None:
    with unit_of_work(job_context.sessions, sitting.who.approver) as uow:
        progress_tender(uow, sitting.tender.id, Stage.UNSUCCESSFUL)
    assert set(outcomes(job_context, sitting, "financial").values()) == {EnvelopeOutcome.UNOPENED}


def test_a_replaced_price_is_never_opened_and_a_withdrawn_one_is_named(
    job_context: JobContext, sitting: Sitting, clock: FrozenClock
) -> None:
    handed = hand_in(job_context, sitting, {"A": "12000000", "B": "9000000", "C": "8000000"})
    newer = made.submit(
        job_context, sitting.tender, handed["A"].vendor, total="11400000", kind="financial"
    )
    handed["A"] = replace(handed["A"], financial=newer)
    gone = handed["B"].financial
    with unit_of_work(job_context.sessions, handed["B"].vendor) as uow:
        place = Place(sitting.tender.id, "1", "financial")
        withdrawing.withdraw_envelope(uow, place, gone.receipt.token.hex(), made.key(job_context))
    two_envelopes.technical_reported(job_context, sitting, handed, clock)
    # Whose price was withdrawn has passed all the same: there is nothing to be opened.
    assert open_prices(job_context, sitting, handed.values()) == (2, 0)
    sweep(job_context)
    prices = [handed[name].financial for name in "AC"]
    release(job_context, sitting, prices, sitting.members[:2])
    sweep(job_context)
    with reading(job_context.sessions) as session:
        found = facts.opened_bids(session, sitting.tender.id, "financial")
    totals = {bid.vendor_name: bid.content.total for bid in found if bid.content}
    assert totals == {"A": Decimal(11400000), "C": Decimal(8000000)}
    assert outcomes(job_context, sitting, "financial")["B"] is EnvelopeOutcome.WITHDRAWN


def test_a_price_alone_has_no_technical_envelope_and_stays_sealed(
    job_context: JobContext, sitting: Sitting, clock: FrozenClock
) -> None:
    handed = hand_in(job_context, sitting, {"A": "12000000"})
    alone = made.vendor(job_context, "Alone")
    made.submit(job_context, sitting.tender, alone, kind="financial")
    two_envelopes.technical_reported(job_context, sitting, handed, clock)
    with pytest.raises(Refusal, match="not-a-bidder"):
        open_prices(job_context, sitting, [replace(handed["A"], vendor=alone)])
    assert open_prices(job_context, sitting, handed.values()) == (1, 1)
    assert outcomes(job_context, sitting, "financial")["Alone"] is EnvelopeOutcome.UNOPENED


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.sets(st.sampled_from("ABCD")))
def test_whoever_passes_exactly_the_others_are_unopened_for_good(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed], names: set[str]
) -> None:
    with (
        suppress(_Undone),
        unit_of_work(job_context.sessions, sitting.who.approver) as uow,
    ):
        vendors = frozenset(reported[name].vendor.organisation_id for name in names)
        counted = pricing.open_prices(uow, sitting.tender.id, {"1": vendors})
        assert counted == (len(names), 4 - len(names))
        query = text("SELECT vendor_id, state FROM envelope_submission WHERE kind = 'financial'")
        states = {vendor: state for vendor, state in uow.session.execute(query)}
        assert {vendor for vendor, state in states.items() if state == "sealed"} == vendors
        assert {state for vendor, state in states.items() if vendor not in vendors} <= {"unopened"}
        raise _Undone


class _Undone(Exception):
    pass


def test_changed_bytes_pause_the_opening_of_the_prices(
    job_context: JobContext, sitting: Sitting, reported: dict[str, Handed]
) -> None:
    open_prices(job_context, sitting, passing(reported))
    sealed = reported["A"].financial
    key = f"sealed/{_submission(job_context, sealed.sha256)}"
    job_context.blobs.delete(key)
    sweep(job_context)
    with reading(job_context.sessions) as session:
        state = openings.opening_state(session, sitting.tender.id)
    assert state is not None
    assert state.pause_sha256 == sealed.sha256
    job_context.blobs.put_new(key, [sealed.data])
    sweep(job_context)
    sweep(job_context)
    release(job_context, sitting, [one.financial for one in passing(reported)], sitting.members[:2])
    sweep(job_context)
    assert stage_of(job_context, sitting) is Stage.PRICES_OPENED


def _submission(context: JobContext, sha256: str) -> str:
    with reading(context.sessions) as session:
        query = text("SELECT id FROM envelope_submission WHERE sha256 = :h")
        return str(session.execute(query, {"h": sha256}).scalar_one())


def _octets(row: tuple[object, ...]) -> bytes:
    parts = [
        bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in row
    ]
    return b"|".join(parts)
