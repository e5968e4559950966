"""Acceptance scenarios 3, 4 and 6 through acts on a frozen clock."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from accounts import credentials
from accounts.acts import practising
from accounts.domain.organisations import PersonForm
from accounts.domain.roles import Role
from bids import facts, jobs, opening_pool, queries
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.acts.uploading import Recorded
from bids.domain import box
from bids.domain.box import Revealed
from bids.domain.opening import EnvelopeOutcome
from bids.domain.receipts import commitment
from bids.intake import intake_of
from foundation.blobs.store import BlobMissing
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from portal.commands import muhr
from sealing.signatures import verify_note
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.conftest import TestBeacon

SECOND = timedelta(seconds=1)


def sweep(context: JobContext) -> None:
    jobs.sweep(context, opening_pool.in_this_process)


def open_all(context: JobContext, tender: Tender, clock: FrozenClock) -> None:
    """Let the hour come."""
    for at in (tender.schedule.deadline_at, made.unsealing_at(tender) + 3 * SECOND):
        clock.move_to(at)
        sweep(context)


def opened(context: JobContext, tender: Tender) -> tuple[facts.OpenedBid, ...]:
    with reading(context.sessions) as session:
        return facts.opened_bids(session, tender.id)


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
        assert sealed.sha256 in queries.listed_hashes(session, tender.id)


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
        state = queries.opening_state(session, tender.id)
    outcomes = {line.vendor_name: line.outcome for line in lines}
    assert outcomes == {"Firm A": EnvelopeOutcome.OPENED, "Firm B": EnvelopeOutcome.WITHDRAWN}
    assert state is not None
    listed = made.note_document(state.list_note)
    assert listed["replaced"] == [old.sha256]
    held = {blob for blob in job_context.blobs.list("sealed/")}
    assert len(held) == 1
    (withdrawn,) = [e for e in _entries(listed) if e["document"]["type"] == "withdrawal"]
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


def test_a_destroyed_ciphertext_is_gone_and_on_record(
    job_context: JobContext, tender: Tender, clock: FrozenClock
) -> None:
    vendor = made.vendor(job_context)
    sealed = made.submit(job_context, tender, vendor)
    made.withdraw(job_context, tender, vendor)
    for _ in range(2):
        jobs.destroy_doomed(job_context)
    assert list(job_context.blobs.list("sealed/")) == []
    with reading(job_context.sessions) as session:
        kinds = session.execute(text("SELECT kind FROM sealed_act")).scalars().all()
        assert kinds.count("bid.destroy") == 1
    again = made.commit(job_context, tender, vendor, sealed)
    assert isinstance(again, Committed)
    refused = made.complete(job_context, tender, vendor, again.upload_id, sealed.data)
    assert isinstance(refused, Refused)
    assert refused.code == "duplicate"


def test_one_flipped_byte_pauses_the_opening_until_it_is_restored(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    vendor = made.vendor(job_context)
    sealed = made.submit(job_context, tender, vendor)
    (key,) = job_context.blobs.list("sealed/")
    changed = bytearray(sealed.data)
    changed[-1] ^= 1
    _replace_blob(job_context, key, bytes(changed))
    open_all(job_context, tender, clock)
    with reading(job_context.sessions) as session:
        state = queries.opening_state(session, tender.id)
        assert state is not None
        assert (state.pause_code, state.pause_sha256) == ("stored-bytes-changed", sealed.sha256)
    assert opened(job_context, tender) == ()
    _replace_blob(job_context, key, sealed.data)
    sweep(job_context)
    sweep(job_context)
    assert [bid.state for bid in opened(job_context, tender)] == ["opened"]


def test_an_alarm_goes_out_and_the_bidders_own_file_ends_it(
    job_context: JobContext,
    tender: Tender,
    clock: FrozenClock,
    beacon: TestBeacon,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("MUHR_DATA", str(job_context.settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", job_context.settings.database_url)
    with unit_of_work(job_context.sessions, Actor.system("setup")) as uow:
        officer = practising.create_practice_account(
            uow,
            credentials.keyring(job_context.settings),
            tender.organisation_id,
            PersonForm(Text("Imran Qureshi", "عمران قریشی"), "imran@council.example"),
            [Role.OFFICER],
            credentials.new_password("correct horse battery"),
        ).id
    sealed = made.submit(job_context, tender, made.vendor(job_context))
    (key,) = job_context.blobs.list("sealed/")
    _replace_blob(job_context, key, sealed.data[:-1])
    open_all(job_context, tender, clock)
    with reading(job_context.sessions) as session:
        told = session.execute(
            text("SELECT account_id FROM mail_message WHERE kind = 'bids.opening-paused'")
        ).all()
    assert [row[0] for row in told] == [officer]
    (tmp_path / "other.age").write_bytes(sealed.data + b"x")
    refused = CliRunner().invoke(muhr, ["opening", "bring", str(tmp_path / "other.age")])
    assert (refused.exit_code, refused.stdout.splitlines()[-1]) == (1, "not-awaited")
    assert job_context.blobs.stat(key).size == len(sealed.data) - 1
    (tmp_path / "own.age").write_bytes(sealed.data)
    brought = CliRunner().invoke(muhr, ["opening", "bring", str(tmp_path / "own.age")])
    assert brought.exit_code == 0, brought.output
    sweep(job_context)
    sweep(job_context)
    assert [bid.state for bid in opened(job_context, tender)] == ["opened"]


def test_a_deleted_ciphertext_pauses_the_opening(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    made.submit(job_context, tender, made.vendor(job_context))
    (key,) = job_context.blobs.list("sealed/")
    job_context.blobs.delete(key)
    with pytest.raises(BlobMissing):
        job_context.blobs.stat(key)
    open_all(job_context, tender, clock)
    with reading(job_context.sessions) as session:
        state = queries.opening_state(session, tender.id)
    assert state is not None
    assert state.pause_code == "stored-bytes-changed"


def test_the_published_box_shows_every_bid_and_no_other(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    for name in ("Firm A", "Firm B", "Firm C"):
        made.submit(job_context, tender, made.vendor(job_context, name))
    open_all(job_context, tender, clock)
    with reading(job_context.sessions) as session:
        state = queries.opening_state(session, tender.id)
    assert state is not None
    verify_note(state.list_note.encode(), [made.key(job_context).verifier()])
    listed = made.note_document(state.list_note)
    _check_box(listed, tender)
    entries = _entries(listed)
    backdated = json.loads(json.dumps(listed))
    backdated["envelopes"][0]["document"]["completed_at"] = "2026-03-02T05:00:00.000001Z"
    dropped = listed | {"envelopes": entries[1:]}
    ghost = listed | {"envelopes": [*entries, entries[0] | {"slot": _free_slot(entries)}]}
    for lie in (backdated, dropped, ghost):
        with pytest.raises(Refusal) as refusal:
            _check_box(lie, tender)
        assert refusal.value.code == "box-root-changed"


def test_a_vendor_can_prove_its_place_in_the_closed_box(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    vendor = made.vendor(job_context)
    made.submit(job_context, tender, vendor)
    clock.move_to(tender.schedule.deadline_at)
    sweep(job_context)
    with reading(job_context.sessions) as session:
        (mine,) = queries.own_submissions(session, vendor.organisation_id)
        receipt = queries.box_receipt(session, mine)
        tick = queries.closing_tick(session, tender.id)
    assert receipt is not None
    assert tick is not None
    assert mine.ack is not None
    acknowledged = made.note_document(mine.ack)
    assert receipt.commitment == acknowledged["C"]
    assert commitment(bytes.fromhex(receipt.salt), receipt.document).hex() == acknowledged["C"]
    box.check_membership(
        tick.root,
        slot=receipt.slot,
        blinding=bytes.fromhex(receipt.blind),
        commitment=bytes.fromhex(receipt.commitment),
        steps=[bytes.fromhex(step) for step in receipt.path],
    )


def test_a_copied_envelope_of_another_vendor_is_named_unreadable(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    honest, copier = made.vendor(job_context, "Honest"), made.vendor(job_context, "Copier")
    sealed = made.seal(tender, honest)
    committed = made.commit(job_context, tender, copier, sealed)
    assert isinstance(committed, Committed)
    first = made.complete(job_context, tender, copier, committed.upload_id, sealed.data)
    assert isinstance(first, Recorded)
    made.submit(job_context, tender, honest)
    open_all(job_context, tender, clock)
    states = {bid.vendor_name: (bid.state, bid.code) for bid in opened(job_context, tender)}
    assert states == {"Honest": ("opened", None), "Copier": ("unreadable", "binding-vendor")}


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
        state = queries.opening_state(session, tender.id)
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
        lambda uow: opening.admit_signature(uow, tender.id, made.sign_round(tender.round or 1)),
    ):
        with (
            pytest.raises(Refusal) as refusal,
            unit_of_work(job_context.sessions, Actor.system("opening")) as uow,
        ):
            act(uow)
        assert refusal.value.code == "too-early"


def _entries(listed: dict[str, object]) -> list[dict[str, Any]]:
    entries = listed["envelopes"]
    assert isinstance(entries, list)
    return entries


def _free_slot(entries: list[dict[str, object]]) -> int:
    taken = {entry["slot"] for entry in entries}
    return next(slot for slot in range(1024) if slot not in taken)


def _check_box(listed: dict[str, object], tender: Tender) -> None:
    told = listed["box"]
    assert isinstance(told, dict)
    box.check_box(
        told["root"],
        tender.box_seed_commitment or "",
        bytes.fromhex(told["seed"]),
        told["tick"],
        told["slots"],
        [
            Revealed(e["slot"], commitment(bytes.fromhex(e["salt"]), e["document"]))
            for e in _entries(listed)
        ],
    )


def _replace_blob(context: JobContext, key: str, data: bytes) -> None:
    context.blobs.delete(key)
    context.blobs.put_new(key, [data])
