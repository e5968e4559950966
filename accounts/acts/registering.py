"""Vendors registering themselves with their firm, confirmed by a code sent to their address."""

from accounts import queries
from accounts.acts import people, sending_codes, visiting
from accounts.acts.organising import as_document, write_organisation
from accounts.acts.visiting import Caller, NewVisit
from accounts.credentials import Keyring, NewPassword
from accounts.domain.authority import authorise
from accounts.domain.codes import CodeAnswer, CodePurpose, refuse
from accounts.domain.organisations import (
    OrganisationForm,
    Person,
    PersonForm,
    checked,
    checked_person,
)
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.roles import OrganisationKind, Role
from accounts.domain.visits import Awaiting
from accounts.models import AccountRow
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def register_vendor(
    uow: UnitOfWork,
    keyring: Keyring,
    firm: OrganisationForm,
    person: PersonForm,
    password: NewPassword,
) -> Person | None:
    """Write a firm and its first person, and send the code that confirms the address.

    An address that is known already gets a message instead and None is returned, so that
    nobody learns here who has an account.

    Raises:
        Refusal: what ``checked`` and ``checked_person`` say.
    """
    authorise(uow.actor, SignInAct.REGISTER, None, PERMISSIONS)
    clean = checked_person(person)
    checked(firm, OrganisationKind.VENDOR)
    known = people.account_with(uow, clean.email)
    if known is not None:
        _tell_known(uow, keyring, known)
        return None
    organisation = write_organisation(uow, OrganisationKind.VENDOR, firm)
    row = people.write_person(uow, organisation.id, clean, [Role.VENDOR], password)
    registered = queries.person_of(row)
    journal.append(
        uow.acting_as(visiting.actor_for(registered)),
        SignInAct.REGISTER,
        {**as_document(organisation), "account": row.id},
    )
    sending_codes.send_code(uow, keyring, row.id, CodePurpose.CONFIRM)
    return registered


def begin_confirmation(uow: UnitOfWork, person: Person | None, caller: Caller) -> NewVisit:
    """Open the session that waits for the code; for a known address it waits for ever."""
    return visiting.begin(uow, person, Awaiting.EMAIL_CODE, caller)


def confirm_email(
    uow: UnitOfWork, keyring: Keyring, visit_id: str, account_id: str | None, typed: str,
    caller: Caller,
) -> NewVisit | Refusal:  # fmt: skip
    """Confirm the address by the typed code and let the session in.

    Returns:
        The renewed session, or the refusal to show; wrong tries are counted either way.
    """
    row = visiting.account_of(uow, account_id) if account_id else None
    if row is None:
        return refuse(CodeAnswer.WRONG)
    answer = sending_codes.try_code(uow, keyring, row.id, CodePurpose.CONFIRM, typed)
    if answer is not CodeAnswer.RIGHT:
        return refuse(answer)
    row.confirmed_at = row.confirmed_at or uow.now
    uow.session.flush()
    person = queries.person_of(row)
    confirming = uow.acting_as(visiting.actor_for(person, fresh=True))
    authorise(confirming.actor, SignInAct.CONFIRM_EMAIL, person, PERMISSIONS)
    journal.append(confirming, SignInAct.CONFIRM_EMAIL, {"account": row.id})
    awaiting = visiting.next_need(person, factor_passed=False)
    return visiting.renew(confirming, visit_id, person, awaiting, caller)


def send_confirmation_again(uow: UnitOfWork, keyring: Keyring, account_id: str) -> None:
    """Send another confirmation code to an account that waits for one."""
    authorise(uow.actor, SignInAct.ASK_CODE, None, PERMISSIONS)
    row = visiting.account_of(uow, account_id)
    if row is not None and row.confirmed_at is None:
        sending_codes.send_code(uow, keyring, row.id, CodePurpose.CONFIRM)
        journal.append(uow, SignInAct.ASK_CODE, {"account": row.id}, organisation_id="")


def _tell_known(uow: UnitOfWork, keyring: Keyring, known: AccountRow) -> None:
    if known.confirmed_at is None:
        # The same person starting again: the new code opens the account made before.
        sending_codes.send_code(uow, keyring, known.id, CodePurpose.CONFIRM)
        return
    outbox.enqueue(
        uow,
        kind="account.already-registered",
        params={},
        key=f"account.already-registered/{known.id}/{uow.now.isoformat()}",
        account_id=known.id,
    )
