"""Setting up the authenticator app and its recovery codes, and dropping them again."""

from sqlalchemy import delete

from accounts import credentials, queries
from accounts.acts import rescuing, visiting
from accounts.credentials import Keyring
from accounts.domain import second_factor
from accounts.domain.authority import authorise
from accounts.domain.organisations import Person
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.models import AccountRow, RecoveryCodeRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def enrol(
    uow: UnitOfWork, keyring: Keyring, account_id: str, sealed_secret: str, typed: str
) -> tuple[str, ...]:
    """Take an authenticator whose first code was typed; return ten recovery codes to save.

    Args:
        uow: the change.
        keyring: opens the secret.
        account_id: whose authenticator; the actor's own, or that of a session that waits for it.
        sealed_secret: the secret that was shown, sealed for this account.
        typed: the code that the app shows.

    Raises:
        Refusal: ``not-found``, ``not-permitted`` or ``wrong-code``.
    """
    row = _account(uow, account_id)
    secret = keyring.open(sealed_secret, row.id)
    counter = second_factor.match(secret, typed, uow.now, last_counter=-1)
    return _take(uow, keyring, row, sealed_secret, counter)


def enrol_practice(uow: UnitOfWork, keyring: Keyring, row: AccountRow) -> None:
    """Give a practice account an authenticator of its own, nobody having to scan it."""
    secret = credentials.new_totp_secret()
    _take(uow, keyring, row, keyring.seal(secret, row.id), -1)


def renew_recovery_codes(uow: UnitOfWork, keyring: Keyring) -> tuple[str, ...]:
    """Give the actor ten new recovery codes; the old ones die.

    Raises:
        Refusal: ``not-found`` or ``not-permitted``.
    """
    row = _account(uow, uow.actor.account_id)
    authorise(uow.actor, SignInAct.ENROL, queries.person_of(row), PERMISSIONS)
    journal.append(uow, SignInAct.ENROL, {"account": row.id, "step": "recovery-codes"})
    return write_recovery_codes(uow, keyring, row.id)


def drop(uow: UnitOfWork) -> None:
    """Drop the actor's authenticator where no role of his needs one.

    Raises:
        Refusal: ``not-found``, ``not-permitted`` or ``factor-needed``.
    """
    row = _account(uow, uow.actor.account_id)
    person = queries.person_of(row)
    authorise(uow.actor, SignInAct.DROP_FACTOR, person, PERMISSIONS)
    if second_factor.is_needed(person.roles):
        raise Refusal("factor-needed")
    row.totp_secret, row.totp_counter = None, -1
    if row.passkeys == 0:
        uow.session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == row.id))
    journal.append(uow, SignInAct.DROP_FACTOR, {"account": row.id})


def _take(
    uow: UnitOfWork, keyring: Keyring, row: AccountRow, sealed_secret: str, counter: int
) -> tuple[str, ...]:
    person: Person = queries.person_of(row)
    known = uow.acting_as(visiting.actor_for(person))
    authorise(known.actor, SignInAct.ENROL, person, PERMISSIONS)
    row.totp_secret, row.totp_counter = sealed_secret, counter
    uow.session.flush()
    rescuing.void_resets(uow, row.id)
    journal.append(known, SignInAct.ENROL, {"account": row.id, "step": "authenticator"})
    return write_recovery_codes(uow, keyring, row.id)


def write_recovery_codes(uow: UnitOfWork, keyring: Keyring, account_id: str) -> tuple[str, ...]:
    """Write ten new recovery codes in place of any before; return them to be saved."""
    uow.session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))
    fresh = credentials.new_recovery_codes()
    for code in fresh:
        normal = second_factor.normal_recovery_code(code)
        uow.session.add(
            RecoveryCodeRow(
                account_id=account_id,
                digest=keyring.digest("recovery", account_id, normal),
                created_at=uow.now,
            )
        )
    uow.session.flush()
    return fresh


def _account(uow: UnitOfWork, account_id: str) -> AccountRow:
    row = visiting.account_of(uow, account_id)
    if row is None:
        raise Refusal("not-found")
    return row
