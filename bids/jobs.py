"""The jobs of bids: close, list, open, destroy, tick; each idempotent, any number at once."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from beacon import client
from beacon.client import BeaconUnavailable, BeaconUnreachable
from beacon.domain.chain import ChainInfo
from bids import queries
from bids.acts import boxing, destroying, digesting, opening, releasing
from bids.acts.places import window_of
from bids.body_files import BodyFiles
from bids.domain.bid_content import Expected
from bids.domain.box import tick_due
from bids.domain.opening import (
    MOST_CRASHES,
    OPENING_CRASHED,
    Claim,
    Contents,
    Progress,
    Step,
    next_step,
)
from bids.domain.reception import last_byte_at, sealed_key
from bids.opening_pool import Opener, can_open, process_pool
from bids.outage_jobs import hold_openings
from bids.partial_uploads import PartialUploads
from bids.platform_key import load_platform_key
from bids.unsealing import (
    STORED_BYTES_CHANGED,
    Task,
    plaintext_folder,
    sweep_plaintext,
)
from foundation import clock
from foundation.blobs.store import BlobMissing, BlobsAway
from foundation.database import clock_held, database_instant
from foundation.jobs import JobContext
from foundation.log_lines import Event, Log
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender

CLAIM_LIMIT = 8
PARTIAL_AFTERLIFE = timedelta(minutes=10)
log = Log("muhr.bids")


@dataclass(frozen=True)
class _Facts:
    """What the next step of one tender rests on, read at one instant."""

    tender: Tender
    step: Step
    signature: str | None
    paused_sha256: str | None


@dataclass
class _Pauses:
    """Says once why nothing opens, not at every round of the worker."""

    reason: Event | None = None

    def note(self, reason: Event | None) -> None:
        """Log the reason if it is a new one; None ends the pause."""
        if reason is not None and reason is not self.reason:
            log.warning(reason)
        self.reason = reason


_pauses = _Pauses()


@dataclass
class _Asking:
    """How beacons answer in one sweep: one that is gone is waited for once, not per tender."""

    in_vain: set[str] = field(default_factory=set)

    def signature(self, chain: ChainInfo, addresses: str, round_number: int) -> bytes:
        """Fetch a round's signature, as the client does."""
        if chain.hash in self.in_vain:
            raise BeaconUnreachable("asked in vain")
        try:
            return client.fetch_signature(chain, addresses, round_number)
        except BeaconUnreachable:
            self.in_vain.add(chain.hash)
            raise


def sweep(context: JobContext, open_with: Opener | None = None) -> None:
    """Do for every tender what its instants ask for; running it again is harmless.

    Nothing is listed or opened while the machine's clock stands after a jump (decision 7).
    `open_with` replaces the process pool, in tests.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sweep_plaintext(context.settings.folder("unsealed"))
    _close_boxes(context)
    if clock.jumped():
        _pauses.note(Event.CLOCK_JUMPED)
        return
    if _clock_is_held(context):
        _pauses.note(Event.CLOCK_HELD)
        return
    _pauses.note(None)
    _begin_openings(context)
    asking = _Asking()
    _each(
        _at_stage(context, Stage.OPENING),
        lambda tender_id: _open_tender(context, tender_id, open_with or process_pool, asking),
    )


def keep_clock(_context: JobContext) -> None:
    """Share the agreed reading of the clocks, so that a restart forgets no jump."""
    clock.keep()


def _clock_is_held(context: JobContext) -> bool:
    with reading(context.sessions) as session:
        return clock_held(session)


def destroy_doomed(context: JobContext) -> None:
    """Unlink what was withdrawn or replaced, and record each; due within 60 seconds."""
    with reading(context.sessions) as session:
        waiting = queries.doomed(session)
    for stored in waiting:
        if stored.blob_key:
            context.blobs.delete(stored.blob_key)
        with _system(context, "destroying") as uow:
            destroying.record_destroyed(uow, stored.submission_id)


def tick_boxes(context: JobContext) -> None:
    """Publish the boxes' roots that are due: daily, hourly on the last day."""
    for tender_id in _at_stage(context, Stage.PUBLISHED):
        if _tick_is_due(context, tender_id):
            with _system(context, "box") as uow:
                boxing.tick_box(uow, tender_id)


def _tick_is_due(context: JobContext, tender_id: str) -> bool:
    """Tell without the write lock whether a tick may be due; the act judges again under it."""
    with reading(context.sessions) as session:
        schedule = tenders.tender(session, tender_id).schedule
        last_at = queries.last_tick_at(session, tender_id)
        now = database_instant(session)
    published_at = schedule.published_at
    return published_at is not None and tick_due(published_at, schedule.deadline_at, last_at, now)


