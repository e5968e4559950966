"""After a restore: what was withdrawn, replaced or destroyed since the backup stays so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import select

from accounts.domain import authority
from bids.acts.destroying import record_destroyed
from bids.acts.submissions import doom
from bids.domain.permissions import PERMISSIONS, BidAct, OpeningAct
from bids.domain.receipts import AckType, commitment, slot_document
from bids.domain.reception import HELD_STATES, SubmissionState
from bids.domain.withdrawal import Proof
from bids.facts.kept import received_of
from bids.models import EnvelopeRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from transparency import journal


def record_restored(uow: UnitOfWork, backup_at: datetime) -> None:
    """Tell the public that the platform went back to a backup, and from when to when."""
    authority.authorise(uow.actor, OpeningAct.RESTORE, None, PERMISSIONS)
    journal.append(
        uow,
        OpeningAct.RESTORE,
        {"backup_at": instant_text(backup_at), "restored_at": instant_text(uow.now)},
    )


def destroy_again(uow: UnitOfWork) -> int:
    """Record as destroyed all that was doomed: a restore never writes its bytes."""
    authority.authorise(uow.actor, BidAct.DESTROY, None, PERMISSIONS)
    ids = list(
        uow.session.scalars(
            select(SubmissionRow.id).where(
                SubmissionRow.doomed_at.is_not(None), SubmissionRow.destroyed_at.is_(None)
            )
        )
    )
    for submission_id in ids:
        record_destroyed(uow, submission_id)
    return len(ids)


def withdraw_again(uow: UnitOfWork, document: Mapping[str, object], note: str) -> bool:
    """Doom what a signed acknowledgement says was withdrawn; return whether it was new.

    Raises:
        Refusal: ``not-a-withdrawal``, ``not-found`` (no such bid in the backup).
    """
    authority.authorise(uow.actor, BidAct.DESTROY, None, PERMISSIONS)
    if document.get("type") != AckType.WITHDRAWAL.value:
        raise Refusal("not-a-withdrawal")
    proof = Proof(str(document.get("proof", Proof.SIGN_IN_ONLY.value)))
    row = _row(uow, str(document.get("sha256")))
    return _withdraw(uow, row, bytes.fromhex(str(document["salt"])), proof, "", note)


def apply_list(uow: UnitOfWork, document: Mapping[str, object]) -> int:
    """Doom what the signed list of an opening shows as withdrawn, replaced or not confirmed.

    Returns:
        How many there were.

    Raises:
        Refusal: ``not-a-list``.
    """
    authority.authorise(uow.actor, BidAct.DESTROY, None, PERMISSIONS)
    envelopes, replaced = document.get("envelopes"), document.get("replaced")
    if not isinstance(envelopes, list) or not isinstance(replaced, list):
        raise Refusal("not-a-list")
    count = 0
    for entry in envelopes:
        if entry["document"]["type"] == AckType.WITHDRAWAL.value:
            row = _known(uow, entry["document"]["sha256"])
            proof = Proof(entry["proof"] or Proof.SIGN_IN_ONLY.value)
            salt = bytes.fromhex(entry["salt"])
            count += row is not None and _withdraw(uow, row, salt, proof, entry["token"], "")
    ended = [(sha256, SubmissionState.SUPERSEDED) for sha256 in replaced]
    # Lists of earlier releases know no bids that could have been confirmed.
    unconfirmed = cast(list[object], document.get("unconfirmed", []))
    ended += [(sha256, SubmissionState.UNCONFIRMED) for sha256 in unconfirmed]
    for sha256, state in ended:
        row = _known(uow, str(sha256))
        if row is not None and row.state in HELD_STATES and row.doomed_at is None:
            doom(row, state, uow.now)
            count += 1
    uow.session.flush()
    return count


def _withdraw(
    uow: UnitOfWork, row: SubmissionRow, salt: bytes, proof: Proof, token: str, note: str
) -> bool:
    if row.state not in HELD_STATES:
        return False
    doom(row, SubmissionState.WITHDRAWN, uow.now)
    row.withdrawal_proof = proof.value
    row.withdrawal_token = token or None
    row.withdrawal_note = note or None
    envelope = uow.session.get_one(EnvelopeRow, row.envelope_id)
    document = slot_document(received_of(row), AckType.WITHDRAWAL)
    envelope.slot_document = dict(document)
    envelope.slot_salt = salt
    envelope.slot_commitment = commitment(salt, document)
    journal.append(
        uow,
        BidAct.WITHDRAW,
        {
            "lot": row.lot_id,
            "kind": row.kind,
            "sha256": row.sha256,
            "proof": proof.value,
            "restored": True,
        },
        tender_id=row.tender_id,
        organisation_id=row.vendor_id,
    )
    return True


def _row(uow: UnitOfWork, sha256: str) -> SubmissionRow:
    row = _known(uow, sha256)
    if row is None:
        raise Refusal("not-found")
    return row


def _known(uow: UnitOfWork, sha256: str) -> SubmissionRow | None:
    """Return the completed submission of these bytes; completed bytes are unique for ever."""
    return uow.session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.sha256 == sha256, SubmissionRow.completed_at.is_not(None)
        )
    ).one_or_none()
