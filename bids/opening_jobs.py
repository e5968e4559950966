"""The opening of one tender by the worker: signature, claims, records, the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from beacon import client
from beacon.client import BeaconUnavailable, BeaconUnreachable
from beacon.domain.chain import ChainInfo
from bids import incident_jobs
from bids.acts import opening, releasing
from bids.domain.bid_content import Expected
from bids.domain.opening import (
    MOST_CRASHES,
    OPENING_CRASHED,
    Claim,
    Contents,
    Progress,
    Step,
    kind_opened,
    next_step,
)
from bids.opening_pool import Opener, can_open
from bids.queries import ciphertexts, openings
from bids.queries.openings import OpeningState
from bids.unsealing import STORED_BYTES_CHANGED, HeldReveal, Task, plaintext_folder
from foundation.blobs.store import BlobMissing, BlobsAway
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.log_lines import Event, Log
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Tender

log = Log("muhr.bids")


CLAIM_LIMIT = 8


@dataclass(frozen=True)
class _Facts:
    """What the next step of one tender rests on, read at one instant."""

    tender: Tender
    step: Step
    signatures: Mapping[int, bytes]
    paused_sha256: str | None


@dataclass
class Asking:
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


def _facts(context: JobContext, tender_id: str) -> _Facts:
    with reading(context.sessions) as session:
        tender = tenders.tender(session, tender_id)
        state = openings.opening_state(session, tender_id)
        paused = state is not None and state.paused_at is not None
        sealed = openings.sealed_count(session, tender_id, kind_opened(tender))
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
            signatures=_known(tender, state),
            paused_sha256=state.pause_sha256 if state and paused else None,
        )


def open_tender(
    context: JobContext,
    tender_id: str,
    open_with: Opener,
    asking: Asking,
    between: Callable[[], None] = lambda: None,
) -> None:
    """Take the opening's next steps; while the blob store is away it waits, and judges nothing.

    ``between`` is done after each batch of envelopes, so that a long opening keeps nothing waiting.
    """
    try:
        _go_on(context, tender_id, open_with, asking, between)
    except BlobsAway as away:
        log.warning(Event.OPENING_WAITS, why=away.why)


def _go_on(
    context: JobContext,
    tender_id: str,
    open_with: Opener,
    asking: Asking,
    between: Callable[[], None],
) -> None:
    facts = _facts(context, tender_id)
    if facts.paused_sha256 is not None:
        _look_again(context, tender_id, facts.paused_sha256)
        return
    if facts.step is Step.OPEN_ENVELOPES:
        by_reveals = incident_jobs.window_is_over(context, tender_id)
        signatures: Mapping[int, bytes] = {}
        if not by_reveals:
            signatures = facts.signatures or _fetched(context, facts.tender, asking)
        revealed = incident_jobs.settle(context, tender_id)
        if not signatures and revealed is None:
            return
        _open_envelopes(context, facts.tender, signatures, open_with, between, revealed)
        facts = _facts(context, tender_id)
    if facts.step is Step.CONCLUDE:
        with system(context, "opening") as uow:
            opening.conclude_opening(uow, tender_id)


def _known(tender: Tender, state: OpeningState | None) -> Mapping[int, bytes]:
    """Return the signatures that the record has, by round; none before the unlock."""
    if state is None or state.signature is None or tender.round is None:
        return {}
    known = {tender.round: state.signature, **state.earlier_signatures}
    return {number: bytes.fromhex(signature) for number, signature in known.items()}


def _fetched(context: JobContext, tender: Tender, asking: Asking) -> Mapping[int, bytes]:
    """Return the verified signatures of all rounds of the opening; none while the beacon is late.

    The tender's own round is asked for first: before it is signed no earlier one opens anything.
    """
    chain, last = tender.chain, tender.round
    if chain is None or last is None:
        raise Refusal("wrong-stage")
    with reading(context.sessions) as session:
        earlier = sorted(openings.rounds_sealed_to(session, tender.id) - {last})
    signatures: dict[int, bytes] = {}
    for number in (last, *earlier):
        try:
            signatures[number] = asking.signature(chain, context.settings.beacon_url, number)
        except (BeaconUnavailable, Refusal) as error:
            why = error.code if isinstance(error, Refusal) else ""
            told = {"code": why} if why else {"fault": type(error).__name__}
            log.warning(Event.BEACON_LATE, round=number, **told)
            with system(context, "opening") as uow:
                opening.note_late_beacon(uow, tender.id)
            return {}
    with system(context, "opening") as uow:
        opening.admit_signatures(uow, tender.id, signatures)
    return signatures


def _open_envelopes(
    context: JobContext,
    tender: Tender,
    signatures: Mapping[int, bytes],
    open_with: Opener,
    between: Callable[[], None],
    revealed: Mapping[str, HeldReveal] | None = None,
) -> None:
    """Claim, open outside any transaction, record each by compare-and-set, until none is left."""
    worker_id = new_id()
    parent = context.settings.folder("unsealed")
    claims = _claim(context, tender.id, worker_id)
    if not claims:
        return
    with plaintext_folder(parent) as folder, open_with() as unseal_all:
        while claims:
            tasks = [_task(context, tender, signatures, claim, folder) for claim in claims]
            if revealed is not None:
                tasks = [
                    replace(task, revealed=revealed[task.claim.submission_id]) for task in tasks
                ]
            for task, contents in unseal_all(tasks):
                if not _record(context, task, contents):
                    return
            between()
            claims = _claim(context, tender.id, worker_id)


def _claim(context: JobContext, tender_id: str, worker_id: str) -> tuple[Claim, ...]:
    with system(context, "opening") as uow:
        return opening.claim_envelopes(uow, tender_id, worker_id, CLAIM_LIMIT)


def _task(
    context: JobContext,
    tender: Tender,
    signatures: Mapping[int, bytes],
    claim: Claim,
    folder: Path,
) -> Task:
    if tender.chain is None:
        raise Refusal("wrong-stage")
    return Task(
        claim=claim,
        public_key=tender.chain.public_key,
        signature=signatures.get(claim.round, b""),
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
        with system(context, "opening") as uow:
            opening.pause_opening(uow, claim, STORED_BYTES_CHANGED)
        log.error(Event.BYTES_CHANGED)
        return False
    try:
        with system(context, "opening") as uow:
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
    with system(context, "opening") as uow:
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
        stored = ciphertexts.changed_ciphertext(session, tender_id, sha256)
    try:
        whole = stored is None or context.blobs.stat(stored.blob_key).sha256 == sha256
    except BlobMissing:
        whole = False
    if whole:
        with system(context, "opening") as uow:
            opening.resume_opening(uow, tender_id)


@contextmanager
def system(context: JobContext, part: str) -> Iterator[UnitOfWork]:
    """Yield a change made by the platform itself."""
    with unit_of_work(context.sessions, Actor.system(part)) as uow:
        yield uow
