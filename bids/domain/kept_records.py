"""Whether what is stored of a bid still is what its vendor was given signed.

Source: decisions 12(a), 14 and 18; run again over everything after a restore.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bids.domain.receipts import AckType, Received, ack_document, commitment, slot_document
from bids.domain.reception import LIVE_STATES, SubmissionState
from foundation.values.refusal import Refusal
from sealing.signatures import NoteVerifier, parse_note, verify_note


@dataclass(frozen=True)
class KeptRecord:
    """One submission as it is stored; ``slot_commitment`` is its envelope's, in hex."""

    submission_id: str
    number: str
    received: Received
    state: SubmissionState
    attempt_note: str
    ack_note: str | None
    withdrawal_note: str | None
    confirmation_note: str | None
    slot_commitment: str
    blob_key: str | None
    doomed: bool
    destroyed: bool

    @property
    def live_blob(self) -> bool:
        """Tell whether the sealed bytes must be there."""
        kept = {*LIVE_STATES, SubmissionState.UNOPENED, SubmissionState.UNCONFIRMED}
        return self.state in kept and not self.doomed


def check_record(record: KeptRecord, public_key: bytes) -> None:
    """Refuse a record that its own signed notes do not bear out.

    Raises:
        Refusal: ``receipt-damaged`` with the receipt's ``number``.
    """
    try:
        _check_note(record, record.attempt_note, AckType.ATTEMPT, public_key)
        if record.ack_note is not None:
            kind = AckType.BID
            document = _check_note(record, record.ack_note, kind, public_key)
            if record.confirmation_note is not None:
                kind = AckType.CONFIRMATION
                document = _check_note(record, record.confirmation_note, kind, public_key)
            if record.state in LIVE_STATES:
                _check_slot(record, kind, document)
        elif record.state in LIVE_STATES:
            raise Refusal("receipt-damaged")
        if record.withdrawal_note is not None:
            document = _check_note(record, record.withdrawal_note, AckType.WITHDRAWAL, public_key)
    except (Refusal, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal("receipt-damaged", number=record.number) from error


def read_signed(note: str, public_key: bytes) -> Mapping[str, object]:
    """Return the document in a note that this platform's key has signed, under any name.

    Raises:
        Refusal: ``bad-note``, ``wrong-note-signature``.
    """
    data = note.encode()
    names = [line.name for line in parse_note(data).signatures]
    text = verify_note(data, [NoteVerifier(name, public_key) for name in names[:1]])
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Refusal("bad-note") from error
    if not isinstance(document, dict):
        raise Refusal("bad-note")
    return document


def _check_note(
    record: KeptRecord, note: str, kind: AckType, public_key: bytes
) -> Mapping[str, object]:
    document = read_signed(note, public_key)
    attempt = kind is AckType.ATTEMPT
    received = replace(record.received, completed_at=None) if attempt else record.received
    salt = None if attempt else bytes.fromhex(str(document["salt"]))
    expected = ack_document(received, kind, str(document["outcome"]), salt=salt)
    if any(document.get(name) != value for name, value in expected.items()):
        raise Refusal("receipt-damaged")
    return document


def _check_slot(record: KeptRecord, kind: AckType, document: Mapping[str, object]) -> None:
    salt = bytes.fromhex(str(document["salt"]))
    found = commitment(salt, slot_document(record.received, kind)).hex()
    if not hmac.compare_digest(found, record.slot_commitment):
        raise Refusal("receipt-damaged")