def digest_days(context: JobContext) -> None:
    """Publish one root a day over the sealed journal, for days that are over."""
    with reading(context.sessions) as session:
        due = digesting.digest_is_due(queries.last_digest_day(session), database_instant(session))
    if due:
        secret = load_platform_key(context.settings).signer.seed
        with _system(context, "digest") as uow:
            digesting.digest_due_day(uow, secret)


def collect_partials(context: JobContext) -> None:
    """Remove partial files that can no longer become a bid, and bytes stored but never counted."""
    partials = PartialUploads(context.settings.folder("uploads"))
    for upload_id in list(partials.uploads()):
        with reading(context.sessions) as session:
            awaited = _is_awaited(session, upload_id)
            counted = queries.upload_has_bytes(session, upload_id)
        if not awaited:
            if not counted:
                context.blobs.delete(sealed_key(upload_id))
            partials.discard(upload_id)


def _is_awaited(session: Session, upload_id: str) -> bool:
    tender_id = queries.upload_tender(session, upload_id)
    if tender_id is None or not queries.upload_is_awaited(session, upload_id):
        return False
    window = window_of(tenders.terms(session, tender_id))
    return database_instant(session) < last_byte_at(window) + PARTIAL_AFTERLIFE


def collect_bodies(context: JobContext) -> None:
    """Remove the bodies that a front left behind when it was killed."""
    if context.settings.body_folder is not None:
        BodyFiles(context.settings.body_folder).collect(clock.now())


def _each(tender_ids: Iterable[str], step: Callable[[str], None]) -> None:
    """Take a step for each tender; one that fails keeps no other from its turn."""
    failed: Exception | None = None
    for tender_id in tender_ids:
        try:
            step(tender_id)
        except Exception as error:  # noqa: BLE001 - told below, after the others had their turn
            failed = failed or error
    if failed is not None:
        raise failed


def _close_boxes(context: JobContext) -> None:
    with reading(context.sessions) as session:
        due = tenders.closing_due(session, database_instant(session))
    for tender_id in due:
        with _system(context, "opening") as uow:
            boxing.close_box(uow, tender_id)


def _begin_openings(context: JobContext) -> None:
    with reading(context.sessions) as session:
        due = tenders.opening_due(session, database_instant(session))
    for tender_id in due:
        signer = load_platform_key(context.settings)
        with _system(context, "opening") as uow:
            opening.begin_opening(uow, tender_id, signer)


def _at_stage(context: JobContext, stage: Stage) -> tuple[str, ...]:
    with reading(context.sessions) as session:
        return tenders.at_stage(session, stage)


def _facts(context: JobContext, tender_id: str) -> _Facts:
    with reading(context.sessions) as session:
        tender = tenders.tender(session, tender_id)
        state = queries.opening_state(session, tender_id)
        paused = state is not None and state.paused_at is not None
        sealed = queries.sealed_count(session, tender_id)
        step = next_step(
            tender.schedule,
            Progress(
                tender.stage,
                sealed=sealed,
                paused=paused,
                held=state is not None and state.held_at is not None,
            ),
            now=database_instant(session),
        )
        return _Facts(
            tender=tender,
            step=step,
            signature=state.signature if state else None,
            paused_sha256=state.pause_sha256 if state and paused else None,
        )


def _open_tender(context: JobContext, tender_id: str, open_with: Opener, asking: _Asking) -> None:
    """Take the opening's next steps; while the blob store is away it waits, and judges nothing."""
    try:
        _go_on(context, tender_id, open_with, asking)
    except BlobsAway as away:
        log.warning(Event.OPENING_WAITS, why=away.why)


def _go_on(context: JobContext, tender_id: str, open_with: Opener, asking: _Asking) -> None:
    facts = _facts(context, tender_id)
    if facts.paused_sha256 is not None:
        _look_again(context, tender_id, facts.paused_sha256)
        return
    if facts.step is Step.OPEN_ENVELOPES:
        signature = _signature(context, facts, asking)
        if signature is None:
            return
        _open_envelopes(context, facts.tender, signature, open_with)
        facts = _facts(context, tender_id)
    if facts.step is Step.CONCLUDE:
        with _system(context, "opening") as uow:
            opening.conclude_opening(uow, tender_id)


