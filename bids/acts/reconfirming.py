"""A vendor lets its sealed bid stand after the dates moved: nothing is sent, nothing sealed anew.

Source: decision 6; docs/adr/0207.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from accounts.domain import authority
from bids.acts.places import Owned, window_of
from bids.acts.submissions import change_submission, hold_submission, own_numbered
from bids.acts.uploading import fill_slot
from bids.domain import confirmation
from bids.domain.permissions import PERMISSIONS, BidAct
from bids.domain.receipts import AckType, NoteSigner, ack_document, ack_text
from bids.domain.reception import SubmissionState
from bids.facts.kept import received_of
from foundation.unit_of_work import UnitOfWork
from tendering import facts as tenders
from tendering.facts import bidding
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
    row = own_numbered(uow, number)
    uow, terms = bidding.terms_to_bid_on(uow, row.tender_id)
    row = hold_submission(uow, row)
    sealed = row.state == SubmissionState.SEALED.value
    if sealed and row.confirmed_notice == terms.notice == notice:
        return Confirmed(row.number, row.confirmation_note or "")
    old = tenders.pack_of_notice(uow.session, row.tender_id, row.notice)
    new = tenders.pack(uow.session, row.tender_id)
    confirmation.check_confirmation(
        window_of(terms),
        SubmissionState(row.state),
        notice,
        (old.data, new.data),
        now=uow.now,
    )
    received = replace(received_of(row), confirms=new.notice, confirmed_at=uow.now)
    salt = fill_slot(uow, row.envelope_id, received, AckType.CONFIRMATION)
    document = ack_document(received, AckType.CONFIRMATION, "confirmed", salt=salt)
    note = signer.sign(ack_text(document))
    change_submission(
        uow,
        row.id,
        {
            "state": SubmissionState.SEALED.value,
            "ended_at": None,
            "confirmed_notice": new.notice,
            "confirmed_at": uow.now,
            "confirmation_note": note,
        },
    )
    journal.append(
        uow,
        BidAct.CONFIRM,
        {"lot": row.lot_id, "kind": row.kind, "sha256": row.sha256, "confirms": new.notice},
        tender_id=row.tender_id,
    )
    return Confirmed(row.number, note)
