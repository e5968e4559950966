"""Reading the invitations to an organisation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.domain import invitations
from accounts.domain.invitations import InvitationState
from accounts.domain.organisations import Organisation
from accounts.domain.roles import Role
from accounts.models import InvitationRow
from accounts.queries import organisation_of
from foundation.values.refusal import Refusal


@dataclass(frozen=True)
class InvitationView:
    """An invitation as its administrator, or the one invited, sees it."""

    id: str
    organisation: Organisation
    email: str
    name: str
    roles: frozenset[Role]
    state: InvitationState
    issued_at: datetime
    expires_at: datetime
    issues: int
    language: str

    @property
    def organisation_id(self) -> str:
        """Return the id of the inviting organisation."""
        return self.organisation.id

    @property
    def stage(self) -> str:
        """Return nothing: an invitation stands at no stage of a tender."""
        return ""


def invitation_of(row: InvitationRow, now: datetime) -> InvitationView:
    """Return the invitation as it stands at ``now``."""
    return InvitationView(
        id=row.id,
        organisation=organisation_of(row.organisation),
        email=row.email,
        name=row.name_en,
        roles=frozenset(Role(role) for role in row.roles),
        state=invitations.state_of(
            invitations.InvitationFacts(row.expires_at, row.accepted_at, row.revoked_at), now
        ),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        issues=row.issues,
        language=row.language,
    )


def of_organisation(
    session: Session, organisation_id: str, now: datetime
) -> tuple[InvitationView, ...]:
    """Return an organisation's invitations, newest first."""
    rows = session.scalars(
        select(InvitationRow)
        .where(InvitationRow.organisation_id == organisation_id)
        .order_by(InvitationRow.issued_at.desc(), InvitationRow.id)
    )
    return tuple(invitation_of(row, now) for row in rows)


def by_id(session: Session, invitation_id: str, now: datetime) -> InvitationView:
    """Return one invitation.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.get(InvitationRow, invitation_id)
    if row is None:
        raise Refusal("not-found")
    return invitation_of(row, now)


def by_token(session: Session, token_sha256: str, now: datetime) -> InvitationView:
    """Return the invitation whose address somebody opened.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.scalars(
        select(InvitationRow).where(InvitationRow.token_sha256 == token_sha256)
    ).one_or_none()
    if row is None:
        raise Refusal("not-found")
    return invitation_of(row, now)
