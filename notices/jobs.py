"""The jobs of notices: issue what the public journal calls for, then make the PDFs."""

from datetime import datetime, timedelta
from functools import cache

from foundation.blobs.store import BlobExists, BlobsAway
from foundation.database import database_instant
from foundation.jobs import JobContext
from foundation.log_lines import Event, Log
from foundation.unit_of_work import UnitOfWork, reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from notices import queries
from notices.acts.issuing import Publisher, issue_notice, record_pdf
from notices.domain.occasions import OCCASIONS
from notices.renditions.pool import RenditionPool
from transparency.readers import Entry, read_on

READER = "notices"
AT_ONCE = 10
TRY_AGAIN_AFTER = timedelta(minutes=5)
log = Log("muhr.notices")
_failed_at: dict[str, datetime] = {}


def issue_due_notices(context: JobContext) -> None:
    """Read on in the public journal and issue the notice that each entry calls for."""
    settings = context.settings
    publisher = Publisher(public_url=settings.public_url, practice=settings.practice)

    def handle(uow: UnitOfWork, entry: Entry) -> None:
        kind = OCCASIONS.get(entry.kind)
        if kind is not None:
            issue_notice(uow, entry.tender_id, kind, publisher)

    read_on(context.sessions, READER, handle)


def render_due_pdfs(context: JobContext) -> None:
    """Make the PDFs that are missing: rendered outside any transaction, recorded in a short act.

    The key carries the hash, so work done twice stores nothing twice and only the first
    record counts.
    """
    with reading(context.sessions) as session:
        now = database_instant(session)
        due = queries.without_pdf(session, AT_ONCE + len(_failed_at))
    for number, facts in due:
        failed_at = _failed_at.get(number)
        if failed_at is None or failed_at + TRY_AGAIN_AFTER <= now:
            _make_pdf(context, number, facts, now)


def _make_pdf(context: JobContext, number: str, facts: bytes, now: datetime) -> None:
    try:
        pdf = _pool().render(facts)
    except Refusal as refusal:
        _failed_at[number] = now
        log.error(Event.PDF_NOT_MADE, notice=number, code=refusal.code)
        return
    _failed_at.pop(number, None)
    sha256 = sha256_hex(pdf)
    key = f"notices/{number.lower()}/{sha256}"
    try:
        context.blobs.put_new(key, [pdf])
    except BlobExists:
        log.info(Event.PDF_THERE, notice=number)
    except BlobsAway:
        _failed_at[number] = now  # it is not rendered again and again meanwhile
        log.warning(Event.PDF_WAITS, notice=number)
        return
    with unit_of_work(context.sessions, Actor.system("notices")) as uow:
        record_pdf(uow, number, sha256=sha256, size=len(pdf), blob_key=key)


@cache
def _pool() -> RenditionPool:
    return RenditionPool()
