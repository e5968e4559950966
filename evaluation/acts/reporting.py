"""The officer publishes the evaluation report; from then on it is public, byte for byte."""

from datetime import datetime

from accounts.domain import authority
from evaluation.acts.scoring import scored_bids
from evaluation.domain import award, scoring
from evaluation.domain.case import Case
from evaluation.domain.case_document import case_document
from evaluation.domain.methods import rank
from evaluation.domain.panel import Panel
from evaluation.domain.permissions import PERMISSIONS, EvaluationAct
from evaluation.domain.result_document import result_document
from evaluation.models import ReportRow
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import Document, canonical
from foundation.values.fingerprint import sha256_hex
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal
from tendering import facts as tenders
from tendering.acts.progressing import progress_tender
from tendering.domain.tender import Stage, Tender
from tendering.rulebooks import rulebook
from transparency import journal


def publish_report(uow: UnitOfWork, tender_id: str) -> None:
    """Rank the bids, store and publish the report, and let its days begin.

    Raises:
        Refusal: ``no-panel``, ``not-all-handed-in``, ``spread-reasons-needed``, or what the
            method and the permission say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, EvaluationAct.REPORT, tender, PERMISSIONS)
    panel = facts.require_panel(uow.session, tender_id)
    if not panel.all_finished:
        raise Refusal("not-all-handed-in")
    case = facts.case_of(uow.session, tender)
    reasons = facts.spreads(uow.session, tender_id).reasons
    wide = scoring.wide_spreads(scored_bids(facts.bids_of(case)), case)
    silent = [each for each in wide if (each.bid_id, each.criterion_id) not in reasons]
    if silent:
        raise Refusal("spread-reasons-needed", count=len(silent))
    ends_at = standing_ends_at(tender, uow.now)
    case_bytes = canonical(case_document(case))
    document = canonical(_document(uow, tender, case, panel, ends_at))
    uow.session.add(
        ReportRow(
            tender_id=tender_id,
            reported_at=uow.now,
            standing_ends_at=ends_at,
            case_bytes=case_bytes,
            document_bytes=document,
            sha256=sha256_hex(document),
        )
    )
    uow.session.flush()
    journal.append(
        uow,
        EvaluationAct.REPORT,
        {"sha256": sha256_hex(document), "standing_ends_at": instant_text(ends_at)},
        tender_id=tender_id,
    )
    progress_tender(uow, tender_id, Stage.REPORTED)


def standing_ends_at(tender: Tender, reported_at: datetime) -> datetime:
    """Return the instant from which an award may be approved under the tender's rule book."""
    book = rulebook(tender.rulebook)
    span = book.evaluation.report_before_award.value
    return award.standing_ends_at(reported_at, span.count, span.unit, book.calendar)


def _document(
    uow: UnitOfWork, tender: Tender, case: Case, panel: Panel, ends_at: datetime
) -> dict[str, Document]:
    described = case_document(case)
    opened = facts.opened_bids(uow.session, tender.id)
    reasons = facts.spreads(uow.session, tender.id).reasons
    members = sorted(panel.sitting, key=lambda seat: seat.name.in_language("en"))
    return {
        "v": 1,
        "kind": "evaluation_report",
        "tender": tender.id,
        "number": tender.number or "",
        "notice": tender.notice or "",
        "rulebook": tender.rulebook,
        "reported_at": instant_text(uow.now),
        "standing_ends_at": instant_text(ends_at),
        "members": [{"name": s.name.as_document(), "chair": s.chair} for s in members],
        "bidders": {
            each.envelope_id: {"vendor": each.vendor_id, "name": each.vendor_name}
            for each in opened.values()
        },
        "spreads": [
            {"bid": bid, "criterion": criterion, "reason": reason}
            for (bid, criterion), reason in sorted(reasons.items())
        ],
        "case": described,
        "result": result_document(case, described, rank(case)),
    }
