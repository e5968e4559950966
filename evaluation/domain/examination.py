"""Which bids stand before any price is looked at: readable, responsive, at the pass mark.

Source: PPR 2004, rule 36: the price of a bid that fails is not used, and where prices come in
envelopes of their own, not even opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from evaluation.domain import scoring
from evaluation.domain.case import Bid, Case, CaseLot, PriceSchedule
from evaluation.domain.figures import Figure
from evaluation.domain.findings import failed_requirements
from evaluation.domain.ranking import LotRanking, PassedBid, SetAside
from foundation.values.refusal import Refusal
from tendering.domain.award import SINGLE_ENVELOPE, TWO_ENVELOPES

NOT_DELIVERED = "not-delivered"


@dataclass(frozen=True)
class Standing:
    """A bid that passed, with the figure of its points where anything is scored."""

    bid: Bid
    score: Figure | None

    @property
    def points(self) -> Decimal | None:
        """Return the published points."""
        return Decimal(self.score.value) if self.score else None


@dataclass(frozen=True)
class Examination:
    """One lot: who stands, who does not and why, and the figures of the points of both."""

    standing: tuple[Standing, ...]
    set_aside: tuple[SetAside, ...]
    figures: tuple[Figure, ...]


def examine(case: Case, lot: CaseLot) -> Examination:
    """Judge every bid of one lot, in the order of their ids.

    Raises:
        Refusal: ``scores-missing`` when a bid still in the race lacks points;
            ``price-must-stay-sealed`` when the case holds a price that nobody may know.
    """
    standing: list[Standing] = []
    set_aside: list[SetAside] = []
    figures: list[Figure] = []
    for bid in sorted(lot.bids, key=lambda each: each.id):
        reason = _early_setback(bid)
        score = None if reason else scoring.score_figure(bid, case)
        reason = reason or _below_pass_mark(bid, score, case)
        if score is not None:
            figures.append(score)
        if reason is None:
            standing.append(Standing(bid, score))
        else:
            set_aside.append(reason)
        _require_sealed(bid, case, passed=reason is None)
    return Examination(tuple(standing), tuple(set_aside), tuple(figures))


def technical_result(case: Case, lot: CaseLot) -> LotRanking:
    """Return who passed one lot, by their points, and who did not, before any price is opened.

    Raises:
        Refusal: what ``examine`` refuses.
    """
    found = examine(case, lot)
    passed = [PassedBid(each.bid.id, each.points) for each in found.standing]
    passed.sort(key=lambda each: (-(each.score or Decimal(0)), each.bid_id))
    return LotRanking(lot.id, (), found.set_aside, found.figures, tuple(passed))


@dataclass(frozen=True)
class PriceFound:
    """What an opened price envelope gave: a schedule, or why there is none."""

    setback: str
    price: PriceSchedule | None


def with_prices(case: Case, prices: Mapping[str, PriceFound]) -> Case:
    """Return a technical case with what the opened price envelopes gave, by bid.

    A bid that passed and has no price envelope is ``not-delivered``; one that failed stays
    without a price.

    Raises:
        Refusal: what ``examine`` refuses, and ``price-must-stay-sealed`` for an opened price of a
            bid that failed.
    """
    lots = []
    for lot in case.lots:
        passed = {each.bid.id for each in examine(case, lot).standing}
        bids = []
        for bid in lot.bids:
            if bid.id not in passed and bid.id in prices:
                raise Refusal("price-must-stay-sealed", bid=bid.id)
            missing = PriceFound(NOT_DELIVERED if bid.id in passed else "", None)
            found = prices.get(bid.id, missing)
            bids.append(replace(bid, price=found.price, price_setback=found.setback))
        lots.append(replace(lot, bids=tuple(bids)))
    return replace(case, envelopes=TWO_ENVELOPES, lots=tuple(lots))


def _require_sealed(bid: Bid, case: Case, *, passed: bool) -> None:
    known = case.envelopes == SINGLE_ENVELOPE or (case.envelopes == TWO_ENVELOPES and passed)
    if bid.price is not None and not known:
        raise Refusal("price-must-stay-sealed", bid=bid.id)


def _early_setback(bid: Bid) -> SetAside | None:
    if bid.setback:
        return SetAside(bid.id, bid.setback)
    failed = failed_requirements(bid)
    return SetAside(bid.id, "requirement-failed", failed) if failed else None


def _below_pass_mark(bid: Bid, score: Figure | None, case: Case) -> SetAside | None:
    if score is None or case.pass_mark is None or Decimal(score.value) >= case.pass_mark:
        return None
    return SetAside(bid.id, "below-pass-mark", (score.value, format(case.pass_mark, "f")))
