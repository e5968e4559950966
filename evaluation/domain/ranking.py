"""The outcome of a method: who is ranked where, who is set aside and why, and every figure."""

from dataclasses import dataclass
from decimal import Decimal

from evaluation.domain.figures import Figure, figure_document
from foundation.values.canonical import Document


@dataclass(frozen=True)
class CombinedScore:
    """What a bid gets for quality, for its price, and for both by their weights (0 to 100)."""

    technical: Decimal
    price: Decimal
    total: Decimal


@dataclass(frozen=True)
class RankedBid:
    """A bid in the ranking; ``tie_break`` names what put it behind an equal price or score.

    Bids that even the whole chain cannot part share a ``rank``. ``combined`` is there where
    quality counts besides the price.
    """

    rank: int
    bid_id: str
    evaluated_price: Decimal
    corrected_price: Decimal
    read_out_price: Decimal
    score: Decimal | None
    tie_break: str | None
    combined: CombinedScore | None = None


@dataclass(frozen=True)
class PassedBid:
    """A bid whose price may be opened: it meets the requirements and reaches the pass mark."""

    bid_id: str
    score: Decimal | None


@dataclass(frozen=True)
class SetAside:
    """A bid that is not ranked; its price is not used."""

    bid_id: str
    code: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class LotRanking:
    """One lot: the ranking, the bids set aside, and the figures of both.

    Before any price is opened there is no ranking, and ``passed`` are the bids still standing.
    """

    lot_id: str
    ranking: tuple[RankedBid, ...]
    set_aside: tuple[SetAside, ...]
    figures: tuple[Figure, ...]
    passed: tuple[PassedBid, ...] = ()

    @property
    def winner(self) -> RankedBid | None:
        """Return the one bid ranked first, or None without bids or with an unbroken tie."""
        first = [bid for bid in self.ranking if bid.rank == 1]
        return first[0] if len(first) == 1 else None

    def figures_of(self, bid_id: str) -> tuple[Figure, ...]:
        """Return the figures of one bid."""
        return tuple(figure for figure in self.figures if figure.bid_id == bid_id)


def lot_document(lot: LotRanking) -> dict[str, Document]:
    """Return the ranking of one lot as JSON facts."""
    document: dict[str, Document] = {
        "lot": lot.lot_id,
        "ranking": [_ranked_document(bid) for bid in lot.ranking],
        "set_aside": [
            {"bid": each.bid_id, "code": each.code, "details": list(each.details)}
            for each in lot.set_aside
        ],
        "figures": [figure_document(figure) for figure in lot.figures],
    }
    if lot.passed:
        document["passed"] = [_passed_document(each) for each in lot.passed]
    return document


def _passed_document(bid: PassedBid) -> dict[str, Document]:
    score: dict[str, Document] = {} if bid.score is None else {"score": format(bid.score, "f")}
    return {"bid": bid.bid_id, **score}


def _ranked_document(bid: RankedBid) -> dict[str, Document]:
    document: dict[str, Document] = {
        "rank": bid.rank,
        "bid": bid.bid_id,
        "evaluated_price": format(bid.evaluated_price, "f"),
        "corrected_price": format(bid.corrected_price, "f"),
        "read_out_price": format(bid.read_out_price, "f"),
    }
    if bid.score is not None:
        document["score"] = format(bid.score, "f")
    if bid.combined is not None:
        document["combined"] = {
            "technical_score": format(bid.combined.technical, "f"),
            "price_score": format(bid.combined.price, "f"),
            "combined_score": format(bid.combined.total, "f"),
        }
    if bid.tie_break is not None:
        document["tie_break"] = bid.tie_break
    return document
