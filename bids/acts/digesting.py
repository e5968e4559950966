"""One public leaf a day over the sealed journal, written also when the day was empty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from accounts.domain import authority
from bids.domain.permissions import PERMISSIONS, OpeningAct
from bids.models import DayDigestRow
from foundation.unit_of_work import UnitOfWork
from transparency import journal
from transparency.day_digest import sealed_root

# The day's last acts have committed by then.
DELAY = timedelta(minutes=5)


def digest_due_day(uow: UnitOfWork, secret: bytes) -> date | None:
    """Write the digest of the next finished day; return it, None when none is due."""
    authority.authorise(uow.actor, OpeningAct.DIGEST, None, PERMISSIONS)
    newest = (uow.now - DELAY).astimezone(UTC).date() - timedelta(days=1)
    last = uow.session.execute(select(func.max(DayDigestRow.day))).scalar_one_or_none()
    day = newest if last is None else date.fromisoformat(last) + timedelta(days=1)
    if day > newest:
        return None
    root = sealed_root(uow.session, day, secret)
    uow.session.add(DayDigestRow(day=day.isoformat(), at=uow.now, root=root))
    journal.append(uow, OpeningAct.DIGEST, {"day": day.isoformat(), "root": root})
    return day


def digest_is_due(last_day: str | None, now: datetime) -> bool:
    """Tell, without a lock, whether a finished day waits for its digest."""
    newest = (now - DELAY).astimezone(UTC).date() - timedelta(days=1)
    return last_day is None or date.fromisoformat(last_day) < newest
