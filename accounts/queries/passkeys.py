"""Reading an account's passkeys."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import PasskeyRow
from accounts.passkeys import StoredPasskey


@dataclass(frozen=True)
class PasskeyView:
    """A passkey as its owner sees it."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


def stored(session: Session, account_id: str) -> tuple[StoredPasskey, ...]:
    """Return what proofs of an account's passkeys are checked against."""
    return tuple(
        StoredPasskey(row.id, row.credential_id, row.public_key, row.sign_count)
        for row in _rows(session, account_id)
    )


def passkeys_of(session: Session, account_id: str) -> tuple[PasskeyView, ...]:
    """Return an account's passkeys for the owner's page, oldest first."""
    return tuple(
        PasskeyView(row.id, row.name, row.created_at, row.used_at)
        for row in _rows(session, account_id)
    )


def _rows(session: Session, account_id: str) -> tuple[PasskeyRow, ...]:
    query = select(PasskeyRow).where(PasskeyRow.account_id == account_id)
    return tuple(
        session.scalars(query.order_by(PasskeyRow.created_at, PasskeyRow.name, PasskeyRow.id))
    )
