"""How tests of accounts act, and read what their acts left."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, text

from accounts import queries
from accounts.acts import (
    registering,
    signing_in,
)
from accounts.acts.visiting import Caller, NewVisit
from accounts.credentials import digest_of, prove_password
from accounts.domain.organisations import Person
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tests.accounts.conftest import PASSWORD, World

HERE = Caller("192.0.2.1", "Firefox, Linux")


def doing(world: World, actor: Actor):
    return unit_of_work(world.sessions, actor)


def refused(call, *arguments: object, **named: object) -> str:
    with pytest.raises(Refusal) as refusal:
        call(*arguments, **named)
    return refusal.value.code


def kinds(world: World, table: type) -> list[str]:
    with reading(world.sessions) as session:
        return list(session.scalars(select(table.kind)))


@dataclass(frozen=True)
class Mail:
    """A message as a test reads it."""

    kind: str
    params: dict[str, str]


def newest_mail(world: World) -> Mail:
    with reading(world.sessions) as session:
        # The clock stands still, so the order of insertion tells which is the newest.
        place = {
            "sqlite": "rowid DESC",
            "postgresql": "xmin::text::bigint DESC, cmin::text::bigint DESC",
        }[session.get_bind().dialect.name]
        row = session.scalars(select(MailMessage).order_by(text(place))).first()
        return Mail(row.kind, dict(row.params))


def password_visit(world: World, person: Person, password: str = PASSWORD):
    with reading(world.sessions) as session:
        facts = queries.sign_in_facts(session, person.email)
    proof = prove_password(password, facts.password_hash if facts else None)
    with doing(world, Actor.anonymous()) as uow:
        return signing_in.sign_in(uow, world.keyring, person.email, proof, HERE)


def alive(world: World, visit: NewVisit) -> bool:
    with reading(world.sessions) as session:
        return queries.open_visit(session, digest_of(visit.token), world.clock.now()) is not None


def administrator(world: World, email: str = "adil@ktc.example") -> Person:
    return world.person(email, "administrator")


def confirm(world: World, visit: NewVisit, typed: str):
    with doing(world, Actor.anonymous()) as uow:
        return registering.confirm_email(
            uow, world.keyring, visit.id, visit.person.id if visit.person else None, typed, HERE
        )
