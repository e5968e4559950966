"""Lowest evaluated price among the bids that meet every requirement and reach the pass mark.

Source: PPR 2004, rule 38 with rule 36(a): a bid that fails is opened, but its price is not used.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaluation.domain import correction, exact, scoring
from evaluation.domain.case import Bid, Case, CaseLot
from evaluation.domain.correction import CorrectedPrice
from evaluation.domain.figures import Figure
from evaluation.domain.findings import failed_requirements
from evaluation.domain.ranking import LotRanking, RankedBid, SetAside
from evaluation.domain.tie_breaks import Key, deciding_break, tie_break_keys


@dataclass(frozen=True)
class _Examined:
    bid: Bid
    reason: SetAside | None
    score: Figure | None
    price: CorrectedPrice | None


@dataclass(frozen=True)
class _Contender:
    bid: Bid
    price: CorrectedPrice
    evaluated: Fraction
    score: Decimal | None
    keys: tuple[Key, ...]
    figure: Figure

    @property
    def order(self) -> tuple[Fraction, tuple[Key, ...], str]:
        return self.evaluated, self.keys, self.bid.id


def rank_by_lowest_price(case: Case, lot: CaseLot) -> LotRanking:
    """Rank one lot.

    Raises:
        Refusal: ``scores-missing`` when a bid still in the race lacks points.
    """
    examined = [_examine(bid, case, lot) for bid in sorted(lot.bids, key=lambda each: each.id)]
    set_aside = [each.reason for each in examined if each.reason]
    figures = [each.score for each in examined if each.score]
    racing = {each.bid.id: each for each in examined if each.price}
    prices = [each.price for each in racing.values() if each.price]
    comparable = correction.fillable(prices, case.rules.omission)
    for price in prices:
        figures.extend(correction.corrected_figures(price, case.rules.money_decimals))
        if price not in comparable:
            set_aside.append(SetAside(price.bid_id, "item-omitted", price.omitted))
    contenders = [_contender(racing[price.bid_id], price, comparable, case) for price in comparable]
    figures.extend(each.figure for each in contenders)
    return LotRanking(lot.id, _rank(contenders, case), tuple(set_aside), tuple(figures))


def _examine(bid: Bid, case: Case, lot: CaseLot) -> _Examined:
    reason = _early_setback(bid)
    if reason is not None:
        return _Examined(bid, reason, None, None)
    score = scoring.score_figure(bid, case)
    reason = _below_pass_mark(bid, score, case)
    if reason is not None:
        return _Examined(bid, reason, score, None)
    price = correction.correct(bid, lot)
    if price is None or not price.lines:
        return _Examined(bid, SetAside(bid.id, "no-readable-price"), score, None)
    return _Examined(bid, None, score, price)


def _contender(
    one: _Examined, price: CorrectedPrice, comparable: tuple[CorrectedPrice, ...], case: Case
) -> _Contender:
    evaluated, figure = correction.evaluated_figure(price, comparable, case.rules.money_decimals)
    points = Decimal(one.score.value) if one.score else None
    keys = tie_break_keys(one.bid, points, case.rules.tie_breaks)
    return _Contender(one.bid, price, evaluated, points, keys, figure)


def _early_setback(bid: Bid) -> SetAside | None:
    if bid.setback:
        return SetAside(bid.id, bid.setback)
    failed = failed_requirements(bid)
    return SetAside(bid.id, "requirement-failed", failed) if failed else None


def _below_pass_mark(bid: Bid, score: Figure | None, case: Case) -> SetAside | None:
    if score is None or case.pass_mark is None or Decimal(score.value) >= case.pass_mark:
        return None
    return SetAside(bid.id, "below-pass-mark", (score.value, format(case.pass_mark, "f")))


def _rank(contenders: list[_Contender], case: Case) -> tuple[RankedBid, ...]:
    ranked: list[RankedBid] = []
    before: _Contender | None = None
    for place, each in enumerate(sorted(contenders, key=lambda one: one.order), start=1):
        rank, tie_break = place, None
        if before is not None and before.evaluated == each.evaluated:
            tie_break = deciding_break(before.keys, each.keys, case.rules.tie_breaks)
            if tie_break is None:
                rank = ranked[-1].rank
        ranked.append(_ranked(each, rank, tie_break, case.rules.money_decimals))
        before = each
    return tuple(ranked)


def _ranked(each: _Contender, rank: int, tie_break: str | None, decimals: int) -> RankedBid:
    return RankedBid(
        rank=rank,
        bid_id=each.bid.id,
        evaluated_price=exact.rounded(each.evaluated, decimals),
        corrected_price=exact.rounded(each.price.total, decimals),
        read_out_price=each.price.read_out,
        score=each.score,
        tie_break=tie_break,
    )
