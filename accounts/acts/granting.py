"""Giving and taking back roles, and closing accounts; every session of the person then ends."""

from collections.abc import Iterable

from sqlalchemy import select

from accounts import queries
from accounts.acts import visiting
from accounts.domain.authority import authorise
from accounts.domain.organisations import Person, checked_roles
from accounts.domain.permissions import PERMISSIONS, AccountAct, SignInAct
from accounts.domain.roles import OrganisationKind, Role
from accounts.models import AccountRow, InvitationRow, RoleGrantRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from transparency import journal


def set_roles(uow: UnitOfWork, account_id: str, roles: Iterable[str]) -> Person:
    """Let a person hold exactly ``roles`` from now on.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``fresh-sign-in``, ``last-administrator`` or
            what ``checked_roles`` says.
    """
    row = _account(uow, account_id)
    before = queries.person_of(row)
    authorise(uow.actor, AccountAct.GRANT_ROLE, before, PERMISSIONS)
    wanted = checked_roles(roles, before.organisation.kind)
    if Role.ADMINISTRATOR in before.roles - wanted:
        _keep_an_administrator(uow, before)
    if wanted == before.roles:
        return before
    for role in sorted(before.roles - wanted):
        _revoke(uow, row, role)
    if Role.ADMINISTRATOR in before.roles - wanted:
        _revoke_invitations(uow, account_id)
    write_grants(uow, row, wanted - before.roles)
    visiting.end_all(uow, account_id, "roles-changed")
    return queries.person_of(row)


def close_account(uow: UnitOfWork, account_id: str) -> None:
    """Close a person's account: roles end, sessions end, the record stays.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``fresh-sign-in``, ``last-administrator``.
    """
    row = _account(uow, account_id)
    person = queries.person_of(row)
    authorise(uow.actor, AccountAct.CLOSE_ACCOUNT, person, PERMISSIONS)
    if Role.ADMINISTRATOR in person.roles:
        _keep_an_administrator(uow, person)
    for role in sorted(person.roles):
        _revoke(uow, row, role)
    row.active = False
    uow.session.flush()
    _revoke_invitations(uow, account_id)
    visiting.end_all(uow, account_id, "closed")
    journal.append(uow, AccountAct.CLOSE_ACCOUNT, {"account": account_id})


def write_grants(uow: UnitOfWork, row: AccountRow, roles: Iterable[Role]) -> None:
    """Write role grants; those of officials enter the public journal, a vendor's do not."""
    public = row.organisation.kind != OrganisationKind.VENDOR
    for role in sorted(roles):
        row.grants.append(
            RoleGrantRow(role=role, granted_at=uow.now, granted_by=uow.actor.account_id)
        )
        uow.session.flush()
        if public:
            journal.append(uow, AccountAct.GRANT_ROLE, _grant_document(row, role))


def _revoke(uow: UnitOfWork, row: AccountRow, role: Role) -> None:
    for grant in row.grants:
        if grant.role == role and grant.revoked_at is None:
            grant.revoked_at, grant.revoked_by = uow.now, uow.actor.account_id
    uow.session.flush()
    journal.append(uow, AccountAct.REVOKE_ROLE, _grant_document(row, role))


def _revoke_invitations(uow: UnitOfWork, account_id: str) -> None:
    """Take back what a former administrator has offered and nobody accepted."""
    standing = uow.session.scalars(
        select(InvitationRow)
        .where(
            InvitationRow.invited_by == account_id,
            InvitationRow.accepted_at.is_(None),
            InvitationRow.revoked_at.is_(None),
        )
        .with_for_update(of=InvitationRow)
    )
    for invitation in standing.all():
        invitation.revoked_at = uow.now
        uow.session.flush()
        journal.append(
            uow,
            SignInAct.REVOKE_INVITATION,
            {"invitation": invitation.id},
            organisation_id=invitation.organisation_id,
        )


def _grant_document(row: AccountRow, role: Role) -> dict[str, object]:
    return {"account": row.id, "organisation": row.organisation_id, "role": str(role)}


def _account(uow: UnitOfWork, account_id: str) -> AccountRow:
    row = visiting.account_of(uow, account_id)
    if row is None:
        raise Refusal("not-found")
    return row


def _keep_an_administrator(uow: UnitOfWork, leaving: Person) -> None:
    others = uow.session.scalars(
        select(RoleGrantRow.id)
        .join(AccountRow, AccountRow.id == RoleGrantRow.account_id)
        .where(
            AccountRow.organisation_id == leaving.organisation_id,
            AccountRow.active,
            AccountRow.id != leaving.id,
            RoleGrantRow.role == Role.ADMINISTRATOR,
            RoleGrantRow.revoked_at.is_(None),
        )
        .limit(1)
    ).first()
    if others is None:
        raise Refusal("last-administrator")