def _signature(context: JobContext, facts: _Facts, asking: _Asking) -> bytes | None:
    """Return the verified signature of the tender's round; None while the beacon is late."""
    if facts.signature is not None:
        return bytes.fromhex(facts.signature)
    tender = facts.tender
    if tender.chain is None or tender.round is None:
        raise Refusal("wrong-stage")
    try:
        signature = asking.signature(tender.chain, context.settings.beacon_url, tender.round)
    except (BeaconUnavailable, Refusal) as error:
        why = error.code if isinstance(error, Refusal) else ""
        told = {"code": why} if why else {"fault": type(error).__name__}
        log.warning(Event.BEACON_LATE, round=tender.round, **told)
        with _system(context, "opening") as uow:
            opening.note_late_beacon(uow, tender.id)
        return None
    with _system(context, "opening") as uow:
        opening.admit_signature(uow, tender.id, signature)
    return signature


def _open_envelopes(
    context: JobContext, tender: Tender, signature: bytes, open_with: Opener
) -> None:
    """Claim, open outside any transaction, record each by compare-and-set, until none is left."""
    worker_id = new_id()
    parent = context.settings.folder("unsealed")
    claims = _claim(context, tender.id, worker_id)
    if not claims:
        return
    with plaintext_folder(parent) as folder, open_with() as unseal_all:
        while claims:
            tasks = [_task(context, tender, signature, claim, folder) for claim in claims]
            for task, contents in unseal_all(tasks):
                if not _record(context, task, contents):
                    return
            _between_batches(context)
            claims = _claim(context, tender.id, worker_id)


def _between_batches(context: JobContext) -> None:
    """A long opening keeps no other tender from closing and no ciphertext from its end."""
    _close_boxes(context)
    _begin_openings(context)
    destroy_doomed(context)


def _claim(context: JobContext, tender_id: str, worker_id: str) -> tuple[Claim, ...]:
    with _system(context, "opening") as uow:
        return opening.claim_envelopes(uow, tender_id, worker_id, CLAIM_LIMIT)


def _task(
    context: JobContext, tender: Tender, signature: bytes, claim: Claim, folder: Path
) -> Task:
    if tender.chain is None:
        raise Refusal("wrong-stage")
    return Task(
        claim=claim,
        public_key=tender.chain.public_key,
        signature=signature,
        expected=Expected(
            kind=claim.kind,
            lot=claim.lot_id,
            items=frozenset(item.id for item in tender.items_of(claim.lot_id)),
            currency=tender.currency,
        ),
        blobs=context.blobs,
        folder=folder,
        committee=tender.sealing_committee.sealing() if tender.sealing_committee else None,
    )


def _record(context: JobContext, task: Task, contents: Contents) -> bool:
    """Record one envelope; return False when the opening paused."""
    claim = task.claim
    if contents.code == OPENING_CRASHED and not _crashed_for_good(context, task):
        return True
    if contents.code == STORED_BYTES_CHANGED:
        with _system(context, "opening") as uow:
            opening.pause_opening(uow, claim, STORED_BYTES_CHANGED)
        log.error(Event.BYTES_CHANGED)
        return False
    try:
        with _system(context, "opening") as uow:
            if contents.outer is not None:
                releasing.record_part(uow, claim, contents.outer)
            else:
                opening.record_opened(uow, claim, contents)
    except Refusal as refusal:
        # Another worker was faster, or the opening was paused meanwhile: both are lawful.
        if refusal.code not in {"already-opened", "wrong-stage"}:
            raise
    return True


def _crashed_for_good(context: JobContext, task: Task) -> bool:
    """Count a crash; tell whether the envelope may be called unreadable for it.

    Until then its lease runs out and it is tried again, with the other envelopes out of its way.
    """
    with _system(context, "opening") as uow:
        crashes = opening.note_crash(uow, task.claim)
    if crashes < MOST_CRASHES:
        return False
    if not can_open(task):
        log.error(Event.OPENS_NOTHING)
        return False
    return True


def _look_again(context: JobContext, tender_id: str, sha256: str) -> None:
    """Resume a paused opening once the stored bytes match the receipt again."""
    with reading(context.sessions) as session:
        stored = queries.changed_ciphertext(session, tender_id, sha256)
    try:
        whole = stored is None or context.blobs.stat(stored.blob_key).sha256 == sha256
    except BlobMissing:
        whole = False
    if whole:
        with _system(context, "opening") as uow:
            opening.resume_opening(uow, tender_id)


@contextmanager
def _system(context: JobContext, part: str) -> Iterator[UnitOfWork]:
    with unit_of_work(context.sessions, Actor.system(part)) as uow:
        yield uow


JOBS: dict[str, Callable[[JobContext], None]] = {
    "keep_clock": keep_clock,
    "sweep": sweep,
    "hold_openings": hold_openings,
    "destroy_doomed": destroy_doomed,
    "tick_boxes": tick_boxes,
    "digest_days": digest_days,
    "collect_partials": collect_partials,
    "collect_bodies": collect_bodies,
}
