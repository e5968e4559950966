"""Opening, renewing and ending sessions, inside the acts that cause it."""

from dataclasses import dataclass

from sqlalchemy import select, update

from accounts import credentials, queries
from accounts.domain import second_factor, visits
from accounts.domain.organisations import Person
from accounts.domain.roles import Role
from accounts.domain.visits import Awaiting
from accounts.models import AccountRow, VisitRow
from foundation.unit_of_work import UnitOfWork
from foundation.values.actor import Actor, ActorKind
from foundation.values.refusal import Refusal


@dataclass(frozen=True)
class Caller:
    """Where a request comes from: shown in the person's own list of sessions."""

    address: str = ""
    device: str = ""


@dataclass(frozen=True)
class NewVisit:
    """A session just opened; ``token`` goes into the cookie and is kept nowhere."""

    id: str
    token: str
    awaiting: Awaiting
    person: Person | None


def actor_for(person: Person, *, fresh: bool = False) -> Actor:
    """Return the person as the one who acts."""
    return Actor(
        kind=ActorKind.PERSON,
        account_id=person.id,
        organisation_id=person.organisation_id,
        roles=frozenset(person.roles),
        fresh=fresh,
    )


def next_need(person: Person, *, factor_passed: bool) -> Awaiting:
    """Return what a session of ``person`` needs next, after a right password."""
    if not person.confirmed:
        return Awaiting.EMAIL_CODE
    if person.has_second_factor:
        return Awaiting.NOTHING if factor_passed else Awaiting.SECOND_FACTOR
    return Awaiting.ENROLMENT if second_factor.is_needed(person.roles) else Awaiting.NOTHING


def begin(
    uow: UnitOfWork,
    person: Person | None,
    awaiting: Awaiting,
    caller: Caller,
    *,
    factor: bool = False,
    data: dict[str, str] | None = None,
) -> NewVisit:
    """Write a new session with a token of its own; none is ever taken over.

    ``factor`` says that the second factor was just shown.
    """
    token = credentials.new_token()
    row = VisitRow(
        token_sha256=credentials.digest_of(token),
        account_id=None if person is None else person.id,
        awaiting=awaiting,
        device=caller.device[:80],
        address=caller.address[:45],
        data=data or {},
        created_at=uow.now,
        seen_at=uow.now,
        fresh_at=uow.now if awaiting is Awaiting.NOTHING else None,
        factor_at=uow.now if factor else None,
    )
    uow.session.add(row)
    uow.session.flush()
    return NewVisit(row.id, token, awaiting, person)


def renew(
    uow: UnitOfWork, visit_id: str, person: Person, awaiting: Awaiting, caller: Caller
) -> NewVisit:
    """End a session and open the next one, so that a token never outlives its rank."""
    end(uow, visit_id, "renewed")
    return begin(uow, person, awaiting, caller)


def end(uow: UnitOfWork, visit_id: str, why: str) -> None:
    """End one session."""
    uow.session.execute(
        update(VisitRow)
        .where(VisitRow.id == visit_id, VisitRow.ended_at.is_(None))
        .values(ended_at=uow.now, ended_why=why, data={})
    )


def end_all(uow: UnitOfWork, account_id: str, why: str, *, but: str = "") -> int:
    """End every session of an account, except ``but``; return how many ended."""
    ended = uow.session.scalars(
        update(VisitRow)
        .where(VisitRow.account_id == account_id, VisitRow.ended_at.is_(None), VisitRow.id != but)
        .values(ended_at=uow.now, ended_why=why, data={})
        .returning(VisitRow.id)
    )
    return len(ended.all())


def require_fresh_factor(uow: UnitOfWork, visit_id: str, person: Person) -> None:
    """Let a session pass in which the second factor, or for want of one the password, is fresh.

    Raises:
        Refusal: ``fresh-second-factor``.
    """
    row = uow.session.get(VisitRow, visit_id, populate_existing=True)
    if row is None or row.account_id != person.id or row.ended_at is not None:
        raise Refusal("fresh-second-factor")
    facts = queries.visit_facts(row, person)
    if not visits.has_fresh_factor(facts, uow.now, enrolled=person.has_second_factor):
        raise Refusal("fresh-second-factor")


def account_of(uow: UnitOfWork, account_id: str) -> AccountRow | None:
    """Return an active account's row, locked against other changes."""
    return uow.session.scalars(
        select(AccountRow)
        .where(AccountRow.id == account_id, AccountRow.active)
        .with_for_update(of=AccountRow)
        .execution_options(populate_existing=True)
    ).one_or_none()


def is_vendor(person: Person) -> bool:
    """Tell whether the person bids."""
    return Role.VENDOR in person.roles
