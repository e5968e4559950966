"""Reading people, sessions and counts of tries; rows never leave this room."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from accounts.domain import registration, visits
from accounts.domain.codes import CodePurpose
from accounts.domain.limits import LIMITS, Tried
from accounts.domain.organisations import Organisation, Person
from accounts.domain.roles import OrganisationKind, Role
from accounts.domain.visits import Awaiting, Visit
from accounts.models import (
    AccountRow,
    OrganisationRow,
    RecoveryCodeRow,
    RoleGrantRow,
    SentCodeRow,
    TryRow,
    VisitRow,
)
from foundation.database import table_of
from foundation.mail.outbox import MailMessage
from foundation.values.refusal import Refusal
from foundation.values.text import Text


@dataclass(frozen=True)
class OpenVisit:
    """A session that stands, with the person it belongs to."""

    id: str
    facts: Visit
    person: Person | None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class VisitView:
    """One line of the list of sessions."""

    id: str
    device: str
    address: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class SignInFacts:
    """What sign-in needs of an account."""

    account_id: str
    password_hash: str


@dataclass(frozen=True)
class FactorFacts:
    """The sealed secret of an account's authenticator."""

    sealed_secret: str | None
    last_counter: int
    recovery_codes_left: int


def organisation_of(row: "OrganisationRow | _Columns") -> Organisation:
    """Return the organisation's facts."""
    return Organisation(
        id=row.id,
        kind=OrganisationKind(row.kind),
        name=Text(en=row.name_en, ur=row.name_ur),
        short_name=row.short_name,
        city=row.city,
        address=row.address,
        phone=row.phone,
        tax_number=row.tax_number,
    )


def person_of(row: AccountRow) -> Person:
    """Return the person's facts with the roles that stand."""
    roles = frozenset(Role(grant.role) for grant in row.grants if grant.revoked_at is None)
    return _person(row, organisation_of(row.organisation), roles)


def _person(row: "AccountRow | _Columns", own: Organisation, roles: frozenset[Role]) -> Person:
    return Person(
        id=row.id,
        email=row.email,
        name=Text(en=row.name_en, ur=row.name_ur),
        phone=row.phone,
        language=row.language,
        organisation=own,
        roles=roles,
        practice=row.practice,
        active=row.active,
        confirmed=row.confirmed_at is not None,
        has_second_factor=row.totp_secret is not None or row.passkeys > 0,
        has_authenticator=row.totp_secret is not None,
        passkeys=row.passkeys,
    )


def visit_facts(row: "VisitRow | _Columns", person: Person | None) -> Visit:
    """Return a session as the rules see it."""
    return Visit(
        awaiting=Awaiting(row.awaiting),
        created_at=row.created_at,
        seen_at=row.seen_at,
        fresh_at=row.fresh_at,
        ended_at=row.ended_at,
        for_vendor=person is not None and Role.VENDOR in person.roles,
        factor_at=row.factor_at,
    )


def has_accounts(session: Session) -> bool:
    """Tell whether anybody has an account; without one the first run stands open."""
    return session.execute(select(AccountRow.id).limit(1)).first() is not None


def organisation(session: Session, organisation_id: str) -> Organisation:
    """Return an organisation.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.get(OrganisationRow, organisation_id)
    if row is None:
        raise Refusal("not-found")
    return organisation_of(row)


def organisations(
    session: Session, kind: OrganisationKind, *, most: int | None = None
) -> tuple[Organisation, ...]:
    """Return all organisations of one kind, by name; or any ``most`` of them."""
    query = select(OrganisationRow).where(OrganisationRow.kind == kind)
    query = query.order_by(OrganisationRow.name_en) if most is None else query.limit(most)
    rows = session.scalars(query)
    return tuple(organisation_of(row) for row in rows)


def person(session: Session, account_id: str) -> Person:
    """Return a person.

    Raises:
        Refusal: ``not-found``.
    """
    row = session.get(AccountRow, account_id)
    if row is None:
        raise Refusal("not-found")
    return person_of(row)


def person_by_email(session: Session, email: str) -> Person | None:
    """Return who has the address, already in its checked form."""
    row = session.scalars(select(AccountRow).where(AccountRow.email == email)).one_or_none()
    return None if row is None else person_of(row)


def people_of(
    session: Session, organisation_id: str, *, roles: Iterable[Role] = ()
) -> tuple[Person, ...]:
    """Return the active people of an organisation, those with one of ``roles`` where given."""
    wanted = frozenset(roles)
    rows = session.scalars(
        select(AccountRow)
        .where(AccountRow.organisation_id == organisation_id, AccountRow.active)
        .order_by(AccountRow.name_en, AccountRow.id)
    )
    people = (person_of(row) for row in rows)
    return tuple(each for each in people if not wanted or each.roles & wanted)


def unconfirmed_due(session: Session, now: datetime) -> tuple[str, ...]:
    """Return the accounts whose registration waited too long for its confirmation."""
    newest_code = (
        select(func.max(SentCodeRow.expires_at))
        .where(SentCodeRow.account_id == AccountRow.id, SentCodeRow.used_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(AccountRow.id, AccountRow.created_at, newest_code)
        .where(
            AccountRow.confirmed_at.is_(None),
            AccountRow.created_at <= now - registration.LIFETIME,
        )
        .order_by(AccountRow.created_at)
    )
    return tuple(
        account_id
        for account_id, created_at, holds_until in rows
        if registration.is_expired(created_at, holds_until, now)
    )


def pending_email(session: Session, account_id: str, now: datetime) -> str:
    """Return the address that waits for its code to become the account's, or nothing."""
    found = session.execute(
        select(SentCodeRow.target).where(
            SentCodeRow.account_id == account_id,
            SentCodeRow.purpose == CodePurpose.EMAIL,
            SentCodeRow.used_at.is_(None),
            SentCodeRow.expires_at > now,
        )
    ).scalar_one_or_none()
    return found or ""


