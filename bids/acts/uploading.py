"""The last byte: a sealed file whose bytes are stored and inspected becomes a bid."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, bindparam, cast, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from accounts.domain import authority
from bids.acts.places import Owned, hold_vendor, window_of
from bids.acts.refusing import Refused, record_refusal
from bids.acts.submissions import (
    change_submission,
    ended,
    hold_submission,
    own_submission,
    replace_earlier,
)
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
from bids.domain.reception import Fingerprint, SubmissionState
from bids.facts.kept import received_of
from bids.models import EnvelopeRow, SeenFingerprintRow
from foundation.database import is_sqlite, table_of
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering.facts import bidding
from tendering.facts.bidding import Terms
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
    uow, terms = bidding.terms_to_bid_on(uow, row.tender_id)
    row = hold_submission(uow, row)
    if row.state == SubmissionState.SEALED.value:
        return recorded_of(row)
    try:
        reception.check_completion(
            window_of(terms),
            Fingerprint(row.sha256, row.size, row.notice, row.token_sha256),
            state=SubmissionState(row.state),
            committed_at=row.committed_at,
            now=uow.now,
        )
        if stored.sha256 != row.sha256:
            raise Refusal("hash-mismatch")
        slot = _choose_slot(uow, terms) if row.slot is None else row.slot
        _mark_seen(uow, row, stored)
    except Refusal as refusal:
        return _refuse(uow, row, refusal, signer)
    replace_earlier(uow, row.envelope_id)
    received = replace(received_of(row), completed_at=uow.now)
    salt = _fill(uow, row, terms, received, slot)
    return _record(uow, row, received, salt, stored, signer)


def refuse_upload(uow: UnitOfWork, upload_id: str, refusal: Refusal, signer: NoteSigner) -> Refused:
    """Record that the bytes of an upload were refused before they could be counted.

    Raises:
        Refusal: `not-found`, or a refusal that leaves no trace.
    """
    row = own_submission(uow, upload_id)
    authority.authorise(uow.actor, BidAct.REFUSE, Owned(row.vendor_id), PERMISSIONS)
    hold_vendor(uow)
    return _refuse(uow, hold_submission(uow, row), refusal, signer)


def recorded_of(row: Row[Any]) -> Recorded:
    """Return the receipt of a bid that is in."""
    if row.completed_at is None or row.ack_note is None:
        raise Refusal("not-found")
    return Recorded(row.number, row.ack_note, row.sha256, row.completed_at)


def fill_slot(
    uow: UnitOfWork, envelope_id: str, received: Received, kind: AckType, **more: int
) -> bytes:
    """Put a new document under a new salt into the envelope's slot; return the salt."""
    salt = secrets.token_bytes(SALT_BYTES)
    document = slot_document(received, kind)
    values = {
        "slot_document": document,
        "slot_salt": salt,
        "slot_commitment": commitment(salt, document),
    }
    uow.connection.execute(_FILL, {"envelope": envelope_id} | values | more)
    return salt


_ENVELOPE = table_of(EnvelopeRow).c
_FILL = update(table_of(EnvelopeRow)).where(_ENVELOPE.id == bindparam("envelope"))
# In one row: to fetch them singly takes many times as long where other threads are busy.
_TAKEN = select(func.aggregate_strings(cast(_ENVELOPE.slot, String), ",")).where(
    _ENVELOPE.tender_id == bindparam("tender"), _ENVELOPE.slot.is_not(None)
)
_SEE = text(
    "INSERT INTO seen_fingerprint (value, submission_id) VALUES (:sha256, :upload), (:u, :upload) "
    "ON CONFLICT DO NOTHING"
)
_UNSEE = delete(table_of(SeenFingerprintRow)).where(
    table_of(SeenFingerprintRow).c.submission_id == bindparam("upload")
)


def _mark_seen(uow: UnitOfWork, row: Row[Any], stored: Stored) -> None:
    """Keep SHA-256 and U for ever.

    Raises:
        Refusal: `duplicate`, without saying where.
    """
    given = {"sha256": f"sha256:{stored.sha256}", "u": f"u:{stored.point}", "upload": row.id}
    if uow.connection.execute(_SEE, given).rowcount != 2:
        uow.connection.execute(_UNSEE, {"upload": row.id})
        raise Refusal("duplicate")


def _choose_slot(uow: UnitOfWork, terms: Terms) -> int:
    """Return a slot that nobody has yet.

    Raises:
        Refusal: `box-full`.
    """
    listed = uow.connection.execute(_TAKEN, {"tender": terms.tender_id}).scalar_one() or ""
    taken = frozenset(int(slot) for slot in listed.split(",") if slot)
    return box.choose_slot(taken, terms.box_slots, _draw())


def _draw() -> int:
    return secrets.randbits(64)


def _fill(uow: UnitOfWork, row: Row[Any], terms: Terms, received: Received, slot: int) -> bytes:
    """Fill the envelope's slot, which is drawn again when another vendor was faster.

    Raises:
        Refusal: `box-full`; `busy` when others were always faster.
    """
    if is_sqlite(uow.session) or row.slot is not None:
        return fill_slot(uow, row.envelope_id, received, AckType.BID, slot=slot)
    for _draws in range(MOST_DRAWS):
        with contextlib.suppress(IntegrityError), uow.connection.begin_nested():
            return fill_slot(uow, row.envelope_id, received, AckType.BID, slot=slot)
        slot = _choose_slot(uow, terms)
    raise Refusal("busy")


def _record(
    uow: UnitOfWork,
    row: Row[Any],
    received: Received,
    salt: bytes,
    stored: Stored,
    signer: NoteSigner,
) -> Recorded:
    ack = signer.sign(ack_text(ack_document(received, AckType.BID, "recorded", salt=salt)))
    change_submission(
        uow,
        row.id,
        {
            "state": SubmissionState.SEALED.value,
            "completed_at": uow.now,
            "blob_key": stored.blob_key,
            "ack_note": ack,
        },
    )
    journal.append(
        uow,
        BidAct.RECORD,
        {"lot": row.lot_id, "kind": row.kind, "sha256": row.sha256, "size": row.size},
        tender_id=row.tender_id,
    )
    return Recorded(row.number, ack, row.sha256, uow.now)


def _refuse(uow: UnitOfWork, row: Row[Any], refusal: Refusal, signer: NoteSigner) -> Refused:
    refused = record_refusal(uow, received_of(row), refusal, signer)
    if refusal.code in FINAL and row.state == SubmissionState.COMMITTED.value:
        values = ended(SubmissionState.REFUSED, uow.now) | {"refusal_code": refusal.code}
        change_submission(uow, row.id, values)
    return refused
