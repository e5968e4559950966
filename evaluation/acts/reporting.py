"""The officer publishes a report of the evaluation; from then on it is public, byte for byte."""

from datetime import datetime
from decimal import Decimal

from accounts import queries as accounts
from accounts.domain import authority
from evaluation.acts.scoring import scored_bids
from evaluation.acts.telling import tell_of_report
from evaluation.domain import award, scoring
from evaluation.domain.case import Bid
from evaluation.domain.case_document import case_document
from evaluation.domain.methods import rank, rank_all
from evaluation.domain.panel import Panel
from evaluation.domain.permissions import PERMISSIONS, EvaluationAct
from evaluation.domain.ranking import LotRanking, SetAside, lot_document
from evaluation.domain.result_document import result_document
from evaluation.models import ReportRow, TechnicalReportRow
from evaluation.queries import cases
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


def publish_technical_report(uow: UnitOfWork, tender_id: str) -> None:
    """Publish who passed and why the others did not, before any price can be opened.

    Findings and points are closed from here on, and every bidder that failed is told why.

    Raises:
        Refusal: ``wrong-stage`` without two envelopes, ``no-panel``, ``not-all-handed-in``,
            ``spread-reasons-needed``, or what the permission says.

    Source: PPR 2004, rule 36(b).
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, EvaluationAct.REPORT_TECHNICAL, tender, PERMISSIONS)
    if not tender.has_two_envelopes:
        raise Refusal("wrong-stage")
    ranked = _publish(uow, tender, EvaluationAct.REPORT_TECHNICAL)
    progress_tender(uow, tender_id, Stage.TECHNICAL_REPORTED)
    _tell_those_who_failed(uow, tender, ranked)


def publish_report(uow: UnitOfWork, tender_id: str) -> None:
    """Rank the bids, store and publish the report, and let its days begin.

    Raises:
        Refusal: ``no-panel``, ``not-all-handed-in``, ``spread-reasons-needed``, ``wrong-stage``
            before the prices of two envelopes are open, or what the method and the permission
            say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, EvaluationAct.REPORT, tender, PERMISSIONS)
    if tender.has_two_envelopes and tender.stage is not Stage.PRICES_OPENED:
        raise Refusal("wrong-stage")
    _publish(uow, tender, EvaluationAct.REPORT)
    progress_tender(uow, tender_id, Stage.REPORTED)


def _publish(uow: UnitOfWork, tender: Tender, act: EvaluationAct) -> tuple[LotRanking, ...]:
    panel = facts.require_panel(uow.session, tender.id)
    if not panel.all_finished:
        raise Refusal("not-all-handed-in")
    case = cases.case_of(uow.session, tender)
    reasons = facts.spreads(uow.session, tender.id).reasons
    wide = scoring.wide_spreads(scored_bids(cases.bids_of(case)), case)
    silent = [each for each in wide if (each.bid_id, each.criterion_id) not in reasons]
    if silent:
        raise Refusal("spread-reasons-needed", count=len(silent))
    ranked = rank(case)
    technical = act is EvaluationAct.REPORT_TECHNICAL
    ends_at = standing_ends_at(tender, uow.now, technical=technical)
    described = case_document(case)
    whole: dict[str, Document] = {
        **_document(uow, tender, panel, ends_at),
        "kind": "technical_report" if technical else "evaluation_report",
        "case": described,
        "result": result_document(case, described, ranked),
    }
    before = rank_all(case)
    if before is not None:
        whole["before_disqualification"] = [lot_document(lot) for lot in before]
    document = canonical(whole)
    form = TechnicalReportRow if technical else ReportRow
    uow.session.add(
        form(
            tender_id=tender.id,
            reported_at=uow.now,
            standing_ends_at=ends_at,
            case_bytes=canonical(described),
            document_bytes=document,
            sha256=sha256_hex(document),
        )
    )
    uow.session.flush()
    journal.append(
        uow,
        act,
        {"sha256": sha256_hex(document), "standing_ends_at": instant_text(ends_at)},
        tender_id=tender.id,
    )
    return ranked


def standing_ends_at(tender: Tender, reported_at: datetime, *, technical: bool) -> datetime:
    """Return until when a report stands under the tender's rule book.

    A technical report stands before the prices are opened, the other one before an award.
    """
    book = rulebook(tender.rulebook)
    rules = book.evaluation
    rule = rules.technical_report_before_prices if technical else rules.report_before_award
    if rule is None:
        return reported_at
    return award.standing_ends_at(reported_at, rule.value.count, rule.value.unit, book.calendar)


def _document(
    uow: UnitOfWork, tender: Tender, panel: Panel, ends_at: datetime
) -> dict[str, Document]:
    opened = cases.opened_bids(uow.session, tender.id)
    reasons = facts.spreads(uow.session, tender.id).reasons
    members = sorted(panel.sitting, key=lambda seat: seat.name.in_language("en"))
    return {
        "v": 1,
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
    }


def _tell_those_who_failed(uow: UnitOfWork, tender: Tender, ranked: tuple[LotRanking, ...]) -> None:
    """Write to every bidder that failed what it failed by, with its points."""
    opened = cases.opened_bids(uow.session, tender.id)
    bids = cases.bids_of(cases.case_of(uow.session, tender))
    for each in (aside for lot in ranked for aside in lot.set_aside):
        kind, params = _why(tender, each, bids[each.bid_id])
        for person in accounts.people_of(uow.session, opened[each.bid_id].vendor_id):
            tell_of_report(uow, kind, person.id, tender, each.bid_id, params)


def _why(tender: Tender, aside: SetAside, bid: Bid) -> tuple[str, dict[str, Document]]:
    """Return the kind of letter that says why, and what it says."""
    if aside.code == "below-pass-mark":
        score, mark = (format(Decimal(each).normalize(), "f") for each in aside.details)
        return "evaluation.below_pass_mark", {"score": score, "mark": mark}
    if aside.code != "requirement-failed":
        return "evaluation.unreadable", {"code": aside.code}
    reasons = {found.requirement_id: found.reason for found in bid.findings}
    failed = [each for each in tender.requirements if each.id in aside.details]
    said: dict[str, Document] = {
        language: "\n".join(f"{e.text.in_language(language)}: {reasons[e.id]}" for e in failed)
        for language in ("en", "ur")
    }
    return "evaluation.requirement_failed", {"why": said}
