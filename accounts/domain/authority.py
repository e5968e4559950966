"""Who may do what: one permission row an act, and the one function that judges it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from accounts.domain.roles import Role
from foundation.values.actor import Actor, ActorKind
from foundation.values.refusal import Refusal


class Subject(Protocol):
    """What an act is done to: whose it is and at which stage it stands."""

    @property
    def organisation_id(self) -> str:
        """Return the organisation whose thing this is."""

    @property
    def stage(self) -> str:
        """Return the stage at which it stands."""


@dataclass(frozen=True)
class Permission:
    """One row of a permission table.

    Args:
        roles: who may; one of these is enough. Empty: no person may.
        stages: at which stages of the subject; None means at any.
        own: only for the organisation whose subject it is.
        fresh: only after signing in again within the last minutes.
        system: parts of the system may do it too.
        anonymous: anybody may do it, signed in or not.
        predicates: further conditions; each raises a Refusal of its own.
    """

    roles: frozenset[Role] = frozenset()
    stages: frozenset[str] | None = None
    own: bool = False
    fresh: bool = False
    system: bool = False
    anonymous: bool = False
    predicates: tuple[Callable[[Actor, Subject], None], ...] = ()


def authorise(
    actor: Actor, act: str, subject: Subject | None, table: Mapping[str, Permission]
) -> None:
    """Let ``actor`` do ``act`` to ``subject``, or refuse. Deny by default.

    Raises:
        Refusal: ``not-permitted``, ``wrong-stage``, ``fresh-sign-in`` or what a predicate says.
        KeyError: the act has no row, which the start-up check excludes.
    """
    row = table[act]
    _check_person(actor, subject, row)
    if row.stages is not None and (subject is None or subject.stage not in row.stages):
        raise Refusal("wrong-stage", act=str(act))
    if row.fresh and actor.kind is ActorKind.PERSON and not actor.fresh:
        raise Refusal("fresh-sign-in")
    if subject is not None:
        for predicate in row.predicates:
            predicate(actor, subject)


def _check_person(actor: Actor, subject: Subject | None, row: Permission) -> None:
    if row.anonymous:
        return
    if actor.kind is ActorKind.SYSTEM:
        if not row.system:
            raise Refusal("not-permitted")
        return
    if actor.kind is ActorKind.ANONYMOUS or not (actor.roles & row.roles):
        raise Refusal("not-permitted")
    if row.own and (subject is None or subject.organisation_id != actor.organisation_id):
        raise Refusal("not-permitted")
