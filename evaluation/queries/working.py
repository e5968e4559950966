"""What the panel, the officer and the approver need while an evaluation runs.

Every query takes the actor. Points of others are never in what is returned before all are in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import queries as accounts
from accounts.domain.roles import Role
from bids.facts import OpenedBid, sealed_bidders
from bids.queries import openings
from evaluation.domain import findings, panel, scoring
from evaluation.domain.case import Bid, Case
from evaluation.domain.panel import Panel, Seat, SeatState
from evaluation.domain.permissions import REJECTABLE
from evaluation.models import ProposalRow, ReportRow, SeatRow
from evaluation.queries import cases, record
from evaluation.queries.published import LotDecision, decisions
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tendering import facts as tenders
from tendering.domain.tender import Stage, Tender
from tendering.rulebooks import rulebook


@dataclass(frozen=True)
class WorkLine:
    """One tender on an evaluator's list."""

    tender: Tender
    state: SeatState
    chair: bool
    finished: bool


@dataclass(frozen=True)
class BidLine:
    """One bid on the panel's list; ``state`` is a word of the page's vocabulary."""

    envelope_id: str
    lot: Text
    vendor_name: str
    received_at: datetime
    setback: str
    findings_missing: int
    failed: bool
    scored: bool


@dataclass(frozen=True)
class WideSpread:
    """A place where the panel's points lie far apart, shown once all are in."""

    envelope_id: str
    criterion_id: str
    vendor_name: str
    criterion: Text
    points: tuple[tuple[str, Decimal], ...]
    reason: str


@dataclass(frozen=True)
class PanelPage:
    """A declared evaluator's own view of a tender."""

    tender: Tender
    seat: Seat
    bids: tuple[BidLine, ...]
    all_finished: bool
    may_hand_in: bool
    spreads: tuple[WideSpread, ...]


@dataclass(frozen=True)
class Candidate:
    """A person who may be named."""

    account_id: str
    name: Text


@dataclass(frozen=True)
class ProgressPage:
    """The officer's view: who has done what, never a value."""

    tender: Tender
    panel: Panel | None
    candidates: tuple[Candidate, ...]
    bids: int
    findings_missing: int
    silent_spreads: int
    all_finished: bool


@dataclass(frozen=True)
class ProposalView:
    """A proposal with the winners' names; ``state`` is open, returned or approved."""

    state: str
    lots: tuple[LotDecision, ...]
    reason: str
    remarks: str
    proposed_by: Text
    proposed_at: datetime
    own: bool


@dataclass(frozen=True)
class EarlyEnd:
    """What may end a tender before its report; ``held`` while too few bids stay sealed.

    ``rule`` is the one behind it, as people write it, and ``verified`` whether it was read.
    """

    held: bool
    bidders: int
    minimum: int
    may_open: bool
    may_reject: bool
    rule: str
    verified: bool


@dataclass(frozen=True)
class AwardPage:
    """What officer and approver see between report and award."""

    tender: Tender
    standing_ends_at: datetime | None
    proposal: ProposalView | None
    returned: ProposalView | None
    early: EarlyEnd


def work_list(session: Session, actor: Actor) -> tuple[WorkLine, ...]:
    """Return the tenders on whose panel the actor sits, those still running first."""
    rows = session.scalars(
        select(SeatRow)
        .where(SeatRow.account_id == actor.account_id, SeatRow.state != SeatState.REPLACED)
        .order_by(SeatRow.named_at.desc())
    )
    lines = [
        WorkLine(
            tenders.tender(session, row.tender_id),
            SeatState(row.state),
            row.chair,
            row.finished_at is not None,
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: line.tender.stage is not Stage.OPENED))


def own_seat(session: Session, actor: Actor, tender_id: str) -> Seat:
    """Return the actor's seat whatever its state, for the declaration page.

    Raises:
        Refusal: ``not-found`` for another organisation's tender, ``not-on-panel``.
    """
    record.own_tender(session, actor, tender_id)
    found = record.panel(session, tender_id)
    seat = found.seat_of(actor.account_id) if found else None
    if seat is None:
        raise Refusal("not-on-panel")
    return seat


def bidders(session: Session, actor: Actor, tender_id: str) -> tuple[str, ...]:
    """Return the bidders' names, public since the opening, for the declaration.

    Raises:
        Refusal: ``not-on-panel``.
    """
    own_seat(session, actor, tender_id)
    names = {bid.vendor_name for bid in cases.opened_bids(session, tender_id).values()}
    return tuple(sorted(names))


def panel_page(session: Session, actor: Actor, tender_id: str) -> PanelPage:
    """Return the panel's list of bids.

    Raises:
        Refusal: what ``record.own_tender`` and ``panel.require_declared`` say.
    """
    tender = record.own_tender(session, actor, tender_id)
    seats = record.require_panel(session, tender_id)
    seat = panel.require_declared(seats, actor.account_id)
    case = cases.case_of(session, tender)
    opened = cases.opened_bids(session, tender_id)
    by_id = cases.bids_of(case)
    lines = tuple(
        _bid_line(bid, by_id[bid.envelope_id], tender, case, seat) for bid in opened.values()
    )
    ready = all(
        not line.findings_missing and (line.failed or line.setback or line.scored) for line in lines
    )
    return PanelPage(
        tender=tender,
        seat=seat,
        bids=lines,
        all_finished=seats.all_finished,
        may_hand_in=ready and seat.finished_at is None and tender.stage is Stage.OPENED,
        spreads=wide_spreads(session, tender, case, opened) if seats.all_finished else (),
    )


