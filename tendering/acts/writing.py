"""How a changed tender is written back to its row."""

from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering.domain.tender import Tender
from tendering.models import TenderRow
from tendering.models.mapping import columns_of


def insert_tender(uow: UnitOfWork, tender: Tender) -> None:
    """Write a new tender."""
    uow.session.add(TenderRow(**columns_of(tender, uow.now), box_seed=None))
    uow.session.flush()


def update_tender(uow: UnitOfWork, tender: Tender) -> Tender:
    """Write the changed facts of a tender that this transaction holds locked."""
    row = uow.session.get_one(TenderRow, tender.id)
    for column, value in columns_of(tender, uow.now).items():
        if getattr(row, column) != value:
            setattr(row, column, value)
    uow.session.flush()
    return tender


def delete_draft(uow: UnitOfWork, tender: Tender) -> None:
    """Remove the draft of a change that was carried out or given up; a tender is never removed."""
    if tender.amends is None:
        raise Refusal("wrong-stage", stage=tender.stage.value)
    uow.session.delete(uow.session.get_one(TenderRow, tender.id))
    uow.session.flush()
