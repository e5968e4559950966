"""The fingerprint first: a vendor announces a sealed file before its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from accounts.domain import authority
from bids.acts.places import Place, find, key_of, make_envelope, window_of
from bids.acts.refusing import Refused, record_refusal
from bids.acts.submissions import abandon_earlier, same_submission, write_submission
from bids.domain import reception
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.receipts import AckType, NoteSigner, Received, ack_document, ack_text
from bids.domain.reception import EnvelopeKey, Fingerprint, SubmissionState, Window
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id, new_number
from foundation.values.refusal import Refusal
from tendering.facts import bidding
from transparency import journal


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
    uow, terms = bidding.terms_to_bid_on(uow, place.tender_id)
    window = window_of(terms)
    key = key_of(place, uow.actor.organisation_id)
    found = find(uow, key)
    envelope_id = found.envelope_id
    known = None if envelope_id is None else same_submission(uow, envelope_id, given.sha256)
    if known is not None:
        return committed_of(known)
    received = _received(window, key, given, uow.now)
    try:
        reception.check_fingerprint(window, key, given, found.usage, now=uow.now)
    except Refusal as refusal:
        return record_refusal(uow, received, refusal, signer)
    if envelope_id is None:
        envelope_id = make_envelope(uow, key, found.bid_id)
    else:
        abandon_earlier(uow, envelope_id)
    committed = _write(uow, envelope_id, received, signer)
    journal.append(
        uow,
        BidAct.COMMIT,
        {"lot": key.lot_id, "kind": key.kind, "sha256": given.sha256, "size": given.size},
        tender_id=key.tender_id,
    )
    return committed


def committed_of(row: Row[Any]) -> Committed:
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


def _write(uow: UnitOfWork, envelope_id: str, received: Received, signer: NoteSigner) -> Committed:
    upload_id, number = new_id(), new_number()
    attempt = signer.sign(ack_text(ack_document(received, AckType.ATTEMPT, "committed")))
    write_submission(
        uow,
        {
            "id": upload_id,
            "envelope_id": envelope_id,
            "tender_id": received.tender,
            "vendor_id": received.vendor,
            "lot_id": received.lot,
            "kind": received.kind,
            "sha256": received.sha256,
            "size": received.size,
            "notice": received.notice,
            "chain": received.chain,
            "round": received.round,
            "token_sha256": received.token_sha256,
            "state": SubmissionState.COMMITTED.value,
            "committed_at": uow.now,
            "number": number,
            "attempt_note": attempt,
        },
    )
    return Committed(
        upload_id, received.sha256, received.size, uow.now, attempt, number, None, None
    )


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