def progress_page(session: Session, actor: Actor, tender_id: str) -> ProgressPage:
    """Return how far the evaluation has come, for the officer.

    Raises:
        Refusal: ``not-permitted``.
    """
    tender = tenders.tender(session, tender_id)
    require_office(actor, tender, Role.OFFICER)
    seats = record.panel(session, tender_id)
    opened = cases.opened_bids(session, tender_id)
    case = cases.case_of(session, tender)
    bids = cases.bids_of(case)
    done = seats is not None and seats.all_finished
    spreads = wide_spreads(session, tender, case, opened) if done else ()
    taken = {seat.account_id for seat in seats.seats} if seats else set()
    people = accounts.people_of(session, tender.organisation_id, roles=[Role.EVALUATOR])
    return ProgressPage(
        tender=tender,
        panel=seats,
        candidates=tuple(Candidate(p.id, p.name) for p in people if p.id not in taken),
        bids=len(opened),
        findings_missing=sum(
            len(findings.missing_findings(bid, case.requirements)) for bid in bids.values()
        ),
        silent_spreads=sum(1 for each in spreads if not each.reason),
        all_finished=done,
    )


def award_page(session: Session, actor: Actor, tender_id: str) -> AwardPage:
    """Return where the award stands, for officer and approver.

    Raises:
        Refusal: ``not-permitted``.
    """
    tender = tenders.tender(session, tender_id)
    require_office(actor, tender, Role.OFFICER, Role.APPROVER)
    rows = session.scalars(
        select(ProposalRow)
        .where(ProposalRow.tender_id == tender_id)
        .order_by(ProposalRow.proposed_at)
    ).all()
    stored = session.get(ReportRow, tender_id)
    last = rows[-1] if rows else None
    view = _proposal(session, actor, last) if last else None
    waiting = view if view and view.state not in {"returned", "released"} else None
    return AwardPage(
        tender=tender,
        standing_ends_at=stored.standing_ends_at if stored else None,
        proposal=waiting,
        returned=view if view and view.state == "returned" else None,
        early=_early_end(session, tender),
    )


def _early_end(session: Session, tender: Tender) -> EarlyEnd:
    book = rulebook(tender.rulebook)
    method = book.method(tender.method)
    minimum = method.minimum_bids if method is not None else None
    state = openings.opening_state(session, tender.id)
    held = tender.stage is Stage.OPENING and state is not None and state.held_at is not None
    sourced = minimum if held else book.reject_all
    opened = tender.stage in REJECTABLE and bool(cases.opened_bids(session, tender.id))
    return EarlyEnd(
        held=held,
        bidders=len(sealed_bidders(session, tender.id)) if held else 0,
        minimum=minimum.value.count if minimum is not None else 0,
        may_open=minimum is not None and minimum.value.may_open,
        may_reject=opened and book.reject_all is not None and book.reject_all.value,
        rule=sourced.known_number if sourced is not None else "",
        verified=sourced is None or sourced.verified,
    )


def require_office(actor: Actor, tender: Tender, *roles: Role) -> None:
    """Let people of the tender's organisation with one of ``roles`` pass.

    Raises:
        Refusal: ``not-permitted``.
    """
    if actor.organisation_id != tender.organisation_id or not actor.roles & frozenset(roles):
        raise Refusal("not-permitted")


def wide_spreads(
    session: Session, tender: Tender, case: Case, opened: Mapping[str, OpenedBid]
) -> tuple[WideSpread, ...]:
    """Return the wide spreads; only for a panel that has handed in everything."""
    bids = cases.bids_of(case)
    reasons = record.spreads(session, tender.id).reasons
    titles = {each.id: each.title for each in tender.criteria}
    scored = [bid for bid in bids.values() if findings.meets_requirements(bid)]
    return tuple(
        WideSpread(
            envelope_id=each.bid_id,
            criterion_id=each.criterion_id,
            vendor_name=opened[each.bid_id].vendor_name,
            criterion=titles[each.criterion_id],
            points=tuple(
                (score.evaluator, score.points)
                for score in bids[each.bid_id].scores
                if score.criterion_id == each.criterion_id
            ),
            reason=reasons.get((each.bid_id, each.criterion_id), ""),
        )
        for each in scoring.wide_spreads(scored, case)
    )


def _bid_line(opened: OpenedBid, bid: Bid, tender: Tender, case: Case, seat: Seat) -> BidLine:
    lot = tender.lot(opened.lot_id)
    return BidLine(
        envelope_id=opened.envelope_id,
        lot=lot.title if lot and len(tender.lots) > 1 else Text(),
        vendor_name=opened.vendor_name,
        received_at=opened.received_at,
        setback=bid.setback,
        findings_missing=len(findings.missing_findings(bid, case.requirements)),
        failed=bool(findings.failed_requirements(bid)),
        scored=not scoring.missing_scores(bid, seat.label, case.criteria),
    )


def _proposal(session: Session, actor: Actor, row: ProposalRow) -> ProposalView:
    return ProposalView(
        state=row.state,
        lots=decisions(session, row),
        reason=row.reason,
        remarks=row.remarks,
        proposed_by=accounts.person(session, row.proposed_by).name,
        proposed_at=row.proposed_at,
        own=row.proposed_by == actor.account_id,
    )
