"""Coming back without the password, by a code sent to the account's address."""

from accounts import queries
from accounts.acts import limiting, people, sending_codes, visiting
from accounts.credentials import Keyring, NewPassword
from accounts.domain.authority import authorise
from accounts.domain.codes import CodeAnswer, CodePurpose, refuse
from accounts.domain.limits import Tried
from accounts.domain.permissions import PERMISSIONS, SignInAct
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def ask_recovery(uow: UnitOfWork, keyring: Keyring, email: str) -> None:
    """Send a recovery code where the address has an account; say nothing either way."""
    authorise(uow.actor, SignInAct.ASK_CODE, None, PERMISSIONS)
    row = people.account_with(uow, email)
    if row is None or not row.active:
        return
    sending_codes.send_code(uow, keyring, row.id, CodePurpose.RECOVER)
    journal.append(
        uow, SignInAct.ASK_CODE, {"account": row.id}, organisation_id=row.organisation_id
    )


def recover(
    uow: UnitOfWork, keyring: Keyring, email: str, typed: str, password: NewPassword
) -> Refusal | None:
    """Set a new password by the code; every session ends, the second factor stays.

    Returns:
        None, or the refusal to show: the same for an unknown address and a wrong code.
    """
    authorise(uow.actor, SignInAct.RECOVER, None, PERMISSIONS)
    row = people.account_with(uow, email)
    if row is None or not row.active:
        return refuse(CodeAnswer.WRONG)
    answer = sending_codes.try_code(uow, keyring, row.id, CodePurpose.RECOVER, typed)
    if answer is not CodeAnswer.RIGHT:
        # An exhausted or missing code must not tell a known address from an unknown one.
        return refuse(CodeAnswer.WRONG)
    row.password_hash, row.password_changed_at = password.hash, uow.now
    row.confirmed_at = row.confirmed_at or uow.now
    uow.session.flush()
    limiting.forget_tries(uow, Tried.SIGN_IN, email)
    visiting.end_all(uow, row.id, "recovered")
    journal.append(
        uow.acting_as(visiting.actor_for(queries.person_of(row))),
        SignInAct.RECOVER,
        {"account": row.id},
    )
    return None
