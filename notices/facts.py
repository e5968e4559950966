"""Gathers the facts of a notice from the records of the storeys below."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from beacon.domain.keepers import Kind as KeepersKind
from bids import facts as bids
from bids.domain.bid_content import Kind as Envelope
from bids.domain.incident import End
from bids.domain.opening import EnvelopeOutcome
from bids.opening_pages import shown_incidents
from bids.queries.shares import released_by
from evaluation import queries as evaluation
from foundation.values.money import Money
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from notices.domain import evaluated, kinds, parts
from notices.domain.evaluated import Result
from notices.domain.kinds import UNTOUCHED, Facts, Head, Kind, Reading, TenderHead
from tendering import facts as tenders
from tendering.domain.tender import ChangeKind, Lot, Tender
from tendering.rulebooks import rulebook

READINGS = {
    EnvelopeOutcome.WITHDRAWN: Reading.WITHDRAWN,
    EnvelopeOutcome.NOT_DELIVERED: Reading.NOT_DELIVERED,
    EnvelopeOutcome.UNREADABLE: Reading.UNREADABLE,
    EnvelopeOutcome.UNOPENED: Reading.UNOPENED,
    EnvelopeOutcome.NOT_REVEALED: Reading.NOT_REVEALED,
    EnvelopeOutcome.NOT_CONFIRMED: Reading.NOT_CONFIRMED,
}


def gather(
    session: Session, kind: Kind, tender: Tender, head: Head, *, report_number: str = ""
) -> Facts:
    """Return the facts of a notice about ``tender`` as the record has them now.

    Args:
        session: for reading.
        kind: of the notice.
        tender: as it stands.
        head: what every notice carries.
        report_number: of the evaluation report that an award notice names.

    Raises:
        Refusal: ``nothing-to-state`` when that part of the record does not exist.
    """
    if kind is Kind.TENDER_NOTICE:
        return tender_notice(tender, head, _change(session, tender, ChangeKind.ADDENDUM))
    if kind is Kind.CANCELLATION:
        return _cancellation(session, tender, head)
    if kind is Kind.OPENING_MINUTES:
        return _opening_minutes(session, tender, head)
    if kind is Kind.TECHNICAL_REPORT:
        return _technical_report(session, tender, head)
    if kind is Kind.PRICE_MINUTES:
        return _price_minutes(session, tender, head)
    if kind is Kind.EVALUATION_REPORT:
        return _evaluation_report(session, tender, head)
    if kind is Kind.AWARD_NOTICE:
        return _award_notice(session, tender, head, report_number)
    raise Refusal("nothing-to-state")


def practice_seal(tender: Tender) -> bool:
    """Tell whether the operator alone could open early (decision 25), by the pinned chain."""
    return tender.chain is not None and tender.chain.keepers.kind is KeepersKind.LOCAL


def tender_head(tender: Tender, at: datetime) -> TenderHead:
    """Return what notices say of a tender; ``at`` stands for the publication of a draft."""
    schedule = tender.schedule
    book = rulebook(tender.rulebook)
    method = book.method(tender.method)
    return TenderHead(
        id=tender.id,
        number=tender.number or "–",
        title=tender.title,
        entity=tender.organisation_name,
        category=tender.category.value,
        method=method.title if method else Text(tender.method, tender.method),
        currency=tender.currency,
        version=tender.version,
        rulebook=tender.rulebook,
        rulebook_title=book.title,
        estimate=tender.estimate,
        published_at=schedule.published_at or at,
        deadline_at=schedule.deadline_at,
        opening_at=schedule.opening_at,
        pack_sha256=tender.notice or "",
        chain_hash=tender.chain.hash if tender.chain is not None else "",
        round=tender.round or 0,
    )


def tender_notice(
    tender: Tender, head: Head, change: parts.ChangeNote | None = None
) -> kinds.TenderNotice:
    """Return the facts of the invitation to bid, of a draft too."""
    security = tender.security
    return kinds.TenderNotice(
        head=head,
        tender=tender_head(tender, head.issued_at),
        summary=tender.summary,
        questions_close_at=tender.schedule.questions_close_at,
        guard_seconds=tender.schedule.guard_seconds,
        validity_days=tender.validity_days,
        security_percent=security.percent if security else None,
        security_fixed=security.fixed if security else None,
        lots=_lots(tender.lots),
        items=tuple(
            parts.ItemLine(item.lot_id, item.description, item.quantity, item.unit)
            for item in tender.items
        ),
        requirements=tuple(
            parts.RequirementLine(each.text, each.needs_file) for each in tender.requirements
        ),
        criteria=tuple(parts.CriterionLine(each.title, each.weight) for each in tender.criteria),
        pass_mark=tender.pass_mark,
        documents=tuple(
            parts.DocumentLine(each.name, each.size, each.sha256) for each in tender.documents
        ),
        change=change,
        committee=_committee(tender),
        envelopes=tender.envelopes,
        quality=_quality(tender),
    )


def _quality(tender: Tender) -> parts.QualityNote | None:
    quality = tender.quality_and_cost
    if quality is None:
        return None
    return parts.QualityNote(
        quality.technical_weight,
        quality.financial_weight,
        quality.price_formula.value,
        quality.technical_scale.value,
    )


def _committee(tender: Tender, gave: frozenset[int] = frozenset()) -> parts.CommitteeNote | None:
    committee = tender.sealing_committee
    if committee is None:
        return None
    return parts.CommitteeNote(
        id=committee.id,
        threshold=committee.threshold,
        members=tuple(
            parts.MemberLine(
                seat.name, seat.organisation, seat.fingerprint, gave=seat.number in gave
            )
            for seat in committee.seats
        ),
    )


def _change(session: Session, tender: Tender, kind: ChangeKind) -> parts.ChangeNote | None:
    """Return what made the present version, or ended it."""
    done = tenders.changes(session, tender.id)
    found = next((e for e in done if e.kind is kind and e.version == tender.version), None)
    if found is None:
        return None
    return parts.ChangeNote(
        code=found.code,
        reason=found.reason,
        at=found.at,
        old_round_at=found.old_round_at,
        lines=tuple(
            parts.ChangedLine(
                each.part.value,
                each.place,
                each.aspect,
                each.shape.value,
                each.before,
                each.after,
            )
            for each in found.differences
        ),
    )


def _cancellation(session: Session, tender: Tender, head: Head) -> kinds.Cancellation:
    change = _change(session, tender, ChangeKind.CANCELLATION)
    if change is None:
        raise Refusal("nothing-to-state")
    return kinds.Cancellation(head=head, tender=tender_head(tender, head.issued_at), change=change)


def _opening_minutes(session: Session, tender: Tender, head: Head) -> kinds.OpeningMinutes:
    minutes = bids.minutes(session, tender.id)
    if minutes.concluded_at is None:
        raise Refusal("nothing-to-state")
    opened = {bid.sha256: bid for bid in bids.opened_bids(session, tender.id)}
    return kinds.OpeningMinutes(
        head=head,
        tender=tender_head(tender, head.issued_at),
        began_at=minutes.begun_at,
        concluded_at=minutes.concluded_at,
        lots=_lots(tender.lots),
        bids=tuple(_at_first(each, opened.get(each.sha256)) for each in minutes.envelopes),
        minimum_bids=minutes.minimum_bids,
        minimum_rule=minutes.minimum_rule,
        committee=_committee(tender, released_by(session, tender.id)),
        incident=_incident(session, tender, tender.envelopes[0]),
    )


def _price_minutes(session: Session, tender: Tender, head: Head) -> kinds.PriceMinutes:
    minutes = bids.minutes(session, tender.id)
    if minutes.prices_begun_at is None or minutes.prices_read_at is None:
        raise Refusal("nothing-to-state")
    opened = {bid.sha256: bid for bid in bids.opened_bids(session, tender.id, Envelope.FINANCIAL)}
    return kinds.PriceMinutes(
        head=head,
        tender=tender_head(tender, head.issued_at),
        began_at=minutes.prices_begun_at,
        concluded_at=minutes.prices_read_at,
        lots=_lots(tender.lots),
        bids=tuple(
            _opened(each, opened.get(each.sha256))
            for each in minutes.envelopes
            if each.kind == Envelope.FINANCIAL
        ),
        committee=_committee(tender, released_by(session, tender.id, Envelope.FINANCIAL)),
        incident=_incident(session, tender, Envelope.FINANCIAL),
    )


def _incident(session: Session, tender: Tender, envelope: str) -> parts.IncidentNote | None:
    """Return the incident by whose reveals the envelopes of this kind were opened, if any."""
    for shown in shown_incidents(session, tender.id):
        found = shown.incident
        if found.envelope == envelope and found.end is End.REVEALED and found.declared_at:
            return parts.IncidentNote(
                trouble=found.trouble.value,
                reason=found.reason,
                proposer=shown.proposer,
                declarer=shown.declarer,
                declared_at=found.declared_at,
                until_at=found.until_at,
            )
    return None


def _at_first(line: bids.ListedEnvelope, bid: bids.OpenedBid | None) -> kinds.OpenedLine:
    """What the first opening gave: prices in envelopes of their own are kept sealed."""
    found = _opened(line, bid)
    if found.reading in UNTOUCHED:
        return found
    if line.kind == Envelope.FINANCIAL:
        return replace(found, reading=Reading.KEPT_SEALED, code="", total=None)
    opened = line.kind == Envelope.TECHNICAL and found.reading is Reading.NO_READABLE_PRICE
    return replace(found, reading=Reading.OPENED) if opened else found


def _opened(line: bids.ListedEnvelope, bid: bids.OpenedBid | None) -> kinds.OpenedLine:
    total = _total(bid)
    reading = READINGS.get(line.outcome)
    if reading is None:
        reading = Reading.NO_READABLE_PRICE if total is None else Reading.READ_OUT
    return kinds.OpenedLine(
        bidder=line.vendor_name,
        lot_id=line.lot_id,
        received_at=line.received_at,
        sha256=line.sha256,
        reading=reading,
        code=line.code or line.finding or "",
        total=total if reading is Reading.READ_OUT else None,
        envelope="" if line.kind == Envelope.SINGLE else line.kind,
        by_receipt=line.by_receipt,
        confirmed_at=line.confirmed_at,
    )


def _total(bid: bids.OpenedBid | None) -> Money | None:
    content = bid.content if bid is not None else None
    if content is None or content.total is None or not content.currency:
        return None
    return Money(content.total, content.currency)


def _technical_report(session: Session, tender: Tender, head: Head) -> kinds.TechnicalReport:
    report = evaluation.technical_report(session, tender.id)
    if report is None:
        raise Refusal("nothing-to-state")
    return kinds.TechnicalReport(
        head=head,
        tender=tender_head(tender, head.issued_at),
        opened_at=tender.opened_at or tender.schedule.opening_at,
        prices_from_at=report.standing_ends_at,
        members=tuple(member.name for member in report.members),
        pass_mark=report.pass_mark,
        lots=_lots(tender.lots),
        bids=_evaluated(report, frozenset()),
    )


def _technical_weight(report: evaluation.EvaluationReport | None) -> Decimal | None:
    return report.quality.technical_weight if report and report.quality else None


def _evaluation_report(session: Session, tender: Tender, head: Head) -> kinds.EvaluationReport:
    report = evaluation.report(session, tender.id)
    if report is None:
        raise Refusal("nothing-to-state")
    return kinds.EvaluationReport(
        head=head,
        tender=tender_head(tender, head.issued_at),
        opened_at=tender.opened_at or tender.schedule.opening_at,
        award_from_at=report.standing_ends_at,
        members=tuple(member.name for member in report.members),
        pass_mark=report.pass_mark,
        lots=_lots(tender.lots),
        bids=_evaluated(report, frozenset()),
        technical_weight=_technical_weight(report),
    )


def _award_notice(
    session: Session, tender: Tender, head: Head, report_number: str
) -> kinds.AwardNotice:
    award = evaluation.award(session, tender.id)
    if award is None:
        raise Refusal("nothing-to-state")
    report = evaluation.report(session, tender.id)
    winners = frozenset(lot.envelope_id for lot in award.lots if lot.envelope_id)
    return kinds.AwardNotice(
        head=head,
        tender=tender_head(tender, head.issued_at),
        decided_at=award.decided_at,
        opened_at=tender.opened_at or tender.schedule.opening_at,
        reason=award.reason,
        report_number=report_number,
        lots=_lots(tender.lots),
        awards=tuple(
            kinds.AwardLine(lot.lot.id, lot.outcome, lot.vendor_name, lot.amount)
            for lot in award.lots
        ),
        bids=() if report is None else _evaluated(report, winners),
        technical_weight=_technical_weight(report),
    )


def _evaluated(
    report: evaluation.EvaluationReport, winners: frozenset[str]
) -> tuple[evaluated.EvaluatedLine, ...]:
    return tuple(
        _evaluated_line(bid, awarded=bid.envelope_id in winners)
        for lot in report.lots
        for bid in (*lot.passed, *lot.ranked, *lot.set_aside)
    )


def _evaluated_line(bid: evaluation.ReportedBid, *, awarded: bool) -> evaluated.EvaluatedLine:
    result = Result.FAILED if bid.code else Result.PASSED
    scores = bid.combined
    return evaluated.EvaluatedLine(
        bidder=bid.vendor_name,
        lot_id=bid.lot_id,
        result=Result.AWARDED if awarded else result,
        rank=bid.rank,
        code=bid.code,
        read_out=bid.read_out,
        corrected=bid.corrected,
        evaluated=bid.evaluated,
        score=bid.score,
        scores=tuple(
            evaluated.ScoreLine(mean.criterion, mean.weight, mean.points) for mean in bid.means
        ),
        findings=tuple(evaluated.Finding(each.requirement, each.reason) for each in bid.failures),
        combined=evaluated.CombinedLine(scores.technical, scores.price, scores.total)
        if scores
        else None,
        price_sealed=bid.price_sealed,
        disqualified=bid.disqualified,
    )


def _lots(lots: tuple[Lot, ...]) -> tuple[parts.LotLine, ...]:
    return tuple(
        parts.LotLine(lot.id, lot.title if lot.title.en or lot.title.ur else Text(lot.id, lot.id))
        for lot in lots
    )
