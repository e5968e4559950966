"""How a changed tender is written back to its row."""

from dataclasses import replace

from sqlalchemy import delete

from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering.domain.tender import Tender
from tendering.models import CommitteeSeatRow, TenderRow
from tendering.models.mapping import columns_of, tender_of


def insert_tender(uow: UnitOfWork, tender: Tender) -> None:
    """Write a new tender."""
    uow.session.add(TenderRow(**columns_of(tender, uow.now), box_seed=None))
    uow.session.flush()
    _write_seats(uow, tender)


def update_tender(uow: UnitOfWork, tender: Tender) -> Tender:
    """Write the changed facts of a tender that this transaction holds locked."""
    row = uow.session.get_one(TenderRow, tender.id)
    reseated = _accounts(tender) != _accounts(tender_of(row))
    for column, value in columns_of(tender, uow.now).items():
        if getattr(row, column) != value:
            setattr(row, column, value)
    uow.session.flush()
    if reseated:
        _write_seats(uow, tender)
    return tender


def delete_draft(uow: UnitOfWork, tender: Tender) -> None:
    """Remove the draft of a change that was carried out or given up; a tender is never removed."""
    if tender.amends is None:
        raise Refusal("wrong-stage", stage=tender.stage.value)
    _write_seats(uow, replace(tender, committee=None))
    uow.session.delete(uow.session.get_one(TenderRow, tender.id))
    uow.session.flush()


def _accounts(tender: Tender) -> frozenset[str]:
    seats = tender.committee.seats if tender.committee else ()
    return frozenset(seat.account_id for seat in seats)


def _write_seats(uow: UnitOfWork, tender: Tender) -> None:
    """Keep who sits on the committee where a member's own list finds it."""
    uow.session.execute(delete(CommitteeSeatRow).where(CommitteeSeatRow.tender_id == tender.id))
    for account_id in sorted(_accounts(tender)):
        uow.session.add(CommitteeSeatRow(account_id=account_id, tender_id=tender.id))
    uow.session.flush()
