"""How often a thing may be tried in a span of time, counted per account and per address."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from foundation.values.refusal import Refusal


class Tried(StrEnum):
    """What is counted."""

    SIGN_IN = "sign-in"
    CODE = "code"
    SEND_CODE = "send-code"
    REGISTER = "register"
    INVITATION = "invitation"


@dataclass(frozen=True)
class Limit:
    """At most ``per_account`` and ``per_address`` tries in ``within``."""

    per_account: int
    per_address: int
    within: timedelta


# An office or a whole town may share one address, so addresses are given far more room.
LIMITS: dict[Tried, Limit] = {
    Tried.SIGN_IN: Limit(8, 100, timedelta(minutes=15)),
    Tried.CODE: Limit(12, 100, timedelta(minutes=30)),
    Tried.SEND_CODE: Limit(4, 60, timedelta(hours=1)),
    Tried.REGISTER: Limit(4, 40, timedelta(hours=1)),
    Tried.INVITATION: Limit(60, 60, timedelta(hours=1)),
}


def check(what: Tried, *, for_account: int, from_address: int) -> None:
    """Let a try pass when fewer than the limit went before it.

    Args:
        what: the thing tried.
        for_account: tries for the same account within the span, without this one.
        from_address: tries from the same address within the span, without this one.

    Raises:
        Refusal: ``too-many-tries`` with ``minutes`` to wait at most.
    """
    limit = LIMITS[what]
    if for_account >= limit.per_account or from_address >= limit.per_address:
        raise Refusal("too-many-tries", minutes=int(limit.within.total_seconds() // 60))
