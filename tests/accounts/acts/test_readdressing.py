"""Another e-mail address: who may have it, what proves it, who is told."""

import pytest
from sqlalchemy import select

from accounts import queries
from accounts.acts import readdressing, recovering, signing_in
from accounts.acts.signing_in import TypedFactor
from accounts.acts.visiting import NewVisit, actor_for
from accounts.credentials import prove_password
from accounts.domain.organisations import Person
from accounts.domain.permissions import SignInAct
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from tests.accounts.acting import (
    HERE,
    alive,
    doing,
    kinds,
    newest_mail,
    password_visit,
    refused,
)
from tests.accounts.conftest import PASSWORD, World
from transparency.models import SealedAct

NEW = "omar.new@ktc.example"


def signed_in(world: World, person: Person) -> NewVisit:
    """Sign an enrolled person in, with the second factor."""
    visit = password_visit(world, person)
    with doing(world, Actor.anonymous()) as uow:
        new = signing_in.pass_second_factor(
            uow, world.keyring, visit.id, person.id, world.code_for(person), HERE
        )
    world.clock.advance(seconds=60)
    assert isinstance(new, NewVisit)
    return new


def ask(world: World, person: Person, visit: NewVisit, email: str = NEW) -> None:
    with doing(world, actor_for(person, fresh=True)) as uow:
        readdressing.ask_email_change(uow, world.keyring, visit.id, email)


def change(world: World, person: Person, visit: NewVisit, code: str) -> Refusal | None:
    with doing(world, actor_for(person, fresh=True)) as uow:
        return readdressing.change_email(uow, world.keyring, visit.id, code)


def told(world: World) -> list[tuple[str | None, str | None]]:
    with reading(world.sessions) as session:
        rows = session.scalars(
            select(MailMessage).where(MailMessage.kind == "account.email-changed")
        )
        return sorted((row.address, row.account_id) for row in rows)


def email_of(world: World, person: Person) -> str:
    with reading(world.sessions) as session:
        return queries.person(session, person.id).email


def test_the_new_address_takes_its_code_and_both_are_told(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    other, here = signed_in(world, omar), signed_in(world, omar)
    ask(world, omar, here, " Omar.New@ktc.example ")
    mail = newest_mail(world)
    assert mail.kind == "account.code-email"
    assert email_of(world, omar) == "omar@ktc.example"
    assert change(world, omar, here, mail.params["code"]) is None
    assert email_of(world, omar) == NEW
    assert told(world) == [(NEW, None), ("omar@ktc.example", omar.id)]
    assert alive(world, here)
    assert not alive(world, other)
    assert kinds(world, SealedAct).count(SignInAct.CHANGE_EMAIL) == 2


def test_the_code_lies_in_no_inbox_of_the_account(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    ask(world, omar, signed_in(world, omar))
    with reading(world.sessions) as session:
        row = session.scalars(
            select(MailMessage).where(MailMessage.kind == "account.code-email")
        ).one()
        assert (row.account_id, row.address) == (None, NEW)


def test_the_password_alone_is_not_enough_for_one_with_a_second_factor(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    here = signed_in(world, omar)
    world.clock.advance(minutes=20)
    with reading(world.sessions) as session:
        proof = prove_password(PASSWORD, queries.password_hash(session, omar.id))
    with doing(world, actor_for(omar)) as uow:
        assert signing_in.confirm_presence(uow, world.keyring, here.id, proof) is None
    with doing(world, actor_for(omar, fresh=True)) as uow:
        code = refused(readdressing.ask_email_change, uow, world.keyring, here.id, NEW)
    assert code == "fresh-second-factor"
    typed = TypedFactor(world.code_for(omar))
    with doing(world, actor_for(omar)) as uow:
        assert signing_in.confirm_presence(uow, world.keyring, here.id, typed) is None
    ask(world, omar, here)


def test_one_without_a_second_factor_needs_a_fresh_password(world: World) -> None:
    eva = world.person("eva@ktc.example", "evaluator")
    here = password_visit(world, eva)
    ask(world, eva, here)
    world.clock.advance(minutes=15)
    with doing(world, actor_for(eva)) as uow:
        assert (
            refused(readdressing.ask_email_change, uow, world.keyring, here.id, NEW)
            == "fresh-second-factor"
        )


def test_another_session_lends_no_freshness(world: World) -> None:
    omar, eva = world.person("omar@ktc.example", "officer"), world.person("e@k.example", "auditor")
    theirs = password_visit(world, eva)
    with doing(world, actor_for(omar, fresh=True)) as uow:
        assert (
            refused(readdressing.ask_email_change, uow, world.keyring, theirs.id, NEW)
            == "fresh-second-factor"
        )


@pytest.mark.parametrize(
    ("email", "code"), [("nonsense", "bad-email"), ("E@k.EXAMPLE", "same-email")]
)
def test_what_is_no_new_address_is_refused(world: World, email: str, code: str) -> None:
    eva = world.person("e@k.example", "evaluator")
    here = password_visit(world, eva)
    with doing(world, actor_for(eva, fresh=True)) as uow:
        assert refused(readdressing.ask_email_change, uow, world.keyring, here.id, email) == code


def test_somebody_elses_address_is_told_and_stays_his(world: World) -> None:
    eva, omar = world.person("eva@k.example", "evaluator"), world.person("o@k.example", "auditor")
    here = password_visit(world, eva)
    ask(world, eva, here, omar.email)
    assert newest_mail(world).kind == "account.already-registered"
    answer = change(world, eva, here, "00000000")
    assert answer is not None
    assert answer.code == "wrong-code"
    assert email_of(world, eva) == "eva@k.example"


def test_an_address_confirmed_meanwhile_is_not_taken(world: World) -> None:
    eva = world.person("eva@k.example", "evaluator")
    here = password_visit(world, eva)
    ask(world, eva, here, "o@k.example")
    code = newest_mail(world).params["code"]
    world.person("o@k.example", "auditor")
    answer = change(world, eva, here, code)
    assert answer is not None
    assert answer.code == "code-expired"
    assert email_of(world, eva) == "eva@k.example"


def test_a_recovery_code_sent_to_the_old_address_dies(world: World) -> None:
    eva = world.person("eva@k.example", "evaluator")
    here = password_visit(world, eva)
    with doing(world, Actor.anonymous()) as uow:
        recovering.ask_recovery(uow, world.keyring, eva.email)
    stolen = newest_mail(world).params["code"]
    ask(world, eva, here, "eva.new@k.example")
    assert change(world, eva, here, newest_mail(world).params["code"]) is None
    with doing(world, Actor.anonymous()) as uow:
        again = recovering.recover(
            uow, world.keyring, "eva.new@k.example", stolen, world.password("quite another one")
        )
    assert again is not None
