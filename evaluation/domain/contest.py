"""The bids whose prices are compared, and the order in which a method puts them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaluation.domain import correction, exact
from evaluation.domain.case import Bid, Case, CaseLot
from evaluation.domain.correction import CorrectedPrice
from evaluation.domain.examination import Standing, examine
from evaluation.domain.figures import Figure
from evaluation.domain.ranking import CombinedScore, LotRanking, RankedBid, SetAside
from evaluation.domain.tie_breaks import Key, deciding_break, tie_break_keys


@dataclass(frozen=True)
class Contender:
    """A bid that passed and has a comparable price; ``evaluated`` is exact.

    ``score`` is the exact points before their rounding, ``points`` the published ones.
    """

    bid: Bid
    price: CorrectedPrice
    evaluated: Fraction
    points: Decimal | None
    score: Fraction | None
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Contest:
    """One lot before its ranking: the contenders, those set aside, and the figures so far."""

    case: Case
    lot_id: str
    contenders: tuple[Contender, ...]
    set_aside: tuple[SetAside, ...]
    figures: tuple[Figure, ...]

    def ranked(
        self,
        order: Callable[[Contender], Fraction],
        *,
        combined: Mapping[str, CombinedScore] | None = None,
        figures: tuple[Figure, ...] = (),
    ) -> LotRanking:
        """Return the ranking by ``order``, the smallest first; equals follow the tie-breaks.

        Args:
            order: what a contender is ranked by.
            combined: the combined scores by bid, where the method has them.
            figures: what the method worked out.
        """
        scores = combined or {}
        rules = self.case.rules
        ranked: list[RankedBid] = []
        before: Contender | None = None
        in_order = sorted(self.contenders, key=lambda one: (order(one), one.keys, one.bid.id))
        for place, each in enumerate(in_order, start=1):
            rank, tie_break = place, None
            if before is not None and order(before) == order(each):
                tie_break = deciding_break(before.keys, each.keys, rules.tie_breaks)
                if tie_break is None:
                    rank = ranked[-1].rank
            ranked.append(
                RankedBid(
                    rank=rank,
                    bid_id=each.bid.id,
                    evaluated_price=exact.rounded(each.evaluated, rules.money_decimals),
                    corrected_price=exact.rounded(each.price.total, rules.money_decimals),
                    read_out_price=each.price.read_out,
                    score=each.points,
                    tie_break=tie_break,
                    combined=scores.get(each.bid.id),
                )
            )
            before = each
        return LotRanking(self.lot_id, tuple(ranked), self.set_aside, (*self.figures, *figures))


def contest(case: Case, lot: CaseLot) -> Contest:
    """Examine one lot and make the prices of those that passed comparable.

    Raises:
        Refusal: what ``examination.examine`` refuses.
    """
    examined = examine(case, lot)
    set_aside, figures = list(examined.set_aside), list(examined.figures)
    racing: dict[str, tuple[Standing, CorrectedPrice]] = {}
    for one in examined.standing:
        price = correction.correct(one.bid, lot)
        if one.bid.disqualified:
            set_aside.append(SetAside(one.bid.id, "disqualified", (one.bid.disqualified,)))
        elif price is None or not price.lines:
            code = one.bid.price_setback or "no-readable-price"
            set_aside.append(SetAside(one.bid.id, code))
        else:
            racing[one.bid.id] = (one, price)
    set_aside.sort(key=lambda each: each.bid_id)
    comparable = correction.fillable([price for _, price in racing.values()], case.rules.omission)
    for _, price in racing.values():
        figures.extend(correction.corrected_figures(price, case.rules.money_decimals))
        if price not in comparable:
            set_aside.append(SetAside(price.bid_id, "item-omitted", price.omitted))
    contenders = []
    for price in comparable:
        evaluated, figure = correction.evaluated_figure(
            price, comparable, case.rules.money_decimals
        )
        figures.append(figure)
        contenders.append(_contender(racing[price.bid_id][0], price, evaluated, case))
    return Contest(case, lot.id, tuple(contenders), tuple(set_aside), tuple(figures))


def _contender(one: Standing, price: CorrectedPrice, evaluated: Fraction, case: Case) -> Contender:
    return Contender(
        bid=one.bid,
        price=price,
        evaluated=evaluated,
        points=one.points,
        score=one.score.unrounded if one.score else None,
        keys=tie_break_keys(one.bid, one.points, case.rules.tie_breaks),
    )
