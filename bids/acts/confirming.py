"""The operator's word that a clock which jumped is right, so that openings go on (decision 7)."""

from __future__ import annotations

from datetime import timedelta

from accounts.domain import authority
from bids.domain.permissions import PERMISSIONS, OpeningAct
from foundation.database import trust_clock
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from foundation.values.text import clean_name
from transparency import journal

LONGEST_REASON = 500


def confirm_clock(uow: UnitOfWork, jump: timedelta, reason: str) -> None:
    """Put on public record that the operator takes the clock as it stands, and why.

    Args:
        uow: on the console of the machine.
        jump: how far the wall clock stands from the time that counted until now.
        reason: in the operator's words, at most 500 characters.

    Raises:
        Refusal: `no-reason` when nothing readable is given.
    """
    authority.authorise(uow.actor, OpeningAct.CONFIRM_CLOCK, None, PERMISSIONS)
    reason = clean_name(reason, longest=LONGEST_REASON)
    if not reason:
        raise Refusal("no-reason")
    trust_clock(uow.session)
    document = {"jump_seconds": round(jump.total_seconds()), "reason": reason}
    journal.append(uow, OpeningAct.CONFIRM_CLOCK, document)
