"""Each evaluator scores alone, hands in, and the chair explains what lies far apart."""

import secrets
from collections.abc import Mapping
from decimal import Decimal

from accounts.domain import authority
from evaluation.domain import findings, panel, scoring
from evaluation.domain.case import Bid, Score
from evaluation.domain.permissions import PERMISSIONS, EvaluationAct, PanelAct
from evaluation.models import ScoreRow, SeatRow, SpreadRow
from evaluation.queries import cases
from evaluation.queries import record as facts
from foundation.unit_of_work import UnitOfWork
from foundation.values.canonical import canonical
from foundation.values.fingerprint import sha256_hex
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text
from tendering import facts as tenders
from transparency import journal


def record_scores(
    uow: UnitOfWork,
    tender_id: str,
    envelope_id: str,
    scores: Mapping[str, tuple[Decimal, str]],
) -> None:
    """Record one's own points for one bid, ``{criterion: (points, reason)}``, until handed in.

    Raises:
        Refusal: ``scores-handed-in``, ``unknown-bid``, ``bid-not-scored``,
            ``unknown-criterion``, ``bad-points``, or what panel and permission say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, PanelAct.SCORE, tender, PERMISSIONS)
    seat = own_seat(uow, tender_id)
    bid = cases.bids_of(cases.case_of(uow.session, tender)).get(envelope_id)
    if bid is None:
        raise Refusal("unknown-bid")
    if not findings.meets_requirements(bid):
        raise Refusal("bid-not-scored")
    known = [each.id for each in tender.criteria]
    nonce = secrets.token_hex(32)
    checked = [
        scoring.check_score(seat.label, criterion, points, reason, known)
        for criterion, (points, reason) in scores.items()
    ]
    for score in checked:
        uow.session.merge(_row(uow, tender_id, seat.id, envelope_id, score, nonce))
    uow.session.flush()
    journal.append(
        uow,
        PanelAct.SCORE,
        {"envelope": envelope_id, "label": seat.label, "digest": _digest(checked, nonce)},
        tender_id=tender_id,
    )


def hand_in(uow: UnitOfWork, tender_id: str) -> None:
    """Hand in one's own points for good; when all have, the panel sees all points.

    Raises:
        Refusal: ``scores-handed-in``, ``findings-missing``, ``scores-missing``, or what panel
            and permission say.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, EvaluationAct.HAND_IN, tender, PERMISSIONS)
    seat = own_seat(uow, tender_id)
    case = cases.case_of(uow.session, tender)
    bids = cases.bids_of(case)
    findings.require_complete(bids, case.requirements)
    for bid in bids.values():
        responsive = findings.meets_requirements(bid)
        if responsive and scoring.missing_scores(bid, seat.label, case.criteria):
            raise Refusal("scores-missing")
    seat.finished_at = uow.now
    uow.session.flush()
    journal.append(uow, EvaluationAct.HAND_IN, {"label": seat.label}, tender_id=tender_id)


def explain_spread(
    uow: UnitOfWork, tender_id: str, envelope_id: str, criterion_id: str, reason: str
) -> None:
    """Record why the panel's points lie far apart, once all are in; by the chair.

    Raises:
        Refusal: ``chair-only``, ``not-all-handed-in``, ``no-wide-spread``, ``reason-needed``, or
            what the permission says.
    """
    tender = tenders.tender_for_update(uow, tender_id)
    authority.authorise(uow.actor, PanelAct.EXPLAIN_SPREAD, tender, PERMISSIONS)
    seats = facts.require_panel(uow.session, tender_id)
    panel.require_chair(seats, uow.actor.account_id)
    if not seats.all_finished:
        raise Refusal("not-all-handed-in")
    case = cases.case_of(uow.session, tender)
    wide = scoring.wide_spreads(scored_bids(cases.bids_of(case)), case)
    if (envelope_id, criterion_id) not in {(each.bid_id, each.criterion_id) for each in wide}:
        raise Refusal("no-wide-spread")
    said = clean_text(reason, longest=findings.LONGEST_REASON)
    if not said:
        raise Refusal("reason-needed")
    uow.session.merge(
        SpreadRow(
            envelope_id=envelope_id,
            criterion_id=criterion_id,
            tender_id=tender_id,
            reason=said,
            explained_at=uow.now,
        )
    )
    uow.session.flush()
    journal.append(
        uow,
        PanelAct.EXPLAIN_SPREAD,
        {"envelope": envelope_id, "criterion": criterion_id, "reason": said},
        tender_id=tender_id,
    )


def scored_bids(bids: Mapping[str, Bid]) -> list[Bid]:
    """Return the bids that get points at all."""
    return [bid for bid in bids.values() if findings.meets_requirements(bid)]


def own_seat(uow: UnitOfWork, tender_id: str) -> SeatRow:
    """Return the actor's own seat, declared and not handed in.

    Raises:
        Refusal: what ``panel.require_declared`` says; ``scores-handed-in``.
    """
    seats = facts.require_panel(uow.session, tender_id)
    seat = panel.require_declared(seats, uow.actor.account_id)
    panel.require_unfinished(seat)
    return next(r for r in facts.seat_rows(uow.session, tender_id) if r.label == seat.label)


def _row(
    uow: UnitOfWork, tender_id: str, seat_id: str, envelope_id: str, score: Score, nonce: str
) -> ScoreRow:
    return ScoreRow(
        seat_id=seat_id,
        envelope_id=envelope_id,
        criterion_id=score.criterion_id,
        tender_id=tender_id,
        points=score.points,
        reason=score.reason,
        nonce=nonce,
        scored_at=uow.now,
    )


def _digest(scores: list[Score], nonce: str) -> str:
    """Return the salted digest by which the points can be proved later and not read now."""
    points = {each.criterion_id: format(each.points, "f") for each in scores}
    return sha256_hex(canonical({"nonce": nonce, "points": points}))
