"""The jobs of bids: close, list, open, destroy, tick; each idempotent, any number at once."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bids import opening_jobs, queries
from bids.acts import boxing, destroying, digesting, forgetting, opening
from bids.acts.places import window_of
from bids.body_files import BodyFiles
from bids.domain.box import tick_due
from bids.domain.reception import last_byte_at, sealed_key
from bids.incident_jobs import settle_incidents
from bids.opening_pool import Opener, process_pool
from bids.outage_jobs import hold_openings
from bids.partial_uploads import PartialUploads
from bids.platform_key import load_platform_key
from bids.queries import ciphertexts, openings
from bids.unsealing import (
    sweep_plaintext,
)
from foundation import clock
from foundation.database import clock_held, database_instant
from foundation.jobs import JobContext
from foundation.log_lines import Event, Log
from foundation.unit_of_work import reading
from tendering import facts as tenders
from tendering.domain.schedule import keys_kept_until
from tendering.domain.tender import Stage, Tender
from tendering.facts import bidding
from tendering.rulebooks import rulebook

PARTIAL_AFTERLIFE = timedelta(minutes=10)
log = Log("muhr.bids")


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
    asking = opening_jobs.Asking()
    _each(
        (
            one
            for stage in (Stage.OPENING, Stage.OPENING_PRICES)
            for one in _at_stage(context, stage)
        ),
        lambda tender_id: opening_jobs.open_tender(
            context, tender_id, open_with or process_pool, asking, lambda: _between_batches(context)
        ),
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
        waiting = ciphertexts.doomed(session)
    for stored in waiting:
        if stored.blob_key:
            context.blobs.delete(stored.blob_key)
        with opening_jobs.system(context, "destroying") as uow:
            destroying.record_destroyed(uow, stored.submission_id)


def destroy_shares(context: JobContext) -> None:
    """Delete the shares of ended tenders when nobody can dispute them any more."""
    with reading(context.sessions) as session:
        now = database_instant(session)
        due = [
            tender_id
            for tender_id in openings.holding_shares(session)
            if _is_over(tenders.tender(session, tender_id), now)
        ]
    for tender_id in due:
        with opening_jobs.system(context, "opening") as uow:
            forgetting.destroy_shares(uow, tender_id)


def _is_over(tender: Tender, now: datetime) -> bool:
    until = keys_kept_until(rulebook(tender.rulebook), tender)
    return until is not None and until <= now


def tick_boxes(context: JobContext) -> None:
    """Publish the boxes' roots that are due: daily, hourly on the last day."""
    for tender_id in _at_stage(context, Stage.PUBLISHED):
        if _tick_is_due(context, tender_id):
            with opening_jobs.system(context, "box") as uow:
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
        with opening_jobs.system(context, "digest") as uow:
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
    window = window_of(bidding.terms(session, tender_id))
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
        with opening_jobs.system(context, "opening") as uow:
            boxing.close_box(uow, tender_id)


def _begin_openings(context: JobContext) -> None:
    with reading(context.sessions) as session:
        due = tenders.opening_due(session, database_instant(session))
    for tender_id in due:
        signer = load_platform_key(context.settings)
        with opening_jobs.system(context, "opening") as uow:
            opening.begin_opening(uow, tender_id, signer)


def _at_stage(context: JobContext, stage: Stage) -> tuple[str, ...]:
    with reading(context.sessions) as session:
        return tenders.at_stage(session, stage)


def _between_batches(context: JobContext) -> None:
    """A long opening keeps no other tender from closing and no ciphertext from its end."""
    _close_boxes(context)
    _begin_openings(context)
    destroy_doomed(context)


JOBS: dict[str, Callable[[JobContext], None]] = {
    "keep_clock": keep_clock,
    "sweep": sweep,
    "hold_openings": hold_openings,
    "settle_incidents": settle_incidents,
    "destroy_doomed": destroy_doomed,
    "destroy_shares": destroy_shares,
    "tick_boxes": tick_boxes,
    "digest_days": digest_days,
    "collect_partials": collect_partials,
    "collect_bodies": collect_bodies,
}
