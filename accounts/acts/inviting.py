"""Inviting people into an organisation: issue, reissue, revoke, accept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select

from accounts import credentials, queries
from accounts.acts import expiring, people, visiting
from accounts.credentials import NewPassword
from accounts.domain import invitations
from accounts.domain.authority import authorise
from accounts.domain.invitations import InvitationFacts
from accounts.domain.organisations import Person, PersonForm, checked_email, checked_roles
from accounts.domain.permissions import PERMISSIONS, SignInAct
from accounts.domain.roles import Role
from accounts.models import InvitationRow, OrganisationRow
from accounts.queries import organisation_of
from accounts.queries.invited import InvitationView, invitation_of
from foundation.mail import outbox
from foundation.unit_of_work import UnitOfWork
from foundation.values.refusal import Refusal
from foundation.values.text import clean_name
from transparency import journal


@dataclass(frozen=True)
class Issued:
    """An invitation just issued; its token is in the mail and on the printed page only."""

    invitation: InvitationView
    token: str


class _Owned:
    """An organisation as the permission table judges it."""

    def __init__(self, organisation_id: str) -> None:
        self.organisation_id = organisation_id
        self.stage = ""


def invite(
    uow: UnitOfWork,
    organisation_id: str,
    email: str,
    roles: Iterable[str],
    *,
    name: str = "",
    language: str = "en",
    public_url: str = "",
) -> Issued:
    """Invite an address into an organisation with some roles.

    Raises:
        Refusal: ``not-permitted``, ``bad-email``, ``already-member``, ``already-invited`` or what
            ``checked_roles`` says.
    """
    authorise(uow.actor, SignInAct.INVITE, _Owned(organisation_id), PERMISSIONS)
    organisation = uow.session.get(OrganisationRow, organisation_id)
    if organisation is None:
        raise Refusal("not-found")
    address = checked_email(email)
    held = checked_roles(roles, organisation_of(organisation).kind)
    known = people.account_with(uow, address)
    if known is not None and known.confirmed_at is not None:
        raise Refusal("already-member")
    _refuse_second(uow, organisation_id, address)
    token = credentials.new_token()
    row = _row(uow, organisation, address, held, credentials.digest_of(token))
    row.name_en, row.language = clean_name(name), "ur" if language == "ur" else "en"
    uow.session.add(row)
    uow.session.flush()
    journal.append(
        uow,
        SignInAct.INVITE,
        {"invitation": row.id, "roles": sorted(held)},
        organisation_id=organisation_id,
    )
    return _send(uow, row, token, public_url)


def _row(
    uow: UnitOfWork, organisation: OrganisationRow, email: str, roles: frozenset[Role], digest: str
) -> InvitationRow:
    return InvitationRow(
        organisation_id=organisation.id,
        organisation=organisation,
        email=email,
        roles=sorted(roles),
        token_sha256=digest,
        invited_by=uow.actor.account_id,
        created_at=uow.now,
        issued_at=uow.now,
        issues=1,
        expires_at=uow.now + invitations.LIFETIME,
    )


def reissue_invitation(uow: UnitOfWork, invitation_id: str, *, public_url: str = "") -> Issued:
    """Send an open or expired invitation again; the earlier address stops working.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``invitation-accepted``, ``invitation-revoked``.
    """
    row = _changeable(uow, invitation_id, SignInAct.REISSUE)
    token = credentials.new_token()
    row.token_sha256 = credentials.digest_of(token)
    row.issued_at, row.issues = uow.now, row.issues + 1
    # Whoever sends it now answers for the roles that it gives.
    row.invited_by = uow.actor.account_id
    row.expires_at = uow.now + invitations.LIFETIME
    uow.session.flush()
    journal.append(
        uow,
        SignInAct.REISSUE,
        {"invitation": row.id, "issue": row.issues},
        organisation_id=row.organisation_id,
    )
    return _send(uow, row, token, public_url)


def revoke_invitation(uow: UnitOfWork, invitation_id: str) -> None:
    """Take back an invitation that nobody accepted.

    Raises:
        Refusal: ``not-found``, ``not-permitted``, ``invitation-accepted``, ``invitation-revoked``.
    """
    row = _changeable(uow, invitation_id, SignInAct.REVOKE_INVITATION)
    row.revoked_at = uow.now
    uow.session.flush()
    journal.append(
        uow,
        SignInAct.REVOKE_INVITATION,
        {"invitation": row.id},
        organisation_id=row.organisation_id,
    )


def accept_invitation(
    uow: UnitOfWork, token_sha256: str, person: PersonForm, password: NewPassword
) -> Person:
    """Make the account of the one invited; the mailed address is thereby confirmed.

    Args:
        uow: the change.
        token_sha256: digest of the token in the address that was opened.
        person: name, telephone and language; the e-mail address is the invited one.
        password: already checked and hashed.

    Raises:
        Refusal: ``not-found``, ``invitation-accepted``, ``invitation-revoked``,
            ``invitation-expired``, ``already-member`` or what ``checked_person`` says.
    """
    authorise(uow.actor, SignInAct.ACCEPT, None, PERMISSIONS)
    row = uow.session.scalars(
        select(InvitationRow)
        .where(InvitationRow.token_sha256 == token_sha256)
        .with_for_update(of=InvitationRow)
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    invitations.require_open(_facts(row), uow.now)
    # The opened address proves the mailbox; an account that nobody confirmed does not hold it.
    expiring.free_address(uow, row.email, "invited")
    if people.account_with(uow, row.email) is not None:
        raise Refusal("already-member")
    account = people.write_person(
        _granting(uow, row),
        row.organisation_id,
        replace(person, email=row.email),
        [Role(role) for role in row.roles],
        password,
        confirmed=True,
    )
    row.accepted_at, row.account_id = uow.now, account.id
    uow.session.flush()
    joined = queries.person_of(account)
    journal.append(
        uow.acting_as(visiting.actor_for(joined)),
        SignInAct.ACCEPT,
        {"invitation": row.id, "account": account.id},
    )
    return joined


def _granting(uow: UnitOfWork, row: InvitationRow) -> UnitOfWork:
    """Return the change as the inviter's: the roles are his grant, so the journal names him.

    Raises:
        Refusal: ``invitation-revoked`` when the inviter is no longer an administrator.
    """
    if not row.invited_by or row.invited_by.startswith("system-"):
        return uow
    inviter = queries.person(uow.session, row.invited_by)
    if not inviter.active or Role.ADMINISTRATOR not in inviter.roles:
        raise Refusal("invitation-revoked")
    return uow.acting_as(visiting.actor_for(inviter))


def _facts(row: InvitationRow) -> InvitationFacts:
    return InvitationFacts(row.expires_at, row.accepted_at, row.revoked_at)


def _changeable(uow: UnitOfWork, invitation_id: str, act: SignInAct) -> InvitationRow:
    row = uow.session.scalars(
        select(InvitationRow)
        .where(InvitationRow.id == invitation_id)
        .with_for_update(of=InvitationRow)
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    authorise(uow.actor, act, _Owned(row.organisation_id), PERMISSIONS)
    invitations.require_changeable(_facts(row), uow.now)
    return row


def _refuse_second(uow: UnitOfWork, organisation_id: str, email: str) -> None:
    rows = uow.session.scalars(
        select(InvitationRow).where(
            InvitationRow.organisation_id == organisation_id, InvitationRow.email == email
        )
    )
    if any(invitations.state_of(_facts(row), uow.now) == "open" for row in rows):
        raise Refusal("already-invited")


def _send(uow: UnitOfWork, row: InvitationRow, token: str, public_url: str) -> Issued:
    outbox.enqueue(
        uow,
        kind="account.invitation",
        params={
            "organisation": row.organisation.name_en or row.organisation.name_ur,
            "address": invitation_address(public_url, row.language, token),
            "days": invitations.LIFETIME.days,
            "language": row.language,
        },
        key=f"account.invitation/{row.id}/{row.issues}",
        address=row.email,
    )
    return Issued(invitation_of(row, uow.now), token)


def invitation_address(public_url: str, language: str, token: str) -> str:
    """Return the address that the mail and the printed QR code carry."""
    return f"{public_url}/{language}/account/invitation/{token}"
