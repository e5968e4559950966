"""Practice accounts: made by the demo, signed in with one press, never in a real database."""

from collections.abc import Iterable

from accounts import queries
from accounts.acts import enrolling, people, visiting
from accounts.acts.visiting import Caller, NewVisit
from accounts.credentials import Keyring, NewPassword
from accounts.domain import second_factor
from accounts.domain.authority import authorise
from accounts.domain.organisations import Person, PersonForm, checked_email, checked_roles
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.visits import Awaiting
from foundation.database import DatabaseKind, database_kind
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def create_practice_account(
    uow: UnitOfWork,
    keyring: Keyring,
    organisation_id: str,
    form: PersonForm,
    roles: Iterable[str],
    password: NewPassword,
) -> Person:
    """Write a practice account, with an authenticator where its roles need one.

    Raises:
        Refusal: ``practice-only``, ``not-permitted``, ``already-member`` or what the checks say.
    """
    _practice_only(uow)
    authorise(uow.actor, SignInAct.CREATE_PRACTICE, None, PERMISSIONS)
    kind = queries.organisation(uow.session, organisation_id).kind
    held = checked_roles(roles, kind)
    if people.account_with(uow, checked_email(form.email)) is not None:
        raise Refusal("already-member")
    row = people.write_person(
        uow, organisation_id, form, held, password, confirmed=True, practice=True
    )
    if second_factor.is_needed(held):
        enrolling.enrol_practice(uow, keyring, row)
    journal.append(
        uow, SignInAct.CREATE_PRACTICE, {"account": row.id}, organisation_id=organisation_id
    )
    return queries.person_of(row)


def practice_sign_in(uow: UnitOfWork, account_id: str, caller: Caller) -> NewVisit:
    """Sign in to a practice account without password or code.

    Raises:
        Refusal: ``practice-only`` or ``not-found``.
    """
    _practice_only(uow)
    row = visiting.account_of(uow, account_id)
    if row is None or not row.practice:
        raise Refusal("not-found")
    person = queries.person_of(row)
    known = uow.acting_as(visiting.actor_for(person, fresh=True))
    authorise(known.actor, SignInAct.PRACTICE, person, PERMISSIONS)
    journal.append(known, SignInAct.PRACTICE, {"account": row.id})
    return visiting.begin(known, person, Awaiting.NOTHING, caller, factor=True)


def practice_confirm(uow: UnitOfWork) -> None:
    """Let a practice account through where a fresh sign-in is asked; the door marks the session.

    Raises:
        Refusal: ``practice-only`` or ``not-permitted``.
    """
    _practice_only(uow)
    row = visiting.account_of(uow, uow.actor.account_id)
    if row is None or not row.practice:
        raise Refusal("not-permitted")
    authorise(uow.actor, SignInAct.CONFIRM_PRESENCE, queries.person_of(row), PERMISSIONS)
    journal.append(uow, SignInAct.CONFIRM_PRESENCE, {"account": row.id, "practice": True})


def _practice_only(uow: UnitOfWork) -> None:
    if database_kind(uow.session) is DatabaseKind.REAL:
        raise Refusal("practice-only")
