"""An evaluator reads a file of an opened bid; each reading is on record before a byte goes out."""

from accounts.domain import authority
from bids.facts import OpenedFile
from evaluation.domain import panel
from evaluation.domain.permissions import PERMISSIONS, PanelAct
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from transparency import journal


def read_file(uow: UnitOfWork, tender_id: str, file_id: str) -> OpenedFile:
    """Record the reading and return what is read.

    Raises:
        Refusal: ``not-found``, or what panel and permission say.
    """
    tender = tenders.tender(uow.session, tender_id)
    authority.authorise(uow.actor, PanelAct.READ_FILE, tender, PERMISSIONS)
    seats = facts.require_panel(uow.session, tender_id)
    seat = panel.require_declared(seats, uow.actor.account_id)
    for bid in facts.opened_bids(uow.session, tender_id).values():
        for file in bid.files:
            if file.id == file_id:
                journal.append(
                    uow,
                    PanelAct.READ_FILE,
                    {"envelope": bid.envelope_id, "file": file.sha256, "label": seat.label},
                    tender_id=tender_id,
                )
                return file
    raise Refusal("not-found")
