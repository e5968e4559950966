"""An evaluator reads a file of an opened bid; each reading is on record before a byte goes out."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.domain import authority
from bids.domain.file_check import Handing, handing_out
from bids.facts import OpenedFile
from evaluation.domain import panel
from evaluation.domain.panel import Seat
from evaluation.domain.permissions import PERMISSIONS, PanelAct
from evaluation.queries import cases
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.actor import Actor
from foundation.values.canonical import Document
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from transparency import journal


@dataclass(frozen=True)
class ReadableFile:
    """A file, the envelope it came in and the seat of the one who may read it."""

    file: OpenedFile
    envelope_id: str
    vendor_name: str
    seat: Seat


def readable_file(session: Session, actor: Actor, tender_id: str, file_id: str) -> ReadableFile:
    """Return a file that the evaluator may read, without giving anything of it out.

    Raises:
        Refusal: ``not-found``, or what panel and permission say.
    """
    tender = tenders.tender(session, tender_id)
    authority.authorise(actor, PanelAct.READ_FILE, tender, PERMISSIONS)
    seats = facts.require_panel(session, tender_id)
    seat = panel.require_declared(seats, actor.account_id)
    prices = (cases.price_envelopes(session, tender) or {}).values()
    for bid in (*cases.opened_bids(session, tender_id).values(), *prices):
        for file in bid.files:
            if file.id == file_id:
                return ReadableFile(file, bid.envelope_id, bid.vendor_name, seat)
    raise Refusal("not-found")


def read_file(
    uow: UnitOfWork, tender_id: str, file_id: str, *, scanner: bool, warned: bool = False
) -> ReadableFile:
    """Record that the file as it is goes out, and return it.

    Args:
        uow: the change.
        tender_id: the tender.
        file_id: the file.
        scanner: whether this installation has a virus scanner.
        warned: whether the evaluator was told what the check found and goes on all the same.

    Raises:
        Refusal: as `readable_file`; ``file-unchecked`` before its check, ``file-warning``.
    """
    found = readable_file(uow.session, uow.actor, tender_id, file_id)
    handing = handing_out(found.file.check_state, scanner=scanner)
    if handing is Handing.NOT_YET:
        raise Refusal("file-unchecked")
    if handing is Handing.WARNED and not warned:
        raise Refusal("file-warning")
    more = {"warned": found.file.check_state or ""} if handing is Handing.WARNED else {}
    _record(uow, tender_id, found, more)
    return found


def look_at_page(uow: UnitOfWork, tender_id: str, file_id: str, page: int) -> OpenedFile:
    """Record the look at a picture of one page, from 1, and return its file.

    Raises:
        Refusal: as `readable_file`.
    """
    found = readable_file(uow.session, uow.actor, tender_id, file_id)
    _record(uow, tender_id, found, {"page": page})
    return found.file


def _record(
    uow: UnitOfWork, tender_id: str, found: ReadableFile, more: Mapping[str, Document]
) -> None:
    journal.append(
        uow,
        PanelAct.READ_FILE,
        {
            "envelope": found.envelope_id,
            "file": found.file.sha256,
            "label": found.seat.label,
            **more,
        },
        tender_id=tender_id,
    )
