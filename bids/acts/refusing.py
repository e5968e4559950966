"""A refused or late attempt leaves a signed trace that the vendor can download."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import bindparam, insert, select

from bids.domain.permissions import BidAct
from bids.domain.receipts import AckType, NoteSigner, Received, ack_document, ack_text
from bids.models import RefusedAttemptRow
from foundation.database import table_of
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id
from foundation.values.refusal import Refusal
from transparency import journal

# These tell of a request that was no attempt at all, so they leave no trace.
UNTRACED = frozenset(
    {"not-found", "bad-fingerprint", "not-permitted", "too-many-attempts", "allowance-exceeded"}
    | {"busy"}
)


_ROW = table_of(RefusedAttemptRow).c
_KNOWN = select(_ROW.id, _ROW.note).where(
    _ROW.vendor_id == bindparam("vendor"),
    _ROW.tender_id == bindparam("tender"),
    _ROW.lot_id == bindparam("lot"),
    _ROW.kind == bindparam("of_kind"),
    _ROW.sha256 == bindparam("hash"),
    _ROW.code == bindparam("refused"),
)
_WRITE = insert(table_of(RefusedAttemptRow))


@dataclass(frozen=True)
class Refused:
    """A refusal that is on record: the act commits, the door answers with the code."""

    code: str
    attempt: str
    number: str
    params: dict[str, object] = field(default_factory=dict)


def record_refusal(
    uow: UnitOfWork, received: Received, refusal: Refusal, signer: NoteSigner
) -> Refused:
    """Write the trace of a refused attempt; the same attempt again gets the same note.

    Raises:
        Refusal: the refusal itself, when it is none that leaves a trace.
    """
    if refusal.code in UNTRACED:
        raise refusal
    given = {
        "vendor": received.vendor,
        "tender": received.tender,
        "lot": received.lot,
        "of_kind": received.kind,
        "hash": received.sha256,
        "refused": refusal.code,
    }
    known = uow.connection.execute(_KNOWN, given).first()
    if known is not None:
        return Refused(refusal.code, known.note, known.id, dict(refusal.params))
    note = signer.sign(ack_text(ack_document(received, AckType.ATTEMPT, refusal.code)))
    attempt_id = new_id()
    uow.connection.execute(
        _WRITE,
        {
            "id": attempt_id,
            "tender_id": received.tender,
            "vendor_id": received.vendor,
            "lot_id": received.lot,
            "kind": received.kind,
            "sha256": received.sha256,
            "code": refusal.code,
            "at": uow.now,
            "note": note,
        },
    )
    journal.append(
        uow,
        BidAct.REFUSE,
        {
            "lot": received.lot,
            "kind": received.kind,
            "sha256": received.sha256,
            "size": received.size,
            "code": refusal.code,
        },
        tender_id=received.tender,
    )
    return Refused(refusal.code, note, attempt_id, dict(refusal.params))
