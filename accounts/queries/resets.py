"""Reading the requests to take a lost second factor off."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from accounts.domain.factor_reset import FactorReset, ResetState
from accounts.domain.organisations import Person
from accounts.models import AccountRow, FactorResetRow
from accounts.queries import person_of
from foundation.values.text import Text


@dataclass(frozen=True)
class ResetView:
    """A request as those who may decide it see it."""

    id: str
    person: Person
    asker: Text
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    reason: str


def reset_of(row: FactorResetRow) -> FactorReset:
    """Return the request as the rules see it."""
    return FactorReset(
        id=row.id,
        account_id=row.account_id,
        organisation_id=row.organisation_id,
        asked_by=row.asked_by,
        expires_at=row.expires_at,
        state=ResetState(row.state),
    )


def open_resets(session: Session, organisation_id: str, now: datetime) -> tuple[ResetView, ...]:
    """Return the requests that wait for a second person of the organisation, oldest first."""
    return _views(session, _standing(now).where(FactorResetRow.organisation_id == organisation_id))


def own_reset(session: Session, account_id: str, now: datetime) -> ResetView | None:
    """Return the request that is about this account, if one stands open."""
    found = _views(session, _standing(now).where(FactorResetRow.account_id == account_id))
    return found[0] if found else None


def _standing(now: datetime) -> Select[FactorResetRow]:
    return select(FactorResetRow).where(
        FactorResetRow.state == ResetState.OPEN, FactorResetRow.expires_at > now
    )


def _views(session: Session, query: Select[FactorResetRow]) -> tuple[ResetView, ...]:
    rows = session.scalars(query.order_by(FactorResetRow.asked_at, FactorResetRow.id))
    return tuple(_view(session, row) for row in rows)


def _view(session: Session, row: FactorResetRow) -> ResetView:
    asker = session.get_one(AccountRow, row.asked_by)
    return ResetView(
        id=row.id,
        person=person_of(row.account),
        asker=Text(asker.name_en, asker.name_ur),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        reason=row.reason,
    )
