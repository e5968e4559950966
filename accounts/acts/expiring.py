"""Removing accounts whose address was never confirmed; the address is free again."""

from sqlalchemy import delete, select

from accounts import queries
from accounts.acts import visiting
from accounts.domain.authority import authorise
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.models import (
    AccountRow,
    OrganisationRow,
    RecoveryCodeRow,
    RoleGrantRow,
    SentCodeRow,
    VisitRow,
)
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from transparency import journal

BATCH = 50


def expire_unconfirmed(uow: UnitOfWork) -> int:
    """Remove accounts that waited too long for their confirmation; return how many.

    Nobody ever acted through them, so nothing but the journal's row is left.
    """
    due = queries.unconfirmed_due(uow.session, uow.now)[:BATCH]
    for account_id in due:
        row = visiting.account_of(uow, account_id)
        if row is not None and row.confirmed_at is None:
            remove_unconfirmed(uow, row, "expired")
    return len(due)


def remove_unconfirmed(uow: UnitOfWork, row: AccountRow, why: str) -> None:
    """Remove one unconfirmed account with its firm, sessions, codes and messages.

    Args:
        uow: the change.
        row: an account whose ``confirmed_at`` is None.
        why: ``expired``, ``registered-again``, ``email-corrected``, ``invited`` or
            ``email-taken``.
    """
    authorise(uow.actor, SignInAct.EXPIRE, None, PERMISSIONS)
    account_id, organisation_id = row.id, row.organisation_id
    for table in (RoleGrantRow, VisitRow, SentCodeRow, RecoveryCodeRow):
        uow.session.execute(delete(table).where(table.account_id == account_id))
    outbox.forget(uow, account_id)
    uow.session.execute(delete(AccountRow).where(AccountRow.id == account_id))
    others = select(AccountRow.id).where(AccountRow.organisation_id == organisation_id)
    if uow.session.scalars(others.limit(1)).first() is None:
        uow.session.execute(delete(OrganisationRow).where(OrganisationRow.id == organisation_id))
    journal.append(
        uow,
        SignInAct.EXPIRE,
        {"account": account_id, "why": why},
        organisation_id=organisation_id,
    )


def free_address(uow: UnitOfWork, email: str, why: str) -> None:
    """Remove the unconfirmed account that holds an address, if one does.

    Whoever confirmed nothing holds no claim on an address.
    """
    row = uow.session.scalars(
        select(AccountRow)
        .where(AccountRow.email == email, AccountRow.confirmed_at.is_(None))
        .with_for_update(of=AccountRow)
    ).one_or_none()
    if row is not None:
        remove_unconfirmed(uow, row, why)
