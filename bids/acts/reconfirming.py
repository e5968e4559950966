"""A vendor lets its sealed bid stand after the dates moved: nothing is sent, nothing sealed anew.

Source: decision 6; docs/adr/0207.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row

from accounts.domain import authority
from bids.acts.places import Owned, window_of
from bids.acts.submissions import (
    change_submission,
    hold_submission,
    own_numbered,
    own_unconfirmed,
)
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
    """A confirmation on record: that of the receipt asked for, and how many this press did."""

    number: str
    ack: str
    envelopes: int = field(compare=False)


def confirm_bid(uow: UnitOfWork, number: str, notice: str, signer: NoteSigner) -> Confirmed:
    """Let the vendor's own unconfirmed bid stand for the tender's present notice, all of it.

    Its envelopes of every lot and kind are confirmed together, or none; each gets a signed note.
    The sealed files stay what they are, bound to their own notice and round; pressed twice they
    are confirmed once.

    Args:
        uow: by the vendor, with a fresh sign-in.
        number: of the receipt of one of the envelopes.
        notice: the one that the vendor was shown.
        signer: of the acknowledgements.

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
        return Confirmed(row.number, row.confirmation_note or "", 0)
    others = [each for each in own_unconfirmed(uow, row.tender_id) if each.id != row.id]
    rows = [row, *(hold_submission(uow, each) for each in others)]
    new = tenders.pack(uow.session, row.tender_id)
    for each in rows:
        old = tenders.pack_of_notice(uow.session, each.tender_id, each.notice)
        confirmation.check_confirmation(
            window_of(terms),
            SubmissionState(each.state),
            notice,
            (old.data, new.data),
            now=uow.now,
        )
    note, *_ = [_confirm(uow, each, new.notice, signer) for each in rows]
    return Confirmed(row.number, note, len(rows))


def _confirm(uow: UnitOfWork, row: Row[Any], notice: str, signer: NoteSigner) -> str:
    """Put one envelope's confirmation into its slot and on record; return the signed note."""
    received = replace(received_of(row), confirms=notice, confirmed_at=uow.now)
    salt = fill_slot(uow, row.envelope_id, received, AckType.CONFIRMATION)
    document = ack_document(received, AckType.CONFIRMATION, "confirmed", salt=salt)
    note = signer.sign(ack_text(document))
    change_submission(
        uow,
        row.id,
        {
            "state": SubmissionState.SEALED.value,
            "ended_at": None,
            "confirmed_notice": notice,
            "confirmed_at": uow.now,
            "confirmation_note": note,
        },
    )
    journal.append(
        uow,
        BidAct.CONFIRM,
        {"lot": row.lot_id, "kind": row.kind, "sha256": row.sha256, "confirms": notice},
        tender_id=row.tender_id,
    )
    return note
