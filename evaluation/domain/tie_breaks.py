"""The published chain that orders bids of exactly the same evaluated price."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from evaluation.domain.case import Bid
from foundation.values.refusal import Refusal

Key: TypeAlias = "Decimal | str"


def _higher_score(bid: Bid, score: Decimal | None) -> Key:
    return Decimal(0) if score is None else score.copy_negate()


def _earlier_completed_at(bid: Bid, score: Decimal | None) -> Key:
    return bid.completed_at.strftime("%Y-%m-%dT%H:%M:%S.%f")


def _smaller_sha256(bid: Bid, score: Decimal | None) -> Key:
    return bid.sha256


TIE_BREAKS: Mapping[str, Callable[[Bid, Decimal | None], Key]] = {
    "higher_score": _higher_score,
    "earlier_completed_at": _earlier_completed_at,
    "smaller_sha256": _smaller_sha256,
}


def tie_break_keys(bid: Bid, score: Decimal | None, chain: Sequence[str]) -> tuple[Key, ...]:
    """Return what is compared, in order, when two evaluated prices are equal.

    Raises:
        Refusal: ``unknown-tie-break``.
    """
    unknown = next((name for name in chain if name not in TIE_BREAKS), None)
    if unknown is not None:
        raise Refusal("unknown-tie-break", name=unknown)
    return tuple(TIE_BREAKS[name](bid, score) for name in chain)


def deciding_break(before: Sequence[Key], after: Sequence[Key], chain: Sequence[str]) -> str | None:
    """Return the first tie-break by which two bids differ, or None when all are equal."""
    for name, one, other in zip(chain, before, after, strict=True):
        if one != other:
            return name
    return None
