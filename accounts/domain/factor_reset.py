"""Taking a lost second factor off: an administrator asks, a second person confirms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.domain.authority import Subject
from accounts.domain.roles import Role
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import clean_text

LIFETIME = timedelta(days=3)
LONGEST_REASON = 500
# Those whose own sign-in needs a second factor.
CONFIRMERS = frozenset({Role.ADMINISTRATOR, Role.APPROVER, Role.OFFICER})


class ResetState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    OVER = "over"  # out of date, or the person found the factor or set up another


@dataclass(frozen=True)
class FactorReset:
    """A request; ``organisation_id`` is that of the asker, whose second person decides."""

    id: str
    account_id: str
    organisation_id: str
    asked_by: str
    expires_at: datetime
    state: ResetState

    @property
    def stage(self) -> str:
        """Return nothing: a request stands at no stage of a tender."""
        return ""


@dataclass(frozen=True)
class ResetTarget:
    """An account as the permission table judges it for an administrator of ``organisation_id``."""

    account_id: str
    organisation_id: str
    stage: str = ""


def checked_reason(text: str) -> str:
    """Return the reason cleaned.

    Raises:
        Refusal: ``reset-reason-missing``.
    """
    said = clean_text(text, longest=LONGEST_REASON)
    if not said:
        raise Refusal("reset-reason-missing")
    return said


def require_open(reset: FactorReset, now: datetime) -> None:
    """Let a request be decided that stands open.

    Raises:
        Refusal: ``reset-over``.
    """
    if reset.state is not ResetState.OPEN or now >= reset.expires_at:
        raise Refusal("reset-over")


def not_oneself(actor: Actor, subject: Subject) -> None:
    """Refuse one who would take his own second factor off.

    Raises:
        Refusal: ``reset-by-another``.
    """
    if isinstance(subject, ResetTarget | FactorReset) and subject.account_id == actor.account_id:
        raise Refusal("reset-by-another")


def other_than_asker(actor: Actor, subject: Subject) -> None:
    """Refuse the one who asked, and the one it is about.

    Raises:
        Refusal: ``reset-by-another`` or ``reset-second-person``.
    """
    not_oneself(actor, subject)
    if isinstance(subject, FactorReset) and subject.asked_by == actor.account_id:
        raise Refusal("reset-second-person")


def may_refuse(actor: Actor, subject: Subject) -> None:
    """Let the one it is about, or a confirmer of the asking organisation, refuse.

    Raises:
        Refusal: ``not-permitted``.
    """
    if not isinstance(subject, FactorReset) or subject.account_id == actor.account_id:
        return
    ours = subject.organisation_id == actor.organisation_id
    if not (ours and actor.roles & CONFIRMERS):
        raise Refusal("not-permitted")
