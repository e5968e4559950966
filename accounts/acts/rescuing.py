"""Letting an administrator in who lost everything, and what every such rescue does."""

from sqlalchemy import delete, update

from accounts import queries
from accounts.acts import people, sending_codes, visiting
from accounts.credentials import Keyring
from accounts.domain.authority import authorise
from accounts.domain.codes import CodePurpose
from accounts.domain.factor_reset import ResetState
from accounts.domain.organisations import Person, checked_email
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.roles import Role
from accounts.models import AccountRow, FactorResetRow, PasskeyRow, RecoveryCodeRow
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


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
    take_off_factor(uow, row)
    code = sending_codes.send_code(uow, keyring, row.id, CodePurpose.RECOVER)
    journal.append(uow, SignInAct.RESCUE, {"account": row.id}, organisation_id=row.organisation_id)
    return queries.person_of(row), code


def void_resets(uow: UnitOfWork, account_id: str, *, only_expired: bool = False) -> None:
    """Let requests for a reset end that are out of date, or no longer needed."""
    query = update(FactorResetRow).where(
        FactorResetRow.account_id == account_id, FactorResetRow.state == ResetState.OPEN
    )
    if only_expired:
        query = query.where(FactorResetRow.expires_at <= uow.now)
    uow.session.execute(query.values(state=ResetState.OVER))


def take_off_factor(uow: UnitOfWork, row: AccountRow) -> None:
    """Take every second factor off an account, end its sessions, record it and tell its owner."""
    row.totp_secret, row.totp_counter = None, -1
    uow.session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == row.id))
    uow.session.execute(delete(PasskeyRow).where(PasskeyRow.account_id == row.id))
    row.passkeys = 0
    uow.session.flush()
    void_resets(uow, row.id)
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
