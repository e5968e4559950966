"""Changing one's own profile and password."""

from accounts import queries
from accounts.acts import visiting
from accounts.credentials import NewPassword, PasswordProof
from accounts.domain.authority import authorise
from accounts.domain.organisations import Person, PersonForm, checked_person
from accounts.domain.permissions import PERMISSIONS, SignInAct
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def change_profile(uow: UnitOfWork, form: PersonForm) -> Person:
    """Change the actor's own name, telephone and language; the address stays.

    Raises:
        Refusal: ``not-permitted`` or what ``checked_person`` says.
    """
    row = visiting.account_of(uow, uow.actor.account_id)
    if row is None:
        raise Refusal("not-permitted")
    authorise(uow.actor, SignInAct.CHANGE_PROFILE, queries.person_of(row), PERMISSIONS)
    clean = checked_person(form)
    row.name_en, row.name_ur = clean.name.en, clean.name.ur
    row.phone, row.language = clean.phone, clean.language
    uow.session.flush()
    journal.append(uow, SignInAct.CHANGE_PROFILE, {"account": row.id})
    return queries.person_of(row)


def change_password(
    uow: UnitOfWork, visit_id: str, proof: PasswordProof, password: NewPassword
) -> Refusal | None:
    """Change the actor's own password; his other sessions end.

    Returns:
        None, or ``wrong-password``.
    """
    row = visiting.account_of(uow, uow.actor.account_id)
    if row is None:
        return Refusal("not-permitted")
    authorise(uow.actor, SignInAct.CHANGE_PASSWORD, queries.person_of(row), PERMISSIONS)
    if not proof.holds or proof.against != row.password_hash:
        journal.append(uow, SignInAct.FAIL, {"account": row.id, "step": "change-password"})
        return Refusal("wrong-password")
    row.password_hash, row.password_changed_at = password.hash, uow.now
    uow.session.flush()
    visiting.end_all(uow, row.id, "password-changed", but=visit_id)
    journal.append(uow, SignInAct.CHANGE_PASSWORD, {"account": row.id})
    outbox.enqueue(
        uow,
        kind="account.password-changed",
        params={},
        key=f"account.password-changed/{row.id}/{uow.now.isoformat()}",
        account_id=row.id,
    )
    return None
