"""The methods of evaluation by name: each a pure function from a case and a lot to a ranking."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from evaluation.domain.case import TECHNICAL, Case, CaseLot
from evaluation.domain.examination import technical_result
from evaluation.domain.methods.lowest_price import rank_by_lowest_price
from evaluation.domain.methods.quality_and_cost import rank_by_quality_and_cost
from evaluation.domain.ranking import LotRanking
from foundation.values.refusal import Refusal

METHODS: Mapping[str, Callable[[Case, CaseLot], LotRanking]] = {
    "lowest_price": rank_by_lowest_price,
    "quality_and_cost": rank_by_quality_and_cost,
}


def rank_all(case: Case) -> tuple[LotRanking, ...] | None:
    """Rank as if no bid had been disqualified, or return None where none was.

    Raises:
        Refusal: as ``rank``.
    """
    if not any(bid.disqualified for lot in case.lots for bid in lot.bids):
        return None
    lots = tuple(
        replace(lot, bids=tuple(replace(bid, disqualified="") for bid in lot.bids))
        for lot in case.lots
    )
    return rank(replace(case, lots=lots))


def rank(case: Case) -> tuple[LotRanking, ...]:
    """Rank every lot of the case on its own; before prices are open, say who passed.

    Raises:
        Refusal: ``unknown-ranking-method``, or what the method refuses.
    """
    method = METHODS.get(case.method)
    if method is None:
        raise Refusal("unknown-ranking-method", method=case.method[:80])
    if case.envelopes == TECHNICAL:
        method = technical_result
    return tuple(method(case, lot) for lot in case.lots)
