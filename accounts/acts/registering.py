"""Vendors registering themselves with their firm, confirmed by a code sent to their address."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from accounts import queries
from accounts.acts import expiring, people, sending_codes, visiting
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
    checked_email,
    checked_person,
)
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.registration import Registration, read
from accounts.domain.roles import OrganisationKind, Role
from accounts.domain.visits import Awaiting
from accounts.models import AccountRow
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal

TYPED = "typed-registration"
SEALED_FOR = "registration"


def register_vendor(
    uow: UnitOfWork,
    keyring: Keyring,
    firm: OrganisationForm,
    person: PersonForm,
    password: NewPassword,
) -> Person | None:
    """Write a firm and its first person, and send the code that confirms the address.

    An address that is known already gets a message instead and None is returned, so that
    nobody learns here who has an account. One that nobody confirmed is not known: the newer
    registration takes the place of the older, whose password its maker may have chosen.

    Raises:
        Refusal: what ``checked`` and ``checked_person`` say.
    """
    authorise(uow.actor, SignInAct.REGISTER, None, PERMISSIONS)
    clean = checked_person(person)
    checked(firm, OrganisationKind.VENDOR)
    expiring.free_address(uow, clean.email, "registered-again")
    known = people.account_with(uow, clean.email)
    if known is not None:
        _tell_known(uow, known)
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


def begin_confirmation(
    uow: UnitOfWork,
    keyring: Keyring,
    person: Person | None,
    registration: Registration,
    caller: Caller,
) -> NewVisit:
    """Open the session that waits for the code; for a known address it waits for ever.

    The session keeps what was typed, sealed, so that a wrong address can be put right in either
    case and nobody learns from that which case it is.
    """
    sealed = keyring.seal(registration.as_bytes(), SEALED_FOR)
    return visiting.begin(uow, person, Awaiting.EMAIL_CODE, caller, data={TYPED: sealed})


def correct_email(
    uow: UnitOfWork,
    keyring: Keyring,
    visit_id: str,
    registration: Registration,
    account_id: str | None,
    email: str,
    caller: Caller,
) -> NewVisit:
    """Register anew what was typed, with another address; the earlier account is removed.

    Args:
        uow: the change.
        keyring: seals what was typed and keys the code.
        visit_id: the session that waits for the code of the wrong address; it ends.
        registration: what was typed, from ``typed_registration``.
        account_id: the unconfirmed account; None where the address was known.
        email: the right address, as typed.
        caller: where the request comes from.

    Raises:
        Refusal: ``bad-email``; ``code-expired`` when the account was confirmed meanwhile.
    """
    right = replace(registration, person=replace(registration.person, email=checked_email(email)))
    if account_id is not None:
        row = visiting.account_of(uow, account_id)
        if row is None or row.confirmed_at is not None:
            raise Refusal("code-expired")
        expiring.remove_unconfirmed(uow, row, "email-corrected")
    visiting.end(uow, visit_id, "renewed")
    password = NewPassword(right.password_hash)
    registered = register_vendor(uow, keyring, right.firm, right.person, password)
    return begin_confirmation(uow, keyring, registered, right, caller)


def typed_registration(
    session: Session, keyring: Keyring, data: Mapping[str, object], account_id: str | None
) -> Registration | None:
    """Return what a waiting session's registration says, from itself or from its account.

    None for a session begun elsewhere whose account is gone.
    """
    sealed = data.get(TYPED)
    if isinstance(sealed, str):
        return read(keyring.open(sealed, SEALED_FOR))
    row = session.get(AccountRow, account_id) if account_id else None
    if row is None or row.organisation.kind != OrganisationKind.VENDOR:
        return None
    firm, person = queries.organisation_of(row.organisation), queries.person_of(row)
    return Registration(
        OrganisationForm(
            firm.name, firm.short_name, firm.city, firm.address, firm.phone, firm.tax_number
        ),
        PersonForm(person.name, person.email, person.phone, person.language),
        row.password_hash,
    )


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


def _tell_known(uow: UnitOfWork, known: AccountRow) -> None:
    outbox.enqueue(
        uow,
        kind="account.already-registered",
        params={},
        key=f"account.already-registered/{known.id}/{uow.now.isoformat()}",
        account_id=known.id,
    )
