"""From the published report to the award: the days it stands, the proposal, the second person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from evaluation.domain.findings import LONGEST_REASON
from evaluation.domain.ranking import LotRanking
from foundation.values.calendar import Calendar, DayUnit
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text


class Outcome(StrEnum):
    """How one lot, or a whole tender, ends."""

    AWARDED = "awarded"
    NO_BIDS = "no-bids"
    NO_RESPONSIVE_BID = "no-responsive-bid"
    ALL_REJECTED = "all-bids-rejected"
    TOO_FEW_BIDS = "too-few-bids"
    NONE_OPENED = "none-opened"  # bids came, but an incident left them unopened
    OPEN_ALL_THE_SAME = "open-all-the-same"  # a held opening goes on; the tender does not end
    OPEN_PRICES = "open-prices"  # the price envelopes of those that passed; it does not end either


@dataclass(frozen=True)
class LotAward:
    """What is proposed for one lot; without a bid, ``outcome`` says why there is none.

    ``amount`` is the corrected price: a lump added for an omitted item serves comparison only.
    """

    lot_id: str
    outcome: Outcome
    bid_id: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Proposal:
    """One officer's proposal for all lots, to be approved by another person."""

    id: str
    proposed_by: str
    lots: tuple[LotAward, ...]
    reason: str
    approved_by: str | None = None

    @property
    def outcome(self) -> Outcome:
        """Return AWARDED when any lot has a winner, else the first lot's reason."""
        if any(lot.outcome is Outcome.AWARDED for lot in self.lots):
            return Outcome.AWARDED
        return self.lots[0].outcome


def standing_ends_at(
    reported_at: datetime, count: int, unit: DayUnit, calendar: Calendar
) -> datetime:
    """Return the instant from which an award may be approved.

    Source: PPR 2004, rule 35: the report is announced before the award.
    """
    return calendar.add(reported_at, count, unit)


def propose(
    rankings: Sequence[LotRanking],
    *,
    reject_all: bool,
    reason: str,
    rule: str = "R33",
    unopened: Collection[str] = (),
) -> tuple[tuple[LotAward, ...], str]:
    """Return what follows from the rankings; nobody may choose another than the first.

    ``unopened`` names the lots of which an incident left bids unopened.

    Raises:
        Refusal: ``reason-needed`` when all bids are rejected without one; ``unbroken-tie``.
    """
    said = clean_text(reason, longest=LONGEST_REASON)
    if reject_all and not said:
        raise Refusal("reason-needed", rule=rule)
    return tuple(_for_lot(lot, reject_all, unopened) for lot in rankings), said


def after_technical(
    lots: Sequence[LotRanking],
    *,
    standing_until: datetime,
    now: datetime,
    rule: str | None = None,
    unopened: Collection[str] = (),
) -> tuple[LotAward, ...]:
    """Return what follows from a technical report: the prices of those that passed are opened.

    Where nobody passed in any lot, nothing can be opened and no award can follow.

    Raises:
        Refusal: ``technical-report-standing`` with ``until``, while bidders may still complain.

    Source: PPR 2004, rules 36(b) and 48(3).
    """
    if now < standing_until:
        raise Refusal("technical-report-standing", rule=rule, until=_shown(standing_until))
    if any(lot.passed for lot in lots):
        return tuple(LotAward(lot.lot_id, Outcome.OPEN_PRICES) for lot in lots)
    return tuple(_not_awarded(lot, unopened) for lot in lots)


def _shown(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def end_early(
    lot_ids: Sequence[str], outcome: Outcome, reason: str, rule: str
) -> tuple[tuple[LotAward, ...], str]:
    """Return the same outcome for every lot, decided before any report, with its reason.

    Raises:
        Refusal: ``reason-needed``.
    """
    said = clean_text(reason, longest=LONGEST_REASON)
    if not said:
        raise Refusal("reason-needed", rule=rule)
    return tuple(LotAward(lot_id, outcome) for lot_id in lot_ids), said


def without_bids(lot_id: str, unopened: Collection[str]) -> LotAward:
    """Return how a lot ends in which no bid was opened: none came, or none was revealed."""
    return LotAward(lot_id, Outcome.NONE_OPENED if lot_id in unopened else Outcome.NO_BIDS)


def _not_awarded(lot: LotRanking, unopened: Collection[str]) -> LotAward:
    if lot.set_aside:
        return LotAward(lot.lot_id, Outcome.NO_RESPONSIVE_BID)
    return without_bids(lot.lot_id, unopened)


def _for_lot(lot: LotRanking, reject_all: bool, unopened: Collection[str]) -> LotAward:
    if not lot.ranking:
        return _not_awarded(lot, unopened)
    if reject_all:
        return LotAward(lot.lot_id, Outcome.ALL_REJECTED)
    winner = lot.winner
    if winner is None:
        raise Refusal("unbroken-tie", lot=lot.lot_id)
    return LotAward(lot.lot_id, Outcome.AWARDED, winner.bid_id, winner.corrected_price)


def require_other_person(proposal: Proposal | None, approver_id: str) -> Proposal:
    """Return the open proposal, made by somebody else.

    Raises:
        Refusal: ``no-proposal`` or ``own-proposal``.
    """
    if proposal is None:
        raise Refusal("no-proposal")
    if proposal.proposed_by == approver_id:
        raise Refusal("own-proposal")
    return proposal


def require_approvable(
    proposal: Proposal | None, *, approver_id: str, standing_until: datetime, now: datetime
) -> Proposal:
    """Return the proposal that ``approver_id`` may approve now.

    Raises:
        Refusal: ``no-proposal``, ``own-proposal`` or ``report-standing`` with ``until``.
    """
    found = require_other_person(proposal, approver_id)
    if now < standing_until:
        raise Refusal("report-standing", rule="R35", until=_shown(standing_until))
    return found
