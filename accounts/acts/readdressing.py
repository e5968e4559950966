"""Giving an account another e-mail address: proved by its code, told to the old one."""

from accounts import queries
from accounts.acts import expiring, people, sending_codes, visiting
from accounts.credentials import Keyring
from accounts.domain.authority import authorise
from accounts.domain.codes import CodeAnswer, CodePurpose, refuse
from accounts.domain.organisations import checked_email
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.models import AccountRow
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def ask_email_change(uow: UnitOfWork, keyring: Keyring, visit_id: str, email: str) -> None:
    """Send a code to the address that the actor's account shall have.

    An address that is somebody else's gets a message instead, and nobody learns it here.

    Raises:
        Refusal: ``not-permitted``, ``fresh-second-factor``, ``fresh-sign-in``, ``bad-email``,
            ``same-email``.
    """
    row = _own(uow)
    person = queries.person_of(row)
    visiting.require_fresh_factor(uow, visit_id, person)
    authorise(uow.actor, SignInAct.CHANGE_EMAIL, person, PERMISSIONS)
    address = checked_email(email)
    if address == row.email:
        raise Refusal("same-email")
    known = people.account_with(uow, address)
    taken = known is not None and known.confirmed_at is not None
    sending_codes.send_code_to(uow, keyring, person, address, silently=taken)
    if known is not None and taken:
        outbox.enqueue(
            uow,
            kind="account.already-registered",
            params={},
            key=f"account.already-registered/{known.id}/{uow.now.isoformat()}",
            account_id=known.id,
        )
    journal.append(uow, SignInAct.CHANGE_EMAIL, {"account": row.id, "step": "asked"})


def change_email(uow: UnitOfWork, keyring: Keyring, visit_id: str, typed: str) -> Refusal | None:
    """Take the code of the new address: it is the account's from now on.

    The actor's other sessions end, other codes die, and both addresses are told.

    Returns:
        None, or ``wrong-code`` or ``code-expired``; wrong tries are counted.

    Raises:
        Refusal: ``not-permitted`` or ``fresh-sign-in``.
    """
    row = _own(uow)
    authorise(uow.actor, SignInAct.CHANGE_EMAIL, queries.person_of(row), PERMISSIONS)
    new = queries.pending_email(uow.session, row.id, uow.now)
    answer = sending_codes.try_code(uow, keyring, row.id, CodePurpose.EMAIL, typed)
    if answer is CodeAnswer.RIGHT and new:
        expiring.free_address(uow, new, "email-taken")
        if people.account_with(uow, new) is not None:
            answer = CodeAnswer.DEAD  # somebody else confirmed it meanwhile
    if answer is not CodeAnswer.RIGHT or not new:
        return refuse(answer if new else CodeAnswer.DEAD)
    old, row.email = row.email, new
    uow.session.flush()
    sending_codes.void_codes(uow, row.id)
    visiting.end_all(uow, row.id, "email-changed", but=visit_id)
    journal.append(uow, SignInAct.CHANGE_EMAIL, {"account": row.id, "step": "changed"})
    for address in (old, new):
        outbox.enqueue(
            uow,
            kind="account.email-changed",
            params={"old": old, "new": new, "language": row.language},
            key=f"account.email-changed/{row.id}/{uow.now.isoformat()}/{address == old}",
            account_id=row.id if address == old else None,
            address=address,
        )
    return None


def _own(uow: UnitOfWork) -> AccountRow:
    row = visiting.account_of(uow, uow.actor.account_id)
    if row is None:
        raise Refusal("not-permitted")
    return row