def practice_people(session: Session) -> tuple[Person, ...]:
    """Return the practice accounts, officials first, in the order of their roles."""
    order = {role: place for place, role in enumerate(Role)}
    rows = session.scalars(select(AccountRow).where(AccountRow.practice, AccountRow.active))
    people = [person_of(row) for row in rows]
    return tuple(
        sorted(
            people, key=lambda each: (min((order[r] for r in each.roles), default=9), each.name.en)
        )
    )


def sign_in_facts(session: Session, email: str) -> SignInFacts | None:
    """Return the hash to hold a typed password against, if the account may sign in."""
    row = session.execute(
        select(AccountRow.id, AccountRow.password_hash).where(
            AccountRow.email == email, AccountRow.active
        )
    ).one_or_none()
    return None if row is None else SignInFacts(row[0], row[1])


def password_hash(session: Session, account_id: str) -> str | None:
    """Return an account's hash, for somebody who is signed in already."""
    return session.execute(
        select(AccountRow.password_hash).where(AccountRow.id == account_id, AccountRow.active)
    ).scalar_one_or_none()


def factor_facts(session: Session, account_id: str) -> FactorFacts:
    """Return an account's second factor."""
    row = session.get_one(AccountRow, account_id)
    left = session.execute(
        select(func.count())
        .select_from(RecoveryCodeRow)
        .where(RecoveryCodeRow.account_id == account_id, RecoveryCodeRow.used_at.is_(None))
    ).scalar_one()
    return FactorFacts(row.totp_secret, row.totp_counter, left)


def open_visit(session: Session, token_sha256: str, now: datetime) -> OpenVisit | None:
    """Return the session of a token while it stands and its account is active.

    Every request asks, so no object of the session is made.
    """
    rows = session.connection().execute(_VISIT, {"token": token_sha256}).all()
    if not rows:
        return None
    visit = _Columns(rows[0], "visit")
    owner = None
    if visit.account_id is not None:
        roles = frozenset(Role(row.role_grant_role) for row in rows if row.role_grant_role)
        own = organisation_of(_Columns(rows[0], "organisation"))
        owner = _person(_Columns(rows[0], "account"), own, roles)
    facts = visit_facts(visit, owner)
    if not visits.is_alive(facts, now) or (owner is not None and not owner.active):
        return None
    return OpenVisit(visit.id, facts, owner, dict(visit.data))


class _Columns:
    """One table's columns in a row of several tables, under the names they have in their own."""

    def __init__(self, row: Row[Any], table: str) -> None:
        self._row, self._table = row, table

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._row, f"{self._table}_{name}")


def _visit_statement() -> Select[Any]:
    visit, account, firm, grant = map(
        table_of, (VisitRow, AccountRow, OrganisationRow, RoleGrantRow)
    )
    joined = (
        visit.outerjoin(account, account.c.id == visit.c.account_id)
        .outerjoin(firm, firm.c.id == account.c.organisation_id)
        .outerjoin(grant, (grant.c.account_id == account.c.id) & grant.c.revoked_at.is_(None))
    )
    columns = [*visit.c, *account.c, *firm.c, grant.c.role]
    unread = {"token_sha256", "device", "address", "ended_why", "password_hash", "totp_counter",
              "password_changed_at"}  # fmt: skip
    read = [each for each in columns if each.table is firm or each.name not in unread]
    query = select(*read).select_from(joined).where(visit.c.token_sha256 == bindparam("token"))
    return query.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)


_VISIT = _visit_statement()


def owner_of_token(session: Session, token_sha256: str) -> str:
    """Return whose session a token stood for, even when it has ended; nothing if nobody's."""
    owner = session.execute(
        select(VisitRow.account_id).where(VisitRow.token_sha256 == token_sha256)
    ).scalar_one_or_none()
    return owner or ""


def visits_of(session: Session, account_id: str, now: datetime) -> tuple[VisitView, ...]:
    """Return the sessions of an account that stand, latest first."""
    rows = session.scalars(
        select(VisitRow)
        .where(
            VisitRow.account_id == account_id,
            VisitRow.ended_at.is_(None),
            VisitRow.awaiting == Awaiting.NOTHING,
        )
        .order_by(VisitRow.seen_at.desc())
    )
    return tuple(
        VisitView(row.id, row.device, row.address, row.created_at, row.seen_at)
        for row in rows
        if visits.is_alive(
            visit_facts(row, None if row.account is None else person_of(row.account)), now
        )
    )


def tries(session: Session, what: Tried, subject: str, now: datetime) -> int:
    """Return how often ``subject`` tried ``what`` within its span."""
    since: timedelta = LIMITS[what].within
    return session.execute(
        select(func.count())
        .select_from(TryRow)
        .where(TryRow.what == what, TryRow.subject == subject, TryRow.tried_at > now - since)
    ).scalar_one()


def newest_mails(session: Session, *, limit: int = 50) -> list[MailMessage]:
    """Return the newest messages to anybody, for the practice page only."""
    return list(
        session.scalars(
            select(MailMessage).order_by(MailMessage.created_at.desc(), MailMessage.id).limit(limit)
        )
    )


def unread_mails(session: Session, account_id: str) -> int:
    """Return how many messages of an inbox were never shown."""
    return session.execute(
        select(func.count())
        .select_from(MailMessage)
        .where(MailMessage.account_id == account_id, MailMessage.read_at.is_(None))
    ).scalar_one()
