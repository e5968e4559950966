"""Invitations into an organisation: open until accepted, revoked or out of date."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from foundation.values.refusal import Refusal

LIFETIME = timedelta(days=7)


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True)
class InvitationFacts:
    """An invitation's life in four instants."""

    expires_at: datetime
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None


def state_of(invitation: InvitationFacts, now: datetime) -> InvitationState:
    """Return where the invitation stands at ``now``."""
    if invitation.accepted_at is not None:
        return InvitationState.ACCEPTED
    if invitation.revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.EXPIRED if now >= invitation.expires_at else InvitationState.OPEN


def require_open(invitation: InvitationFacts, now: datetime) -> None:
    """Let an open invitation pass.

    Raises:
        Refusal: ``invitation-accepted``, ``invitation-revoked`` or ``invitation-expired``.
    """
    state = state_of(invitation, now)
    if state is not InvitationState.OPEN:
        raise Refusal(f"invitation-{state}")


def require_changeable(invitation: InvitationFacts, now: datetime) -> None:
    """Let an invitation that nobody accepted be reissued or revoked.

    Raises:
        Refusal: ``invitation-accepted`` or ``invitation-revoked``.
    """
    state = state_of(invitation, now)
    if state in {InvitationState.ACCEPTED, InvitationState.REVOKED}:
        raise Refusal(f"invitation-{state}")
