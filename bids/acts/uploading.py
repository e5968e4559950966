"""The last byte: a sealed file whose bytes are stored and inspected becomes a bid."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.domain import authority
from bids.acts.places import (
    Owned,
    hold_vendor,
    lock_submission,
    own_submission,
    submission_in,
    window_of,
)
from bids.acts.refusing import Refused, record_refusal
from bids.domain import box, reception
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.receipts import (
    SALT_BYTES,
    AckType,
    NoteSigner,
    Received,
    ack_document,
    ack_text,
    commitment,
    slot_document,
)
from bids.domain.reception import HELD_STATES, Fingerprint, SubmissionState
from bids.facts.kept import received_of
from bids.models import EnvelopeRow, SeenFingerprintRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.domain.tender import Tender
from transparency import journal

MOST_DRAWS = 16
# Refusals after which the same bytes can never become a bid.
FINAL = frozenset(
    {"armored", "bad-age-header", "wrong-stanza", "wrong-round", "wrong-chain", "wrong-body"}
    | {"bad-point", "truncated-payload", "duplicate", "wrong-notice", "too-large"}
)


@dataclass(frozen=True)
class Stored:
    """What the door found in the bytes: they lie in the blob store, hashed and inspected."""

    sha256: str
    point: str
    blob_key: str


@dataclass(frozen=True)
class Recorded:
    """A bid that is in."""

    number: str
    ack: str
    sha256: str
    completed_at: datetime


def complete_upload(
    uow: UnitOfWork, upload_id: str, stored: Stored, signer: NoteSigner
) -> Recorded | Refused:
    """Count a sealed file as received; the instant of this act is `completed_at`.

    Until this act commits the earlier bid of the same envelope stands; then it is doomed.

    Raises:
        Refusal: `not-found`, `upload-ended`, and what leaves no trace.
    """
    row = own_submission(uow, upload_id)
    authority.authorise(uow.actor, BidAct.RECORD, Owned(row.vendor_id), PERMISSIONS)
    hold_vendor(uow)
    uow, tender = tenders.tender_to_bid_on(uow, row.tender_id)
    lock_submission(uow, row)
    if row.state == SubmissionState.SEALED.value:
        return recorded_of(row)
    try:
        reception.check_completion(
            window_of(tender),
            Fingerprint(row.sha256, row.size, row.notice, row.token_sha256),
            state=SubmissionState(row.state),
            committed_at=row.committed_at,
            now=uow.now,
        )
        if stored.sha256 != row.sha256:
            raise Refusal("hash-mismatch")
        envelope = _slot(uow, row, tender)
        _mark_seen(uow, row, stored)
    except Refusal as refusal:
        return _refuse(uow, row, refusal, signer)
    _doom_earlier(uow, row)
    return _record(uow, row, envelope, stored, signer)


def refuse_upload(uow: UnitOfWork, upload_id: str, refusal: Refusal, signer: NoteSigner) -> Refused:
    """Record that the bytes of an upload were refused before they could be counted.

    Raises:
        Refusal: `not-found`, or a refusal that leaves no trace.
    """
    row = own_submission(uow, upload_id)
    authority.authorise(uow.actor, BidAct.REFUSE, Owned(row.vendor_id), PERMISSIONS)
    hold_vendor(uow)
    lock_submission(uow, row)
    return _refuse(uow, row, refusal, signer)


def recorded_of(row: SubmissionRow) -> Recorded:
    """Return the receipt of a bid that is in."""
    if row.completed_at is None or row.ack_note is None:
        raise Refusal("not-found")
    return Recorded(row.number, row.ack_note, row.sha256, row.completed_at)


def doom(row: SubmissionRow, state: SubmissionState, at: datetime) -> None:
    """Mark a sealed file so that it can never be opened; a job unlinks it within 60 s."""
    row.state = state.value
    row.ended_at = at
    row.doomed_at = at


def fill_slot(envelope: EnvelopeRow, received: Received, kind: AckType) -> bytes:
    """Put a new document under a new salt into the envelope's slot; return the salt."""
    salt = secrets.token_bytes(SALT_BYTES)
    document = slot_document(received, kind)
    envelope.slot_document = dict(document)
    envelope.slot_salt = salt
    envelope.slot_commitment = commitment(salt, document)
    return salt


def _mark_seen(uow: UnitOfWork, row: SubmissionRow, stored: Stored) -> None:
    """Keep SHA-256 and U for ever.

    Raises:
        Refusal: `duplicate`, without saying where.
    """
    try:
        with uow.session.begin_nested():
            for value in (f"sha256:{stored.sha256}", f"u:{stored.point}"):
                uow.session.add(SeenFingerprintRow(value=value, submission_id=row.id))
            uow.session.flush()
    except IntegrityError as error:
        raise Refusal("duplicate") from error


def _slot(uow: UnitOfWork, row: SubmissionRow, tender: Tender) -> EnvelopeRow:
    """Return the envelope, its slot drawn now if it is the first time.

    Raises:
        Refusal: `box-full`; `busy` when others were always faster.
    """
    envelope = uow.session.get_one(EnvelopeRow, row.envelope_id)
    draws = 0
    while envelope.slot is None:
        draws += 1
        if draws > MOST_DRAWS:
            raise Refusal("busy")
        # Of two vendors who draw the same slot at the same moment, one draws again.
        with contextlib.suppress(IntegrityError), uow.session.begin_nested():
            envelope.slot = box.choose_slot(_taken(uow, tender), tender.box_slots, _draw())
            uow.session.flush()
    return envelope


def _taken(uow: UnitOfWork, tender: Tender) -> frozenset[int]:
    slots = uow.session.scalars(
        select(EnvelopeRow.slot).where(
            EnvelopeRow.tender_id == tender.id, EnvelopeRow.slot.is_not(None)
        )
    )
    return frozenset(slot for slot in slots if slot is not None)


def _draw() -> int:
    return secrets.randbits(64)


def _doom_earlier(uow: UnitOfWork, row: SubmissionRow) -> None:
    earlier = submission_in(uow.session, row.envelope_id, *HELD_STATES)
    if earlier is not None:
        doom(earlier, SubmissionState.SUPERSEDED, uow.now)
        uow.session.flush()


def _record(
    uow: UnitOfWork,
    row: SubmissionRow,
    envelope: EnvelopeRow,
    stored: Stored,
    signer: NoteSigner,
) -> Recorded:
    received = replace(received_of(row), completed_at=uow.now)
    salt = fill_slot(envelope, received, AckType.BID)
    row.state = SubmissionState.SEALED.value
    row.completed_at = uow.now
    row.blob_key = stored.blob_key
    row.ack_note = signer.sign(ack_text(ack_document(received, AckType.BID, "recorded", salt=salt)))
    journal.append(
        uow,
        BidAct.RECORD,
        {"lot": row.lot_id, "kind": row.kind, "sha256": row.sha256, "size": row.size},
        tender_id=row.tender_id,
    )
    return recorded_of(row)


def _refuse(uow: UnitOfWork, row: SubmissionRow, refusal: Refusal, signer: NoteSigner) -> Refused:
    refused = record_refusal(uow, received_of(row), refusal, signer)
    if refusal.code in FINAL and row.state == SubmissionState.COMMITTED.value:
        row.state = SubmissionState.REFUSED.value
        row.ended_at = uow.now
        row.refusal_code = refusal.code
    return refused
