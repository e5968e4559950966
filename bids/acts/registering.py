"""The fingerprint first: a vendor announces a sealed file before its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.domain import authority
from bids.acts.places import (
    Place,
    find_envelope,
    hold_vendor,
    key_of,
    make_envelope,
    submission_in,
    usage_of,
    window_of,
)
from bids.acts.refusing import Refused, record_refusal
from bids.domain import reception
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.receipts import AckType, NoteSigner, Received, ack_document, ack_text
from bids.domain.reception import EnvelopeKey, Fingerprint, SubmissionState, Window
from bids.models import EnvelopeRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id, new_number
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from transparency import journal

_STANDING = sorted({SubmissionState.COMMITTED.value, *reception.LIVE_STATES})


@dataclass(frozen=True)
class Committed:
    """A fingerprint on record, and where its bytes go; `ack` is set when they are all here."""

    upload_id: str
    sha256: str
    size: int
    committed_at: datetime
    attempt: str
    number: str
    ack: str | None
    completed_at: datetime | None


def commit_fingerprint(
    uow: UnitOfWork, place: Place, given: Fingerprint, signer: NoteSigner
) -> Committed | Refused:
    """Record a fingerprint; the instant of this act is `committed_at`.

    Raises:
        Refusal: what leaves no trace: `not-found`, `bad-fingerprint`, `fresh-sign-in`, …
    """
    authority.authorise(uow.actor, BidAct.COMMIT, None, PERMISSIONS)
    hold_vendor(uow)
    uow, tender = tenders.tender_to_bid_on(uow, place.tender_id)
    window = window_of(tender)
    key = key_of(place, uow.actor.organisation_id)
    envelope = find_envelope(uow.session, key)
    known = None if envelope is None else _known(uow, envelope, given.sha256)
    if known is not None:
        return committed_of(known)
    try:
        reception.check_fingerprint(window, key, given, usage_of(uow, key), now=uow.now)
    except Refusal as refusal:
        return record_refusal(uow, _received(window, key, given, uow.now), refusal, signer)
    if envelope is None:
        envelope = make_envelope(uow, key)
    else:
        _abandon_earlier(uow, envelope)
    row = _write(uow, envelope, window, key, given, signer)
    journal.append(
        uow,
        BidAct.COMMIT,
        {"lot": key.lot_id, "kind": key.kind, "sha256": given.sha256, "size": given.size},
        tender_id=key.tender_id,
    )
    return committed_of(row)


def committed_of(row: SubmissionRow) -> Committed:
    """Return what the vendor's browser is told about a submission."""
    return Committed(
        upload_id=row.id,
        sha256=row.sha256,
        size=row.size,
        committed_at=row.committed_at,
        attempt=row.attempt_note,
        number=row.number,
        ack=row.ack_note,
        completed_at=row.completed_at,
    )


def _known(uow: UnitOfWork, envelope: EnvelopeRow, sha256: str) -> SubmissionRow | None:
    """The same vendor, envelope and SHA-256: the same upload or the same receipt again."""
    return uow.session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.envelope_id == envelope.id,
            SubmissionRow.sha256 == sha256,
            SubmissionRow.state.in_(_STANDING),
        )
    ).one_or_none()


def _abandon_earlier(uow: UnitOfWork, envelope: EnvelopeRow) -> None:
    earlier = submission_in(uow.session, envelope.id, SubmissionState.COMMITTED)
    if earlier is not None:
        earlier.state = SubmissionState.ABANDONED.value
        earlier.ended_at = uow.now
        uow.session.flush()  # one committed submission an envelope, at every statement


def _write(
    uow: UnitOfWork,
    envelope: EnvelopeRow,
    window: Window,
    key: EnvelopeKey,
    given: Fingerprint,
    signer: NoteSigner,
) -> SubmissionRow:
    received = _received(window, key, given, uow.now)
    row = SubmissionRow(
        id=new_id(),
        envelope_id=envelope.id,
        tender_id=key.tender_id,
        vendor_id=key.vendor_id,
        lot_id=key.lot_id,
        kind=key.kind,
        sha256=given.sha256,
        size=given.size,
        notice=given.notice,
        chain=window.chain_hash,
        round=window.round,
        token_sha256=given.token_sha256,
        state=SubmissionState.COMMITTED.value,
        committed_at=uow.now,
        number=new_number(),
        attempt_note=signer.sign(ack_text(ack_document(received, AckType.ATTEMPT, "committed"))),
    )
    uow.session.add(row)
    return row


def _received(
    window: Window, key: EnvelopeKey, given: Fingerprint, committed_at: datetime
) -> Received:
    return Received(
        sha256=given.sha256,
        size=given.size,
        tender=key.tender_id,
        lot=key.lot_id,
        kind=key.kind,
        vendor=key.vendor_id,
        notice=given.notice,
        chain=window.chain_hash,
        round=window.round,
        committed_at=committed_at,
        completed_at=None,
        token_sha256=given.token_sha256,
    )
