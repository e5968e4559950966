"""Lost second factors: what two people do, what the console does, who is told."""

from sqlalchemy import select

from accounts import queries
from accounts.acts import enrolling, rescuing, resetting
from accounts.acts.visiting import actor_for
from accounts.domain.factor_reset import LIFETIME
from accounts.domain.organisations import Person
from accounts.domain.permissions import SignInAct
from accounts.domain.visits import Awaiting
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from tests.accounts.acting import (
    administrator,
    alive,
    confirm,
    doing,
    kinds,
    newest_mail,
    password_visit,
    refused,
)
from tests.accounts.acts.test_readdressing import signed_in
from tests.accounts.conftest import World, secret_of
from transparency.models import SealedAct


def ask(world: World, asker: Person, owner: Person, reason: str = "Stolen; I saw him.") -> str:
    with doing(world, actor_for(asker, fresh=True)) as uow:
        return resetting.ask_reset(uow, owner.id, reason)


def decide(world: World, who: Person, request: str, act=resetting.confirm_reset) -> None:
    with doing(world, actor_for(who, fresh=True)) as uow:
        act(uow, request)


def told(world: World, kind: str) -> set[str | None]:
    with reading(world.sessions) as session:
        rows = session.scalars(select(MailMessage).where(MailMessage.kind == kind))
        return {row.account_id for row in rows}


def has_factor(world: World, person: Person) -> bool:
    with reading(world.sessions) as session:
        return queries.person(session, person.id).has_second_factor


def test_two_people_take_it_off_and_the_owner_is_told_twice(world: World) -> None:
    adil, omar = administrator(world), world.person("omar@ktc.example", "officer")
    nadia = world.person("nadia@ktc.example", "approver")
    visit = signed_in(world, omar)
    request = ask(world, adil, omar)
    assert told(world, "account.reset-asked") == {omar.id}
    assert told(world, "account.reset-to-confirm") == {nadia.id}
    assert has_factor(world, omar)
    decide(world, nadia, request)
    assert not has_factor(world, omar)
    assert not alive(world, visit)
    assert told(world, "account.authenticator-reset") == {omar.id}
    assert password_visit(world, omar).awaiting is Awaiting.ENROLMENT
    sealed = kinds(world, SealedAct)
    assert sealed.count(SignInAct.ASK_RESET) == sealed.count(SignInAct.RESET_FACTOR) == 1


def test_the_asker_cannot_confirm_and_nobody_asks_twice(world: World) -> None:
    adil, omar = administrator(world), world.person("omar@ktc.example", "officer")
    request = ask(world, adil, omar)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert refused(resetting.confirm_reset, uow, request) == "reset-second-person"
        assert refused(resetting.ask_reset, uow, omar.id, "Again") == "reset-asked"
    assert has_factor(world, omar)


def test_asking_needs_freshness_a_reason_and_something_to_take_off(world: World) -> None:
    adil, omar = administrator(world), world.person("omar@ktc.example", "officer")
    eva = world.person("eva@ktc.example", "evaluator")
    with doing(world, actor_for(adil)) as uow:
        assert refused(resetting.ask_reset, uow, omar.id, "Lost") == "fresh-sign-in"
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert refused(resetting.ask_reset, uow, omar.id, " ") == "reset-reason-missing"
        assert refused(resetting.ask_reset, uow, eva.id, "Lost") == "no-second-factor"
        assert refused(resetting.ask_reset, uow, "nobody", "Lost") == "not-found"
    with doing(world, actor_for(omar, fresh=True)) as uow:
        assert refused(resetting.ask_reset, uow, adil.id, "Lost") == "not-permitted"


def test_a_refused_request_tells_both_and_is_over(world: World) -> None:
    adil, omar = administrator(world), world.person("omar@ktc.example", "officer")
    nadia = world.person("nadia@ktc.example", "approver")
    request = ask(world, adil, omar)
    decide(world, nadia, request, resetting.refuse_reset)
    assert told(world, "account.reset-refused") == {adil.id, omar.id}
    with doing(world, actor_for(nadia, fresh=True)) as uow:
        assert refused(resetting.confirm_reset, uow, request) == "reset-over"
    ask(world, adil, omar)


def test_a_request_ends_by_itself(world: World) -> None:
    adil, omar = administrator(world), world.person("omar@ktc.example", "officer")
    nadia = world.person("nadia@ktc.example", "approver")
    request = ask(world, adil, omar)
    world.clock.advance(seconds=LIFETIME.total_seconds())
    with doing(world, actor_for(nadia, fresh=True)) as uow:
        assert refused(resetting.confirm_reset, uow, request) == "reset-over"
    assert ask(world, adil, omar) != request


def test_setting_up_a_new_factor_ends_the_request(world: World) -> None:
    adil, omar = administrator(world), world.person("omar@ktc.example", "officer")
    nadia = world.person("nadia@ktc.example", "approver")
    request = ask(world, adil, omar)
    sealed = world.keyring.seal(secret_of(omar), omar.id)
    with doing(world, actor_for(omar, fresh=True)) as uow:
        enrolling.enrol(uow, world.keyring, omar.id, sealed, world.code_for(omar))
    with doing(world, actor_for(nadia, fresh=True)) as uow:
        assert refused(resetting.confirm_reset, uow, request) == "reset-over"
    assert has_factor(world, omar)


def test_a_bidders_is_taken_off_by_two_people_of_the_office(world: World) -> None:
    adil = administrator(world)
    nadia = world.person("nadia@ktc.example", "approver")
    vendor = world.vendor()
    confirm(world, password_visit(world, vendor), newest_mail(world).params["code"])
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert refused(resetting.ask_bidder_reset, uow, vendor.email, "Lost") == "no-such-bidder"
    world.enrol(vendor)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        request = resetting.ask_bidder_reset(uow, f" {vendor.email.upper()}", "Called back.")
    with doing(world, actor_for(vendor, fresh=True)) as uow:
        assert refused(resetting.confirm_reset, uow, request) == "not-permitted"
    decide(world, nadia, request)
    assert not has_factor(world, vendor)
    assert password_visit(world, vendor).awaiting is Awaiting.NOTHING


def test_the_console_lets_the_last_administrator_in_tells_him_and_records_it(world: World) -> None:
    adil = administrator(world)
    visit = signed_in(world, adil)
    with doing(world, Actor.system("console")) as uow:
        _, code = rescuing.rescue_administrator(uow, world.keyring, adil.email)
    assert len(code) == 8
    assert not alive(world, visit)
    assert not has_factor(world, adil)
    assert told(world, "account.authenticator-reset") == {adil.id}
    sealed = kinds(world, SealedAct)
    assert SignInAct.RESCUE in sealed
    assert SignInAct.RESET_FACTOR in sealed
