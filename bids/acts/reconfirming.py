"""A vendor lets its sealed bid stand after the dates moved: nothing is sent, nothing sealed anew.

Source: decision 6; docs/adr/0207.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from accounts.domain import authority
from bids.acts.places import Owned, hold_vendor, lock_submission, window_of
from bids.acts.uploading import fill_slot
from bids.domain import confirmation
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.receipts import AckType, NoteSigner, ack_document, ack_text
from bids.domain.reception import SubmissionState
from bids.facts.kept import received_of
from bids.models import EnvelopeRow, SubmissionRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from transparency import journal


@dataclass(frozen=True)
class Confirmed:
    """A confirmation on record."""

    number: str
    ack: str


def confirm_bid(uow: UnitOfWork, number: str, notice: str, signer: NoteSigner) -> Confirmed:
    """Let the vendor's own unconfirmed bid stand for the tender's present notice.

    The sealed file stays what it is, bound to its own notice and round; pressed twice it is
    confirmed once.

    Args:
        uow: by the vendor, with a fresh sign-in.
        number: of the bid's receipt.
        notice: the one that the vendor was shown.
        signer: of the acknowledgement.

    Raises:
        Refusal: `not-found`, `late-confirmation`, `wrong-notice`, `nothing-to-confirm`,
            `fresh-sign-in`.
    """
    authority.authorise(uow.actor, BidAct.CONFIRM, Owned(uow.actor.organisation_id), PERMISSIONS)
    hold_vendor(uow)
    row = _own(uow, number)
    uow, tender = tenders.tender_to_bid_on(uow, row.tender_id)
    lock_submission(uow, row)
    sealed = row.state == SubmissionState.SEALED.value
    if sealed and row.confirmed_notice == tender.notice == notice:
        return Confirmed(row.number, row.confirmation_note or "")
    old = tenders.pack_of_notice(uow.session, tender.id, row.notice)
    new = tenders.pack(uow.session, tender.id)
    confirmation.check_confirmation(
        window_of(tender),
        SubmissionState(row.state),
        notice,
        (old.data, new.data),
        now=uow.now,
    )
    row.state, row.ended_at = SubmissionState.SEALED.value, None
    row.confirmed_notice, row.confirmed_at = new.notice, uow.now
    received = received_of(row)
    envelope = uow.session.get_one(EnvelopeRow, row.envelope_id)
    salt = fill_slot(envelope, received, AckType.CONFIRMATION)
    document = ack_document(received, AckType.CONFIRMATION, "confirmed", salt=salt)
    row.confirmation_note = signer.sign(ack_text(document))
    journal.append(
        uow,
        BidAct.CONFIRM,
        {"lot": row.lot_id, "kind": row.kind, "sha256": row.sha256, "confirms": new.notice},
        tender_id=row.tender_id,
    )
    return Confirmed(row.number, row.confirmation_note)


def _own(uow: UnitOfWork, number: str) -> SubmissionRow:
    row = uow.session.scalars(
        select(SubmissionRow).where(
            SubmissionRow.number == number.upper(),
            SubmissionRow.vendor_id == uow.actor.organisation_id,
        )
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    return row
