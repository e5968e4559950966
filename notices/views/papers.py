"""PDFs that are made for one reader and never stored: a draft's preview, a vendor's receipt."""

from dataclasses import replace
from datetime import datetime

from flask import Response

from accounts import access
from accounts.domain.roles import Role
from bids import facts as bids
from bids import queries as bid_queries
from bids.queries import Submission
from foundation.database import database_instant
from foundation.settings import Settings
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from notices import facts
from notices.domain import fact_documents
from notices.domain.kinds import BidAck, Facts, Head
from notices.domain.parts import LotLine
from notices.renditions.pool import render_for_page
from notices.views.blueprint import blueprint, plain
from tendering import facts as tenders
from tendering.domain.tender import Tender


@blueprint.get("/tenders/<tender_id>/notice-preview.pdf")
@access.roles(Role.OFFICER, Role.APPROVER)
def notice_preview(tender_id: str) -> Response:
    """Show the tender notice as it would be published, PREVIEW across it, to its own people."""
    session = access.session()
    tender = tenders.tender(session, tender_id)
    if tender.organisation_id != access.actor().organisation_id:
        raise Refusal("not-found")
    head = _head("–", tender, access.context().settings, database_instant(session))
    return _paper(facts.tender_notice(tender, head), f"preview-{tender_id}.pdf", preview=True)


@plain.get("/bids/receipts/<number>.pdf")
@access.roles(Role.VENDOR)
def receipt_pdf(number: str) -> Response:
    """Give a vendor the acknowledgement of its own submission; nobody else finds it."""
    session = access.session()
    submission = bid_queries.own_receipt(session, number, access.actor().organisation_id)
    tender = tenders.tender(session, submission.tender_id)
    name = bids.ack(session, number).vendor_name
    stated = _acknowledgement(submission, tender, name, access.context().settings)
    return _paper(stated, f"receipt-{submission.number}.pdf", preview=False)


def _acknowledgement(
    submission: Submission, tender: Tender, vendor: str, settings: Settings
) -> BidAck:
    outcome, note, at = "attempt", submission.attempt, submission.committed_at
    if submission.ack is not None:
        outcome, note, at = "bid", submission.ack, submission.completed_at or at
    if submission.withdrawal is not None:
        outcome, note, at = "withdrawal", submission.withdrawal, submission.ended_at or at
    lot = tender.lot(submission.lot_id)
    return BidAck(
        head=_head(submission.number, tender, settings, at),
        tender=replace(
            facts.tender_head(tender, at),
            pack_sha256=submission.notice,
            chain_hash=submission.chain,
            round=submission.round,
        ),
        vendor=vendor,
        lot=LotLine(submission.lot_id, lot.title if lot else Text()),
        envelope=submission.kind,
        outcome=outcome,
        sha256=submission.sha256,
        size=submission.size,
        committed_at=submission.committed_at,
        completed_at=submission.completed_at,
        signed_note=note,
    )


def _head(number: str, tender: Tender, settings: Settings, at: datetime) -> Head:
    return Head(
        number=number,
        issued_at=at,
        public_url=settings.public_url,
        zone=tender.schedule.zone,
        practice=settings.practice,
        practice_seal=facts.practice_seal(tender) if tender.chain else settings.local_beacon,
    )


def _paper(stated: Facts, name: str, *, preview: bool) -> Response:
    document = fact_documents.to_bytes(stated)
    access.session().rollback()  # the rendition is slow: no transaction waits for it
    answer = Response(render_for_page(document, preview=preview), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
