"""Taking a sealed bid back before the deadline; it is destroyed unopened."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.domain import authority
from bids.acts.places import Owned, Place, key_of, window_of
from bids.acts.submissions import change_submission, ended, held_submission
from bids.acts.uploading import fill_slot
from bids.domain import withdrawal
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.receipts import AckType, NoteSigner, ack_document, ack_text, instant
from bids.domain.reception import SubmissionState
from bids.domain.withdrawal import Proof
from bids.facts.kept import received_of
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering.facts import bidding
from transparency import journal


@dataclass(frozen=True)
class Withdrawn:
    """A withdrawal on record."""

    number: str
    ack: str
    proof: Proof


def withdraw_envelope(
    uow: UnitOfWork, place: Place, token: str | None, signer: NoteSigner
) -> Withdrawn:
    """Withdraw the vendor's sealed file at a place; without the token the record says so.

    Raises:
        Refusal: `not-found`, `late-withdrawal`, `nothing-to-withdraw`, `wrong-token`.
    """
    vendor_id = uow.actor.organisation_id
    authority.authorise(uow.actor, BidAct.WITHDRAW, Owned(vendor_id), PERMISSIONS)
    uow, terms = bidding.terms_to_bid_on(uow, place.tender_id)
    window = window_of(terms)
    row = held_submission(uow, key_of(place, vendor_id))
    withdrawal.check_withdrawal(window, SubmissionState(row.state) if row else None, now=uow.now)
    if row is None:
        raise Refusal("nothing-to-withdraw")
    proof = withdrawal.judge_token(token, row.token_sha256)
    received = received_of(row)
    salt = fill_slot(uow, row.envelope_id, received, AckType.WITHDRAWAL)
    document = ack_document(received, AckType.WITHDRAWAL, "withdrawn", salt=salt)
    document["withdrawn_at"] = instant(uow.now)
    document["proof"] = proof.value
    note = signer.sign(ack_text(document))
    change_submission(
        uow,
        row.id,
        ended(SubmissionState.WITHDRAWN, uow.now, doomed=True)
        | {
            "withdrawal_proof": proof.value,
            "withdrawal_token": token if proof is Proof.TOKEN else None,
            "withdrawal_note": note,
        },
    )
    journal.append(
        uow,
        BidAct.WITHDRAW,
        {"lot": row.lot_id, "kind": row.kind, "sha256": row.sha256, "proof": proof.value},
        tender_id=row.tender_id,
    )
    if proof is Proof.SIGN_IN_ONLY:
        outbox.enqueue(
            uow,
            kind="bids.document",
            params={},
            key=f"bids.withdrawal:{row.id}",
            account_id=uow.actor.account_id,
        )
    return Withdrawn(row.number, note, proof)
