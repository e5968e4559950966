"""Helping those who lost telephone or password: the administrator, or the operator's console."""

from sqlalchemy import delete

from accounts import queries
from accounts.acts import people, sending_codes, visiting
from accounts.credentials import Keyring
from accounts.domain.authority import authorise
from accounts.domain.codes import CodePurpose
from accounts.domain.organisations import Person, checked_email
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.roles import Role
from accounts.models import AccountRow, RecoveryCodeRow
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def reset_authenticator(uow: UnitOfWork, account_id: str) -> None:
    """Take a lost authenticator off an account; the next sign-in sets up a new one.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``fresh-sign-in`` or ``reset-by-another``:
            nobody takes his own second factor off in this way.
    """
    row = visiting.account_of(uow, account_id)
    if row is None:
        raise Refusal("not-found")
    authorise(uow.actor, SignInAct.RESET_FACTOR, queries.person_of(row), PERMISSIONS)
    if row.id == uow.actor.account_id:
        raise Refusal("reset-by-another")
    _reset(uow, row)


def rescue_administrator(uow: UnitOfWork, keyring: Keyring, email: str) -> tuple[Person, str]:
    """Let an administrator who lost everything in again; return the code for a new password.

    Raises:
        Refusal: ``not-permitted`` for anybody but the system, ``not-found`` when the address
            belongs to no administrator.
    """
    authorise(uow.actor, SignInAct.RESCUE, None, PERMISSIONS)
    row = people.account_with(uow, checked_email(email))
    if row is None or not row.active or Role.ADMINISTRATOR not in queries.person_of(row).roles:
        raise Refusal("not-found")
    _reset(uow, row)
    code = sending_codes.send_code(uow, keyring, row.id, CodePurpose.RECOVER)
    journal.append(uow, SignInAct.RESCUE, {"account": row.id}, organisation_id=row.organisation_id)
    return queries.person_of(row), code


def _reset(uow: UnitOfWork, row: AccountRow) -> None:
    row.totp_secret, row.totp_counter = None, -1
    uow.session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == row.id))
    uow.session.flush()
    visiting.end_all(uow, row.id, "authenticator-reset")
    journal.append(
        uow, SignInAct.RESET_FACTOR, {"account": row.id}, organisation_id=row.organisation_id
    )
    outbox.enqueue(
        uow,
        kind="account.authenticator-reset",
        params={},
        key=f"account.authenticator-reset/{row.id}/{uow.now.isoformat()}",
        account_id=row.id,
    )
