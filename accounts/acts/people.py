"""Writing a new person's row, for the acts that bring one in."""

from collections.abc import Iterable

from sqlalchemy import select

from accounts.acts import granting
from accounts.credentials import NewPassword
from accounts.domain.organisations import PersonForm, checked_person
from accounts.domain.roles import Role
from accounts.models import AccountRow, OrganisationRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.identifiers import new_id


def write_person(
    uow: UnitOfWork,
    organisation_id: str,
    form: PersonForm,
    roles: Iterable[Role],
    password: NewPassword,
    *,
    confirmed: bool = False,
    practice: bool = False,
) -> AccountRow:
    """Write an account with its role grants; the caller made sure that the address is free."""
    clean = checked_person(form)
    row = AccountRow(
        id=new_id(),
        organisation_id=organisation_id,
        organisation=uow.session.get_one(OrganisationRow, organisation_id),
        email=clean.email,
        name_en=clean.name.en,
        name_ur=clean.name.ur,
        phone=clean.phone,
        language=clean.language,
        password_hash=password.hash,
        totp_counter=-1,
        practice=practice,
        active=True,
        created_at=uow.now,
        confirmed_at=uow.now if confirmed else None,
        password_changed_at=uow.now,
        grants=[],
    )
    uow.session.add(row)
    uow.session.flush()
    granting.write_grants(uow, row, roles)
    return row


def account_with(uow: UnitOfWork, email: str) -> AccountRow | None:
    """Return the account that has the address, active or closed."""
    return uow.session.scalars(select(AccountRow).where(AccountRow.email == email)).one_or_none()
