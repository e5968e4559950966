"""Acceptance scenarios 3 and 4 through acts on a frozen clock."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from bids import facts, jobs, queries
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.domain.opening import EnvelopeOutcome
from bids.intake import intake_of
from bids.queries import openings
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from sealing.signatures import verify_note
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.acts.opened import entries, open_all, opened, sweep
from tests.bids.conftest import TestBeacon

SECOND = timedelta(seconds=1)


def test_one_second_before_the_deadline_a_bid_is_in(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    clock.move_to(tender.schedule.deadline_at - SECOND)
    made.submit(job_context, tender, made.vendor(job_context))
    open_all(job_context, tender, clock)
    assert len(opened(job_context, tender)) == 1


def test_at_the_deadline_a_bid_is_refused_and_the_attempt_recorded(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    vendor = made.vendor(job_context)
    clock.move_to(tender.schedule.deadline_at)
    refused = made.commit(job_context, tender, vendor, made.seal(tender, vendor))
    assert isinstance(refused, Refused)
    assert refused.code == "late"
    verify_note(refused.attempt.encode(), [made.key(job_context).verifier()])
    with reading(job_context.sessions) as session:
        (attempt,) = queries.own_attempts(session, vendor.organisation_id)
    assert (attempt.code, attempt.at) == ("late", tender.schedule.deadline_at)
    open_all(job_context, tender, clock)
    assert opened(job_context, tender) == ()


def test_a_fingerprint_in_time_whose_bytes_are_late_is_not_in(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    vendor = made.vendor(job_context)
    sealed = made.seal(tender, vendor)
    clock.move_to(tender.schedule.deadline_at - SECOND)
    committed = made.commit(job_context, tender, vendor, sealed)
    assert isinstance(committed, Committed)
    clock.move_to(tender.schedule.deadline_at)
    late = made.complete(job_context, tender, vendor, committed.upload_id, sealed.data)
    assert isinstance(late, Refused)
    assert late.code == "late"
    open_all(job_context, tender, clock)
    with reading(job_context.sessions) as session:
        (line,) = facts.minutes(session, tender.id).envelopes
        assert line.outcome is EnvelopeOutcome.NOT_DELIVERED
        assert sealed.sha256 in openings.listed_hashes(session, tender.id)


@pytest.mark.sqlite  # there `tests/front/test_load.py` says it of real processes
def test_two_hundred_vendors_in_the_last_minutes_all_get_receipts(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    clock.move_to(tender.schedule.deadline_at - SECOND)
    intake = intake_of(job_context.sessions)
    vendors = [made.vendor(job_context, f"Firm {n}") for n in range(200)]
    receipts: list[str] = []
    failures: list[BaseException] = []

    def press(who: list[Actor]) -> None:
        try:
            for vendor in who:
                receipts.append(made.submit_by_intake(job_context, intake, tender, vendor))
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=press, args=(vendors[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(receipts)) == 200
    open_all(job_context, tender, clock)
    assert [bid.state for bid in opened(job_context, tender)] == ["opened"] * 200


def test_a_replacement_is_read_and_a_withdrawal_stays_unopened(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    first, second = made.vendor(job_context, "Firm A"), made.vendor(job_context, "Firm B")
    old = made.submit(job_context, tender, first, total="12000000")
    new = made.submit(job_context, tender, first, total="11400000")
    gone = made.submit(job_context, tender, second, total="10000000")
    made.withdraw(job_context, tender, second, gone.receipt.token.hex())
    jobs.destroy_doomed(job_context)
    open_all(job_context, tender, clock)
    (bid,) = opened(job_context, tender)
    assert (bid.vendor_name, bid.sha256) == ("Firm A", new.sha256)
    assert bid.content is not None
    assert bid.content.total == Decimal("11400000")
    with reading(job_context.sessions) as session:
        lines = facts.minutes(session, tender.id).envelopes
        state = openings.opening_state(session, tender.id)
    outcomes = {line.vendor_name: line.outcome for line in lines}
    assert outcomes == {"Firm A": EnvelopeOutcome.OPENED, "Firm B": EnvelopeOutcome.WITHDRAWN}
    assert state is not None
    listed = made.note_document(state.list_note)
    assert listed["replaced"] == [old.sha256]
    held = {blob for blob in job_context.blobs.list("sealed/")}
    assert len(held) == 1
    (withdrawn,) = [e for e in entries(listed) if e["document"]["type"] == "withdrawal"]
    assert (withdrawn["proof"], withdrawn["token"]) == ("token", gone.receipt.token.hex())


def test_until_its_last_byte_is_in_a_replacement_changes_nothing(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    vendor = made.vendor(job_context)
    standing = made.submit(job_context, tender, vendor)
    replacement = made.seal(tender, vendor, total="1")
    committed = made.commit(job_context, tender, vendor, replacement)
    assert isinstance(committed, Committed)
    clock.move_to(tender.schedule.deadline_at)
    late = made.complete(job_context, tender, vendor, committed.upload_id, replacement.data)
    assert isinstance(late, Refused)
    open_all(job_context, tender, clock)
    assert [bid.sha256 for bid in opened(job_context, tender)] == [standing.sha256]


def test_a_withdrawal_without_the_token_says_so_and_tells_the_vendor(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)
    done = made.withdraw(job_context, tender, vendor)
    assert done.proof == "sign-in-only"
    with reading(job_context.sessions) as session:
        query = select(MailMessage).where(MailMessage.kind.startswith("bids."))
        (mail,) = session.scalars(query).all()
        assert (mail.kind, mail.params, mail.account_id) == ("bids.document", {}, vendor.account_id)


def test_after_the_deadline_nothing_is_withdrawn(
    job_context: JobContext, tender: Tender, clock: FrozenClock
) -> None:
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)
    clock.move_to(tender.schedule.deadline_at)
    with pytest.raises(Refusal) as refusal:
        made.withdraw(job_context, tender, vendor)
    assert refusal.value.code == "late-withdrawal"


def test_an_opening_without_bids_is_concluded(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    open_all(job_context, tender, clock)
    with reading(job_context.sessions) as session:
        minutes = facts.minutes(session, tender.id)
    assert minutes.envelopes == ()
    assert minutes.concluded_at is not None
    assert beacon.asked == 0


def test_a_late_beacon_keeps_the_bids_sealed(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    beacon.late = True
    open_all(job_context, tender, clock)
    with reading(job_context.sessions) as session:
        state = openings.opening_state(session, tender.id)
    assert state is not None
    assert state.beacon_late_since == clock.now()
    assert opened(job_context, tender) == ()
    beacon.late = False
    sweep(job_context)
    assert len(opened(job_context, tender)) == 1


def test_before_the_guard_nothing_is_claimed_even_with_the_key(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    from bids.acts import opening

    made.submit(job_context, tender, made.vendor(job_context))
    clock.move_to(tender.schedule.deadline_at)
    sweep(job_context)
    assert tender.round is not None
    for act in (
        lambda uow: opening.claim_envelopes(uow, tender.id, "w", 8),
        lambda uow: opening.admit_signatures(uow, tender.id, made.signed(tender)),
    ):
        with (
            pytest.raises(Refusal) as refusal,
            unit_of_work(job_context.sessions, Actor.system("opening")) as uow,
        ):
            act(uow)
        assert refusal.value.code == "too-early"
