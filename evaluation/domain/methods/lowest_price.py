"""Lowest evaluated price among the bids that meet every requirement and reach the pass mark.

Source: PPR 2004, rule 38 with rule 36.
"""

from evaluation.domain.case import Case, CaseLot
from evaluation.domain.contest import contest
from evaluation.domain.ranking import LotRanking


def rank_by_lowest_price(case: Case, lot: CaseLot) -> LotRanking:
    """Rank one lot.

    Raises:
        Refusal: what ``examination.examine`` refuses.
    """
    return contest(case, lot).ranked(lambda each: each.evaluated)
