"""Acceptance scenario 6: bytes changed, bids deleted, rows back-dated, envelopes copied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from accounts import credentials
from accounts.acts import practising
from accounts.domain.organisations import PersonForm
from accounts.domain.roles import Role
from bids import jobs, queries
from bids.acts.refusing import Refused
from bids.acts.registering import Committed
from bids.acts.uploading import Recorded
from bids.domain import box
from bids.domain.box import Revealed
from bids.domain.receipts import commitment
from bids.queries import openings
from foundation.blobs.store import BlobMissing
from foundation.clock import FrozenClock
from foundation.jobs import JobContext
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from portal.commands import muhr
from sealing.signatures import verify_note
from tendering.domain.tender import Tender
from tests.bids import made
from tests.bids.acts.opened import entries, open_all, opened, sweep
from tests.bids.conftest import TestBeacon


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
        state = openings.opening_state(session, tender.id)
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
        state = openings.opening_state(session, tender.id)
    assert state is not None
    assert state.pause_code == "stored-bytes-changed"


def test_the_published_box_shows_every_bid_and_no_other(
    job_context: JobContext, tender: Tender, clock: FrozenClock, beacon: TestBeacon
) -> None:
    for name in ("Firm A", "Firm B", "Firm C"):
        made.submit(job_context, tender, made.vendor(job_context, name))
    open_all(job_context, tender, clock)
    with reading(job_context.sessions) as session:
        state = openings.opening_state(session, tender.id)
    assert state is not None
    verify_note(state.list_note.encode(), [made.key(job_context).verifier()])
    listed = made.note_document(state.list_note)
    _check_box(listed, tender)
    rows = entries(listed)
    backdated = json.loads(json.dumps(listed))
    backdated["envelopes"][0]["document"]["completed_at"] = "2026-03-02T05:00:00.000001Z"
    dropped = listed | {"envelopes": rows[1:]}
    ghost = listed | {"envelopes": [*rows, rows[0] | {"slot": _free_slot(rows)}]}
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
        tick = openings.closing_tick(session, tender.id)
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
            for e in entries(listed)
        ],
    )


def _replace_blob(context: JobContext, key: str, data: bytes) -> None:
    context.blobs.delete(key)
    context.blobs.put_new(key, [data])
