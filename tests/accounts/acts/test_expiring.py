"""Accounts that nobody confirms: they end, and their addresses are free again."""

from sqlalchemy import func, select

from accounts import jobs, queries
from accounts.acts import inviting, registering
from accounts.domain.organisations import PersonForm
from accounts.domain.permissions import SignInAct
from accounts.domain.registration import LIFETIME
from accounts.models import AccountRow, OrganisationRow, RoleGrantRow, SentCodeRow, VisitRow
from foundation.jobs import JobContext
from foundation.mail.outbox import MailMessage
from foundation.unit_of_work import reading
from foundation.values.actor import Actor
from foundation.values.text import Text
from tests.accounts.acting import (
    HERE,
    alive,
    confirm,
    doing,
    kinds,
    newest_mail,
    password_visit,
    refused,
)
from tests.accounts.conftest import FIRM, World
from transparency.models import SealedAct

TABLES = (AccountRow, OrganisationRow, RoleGrantRow, SentCodeRow, VisitRow, MailMessage)


def counted(world: World) -> list[int]:
    with reading(world.sessions) as session:
        return [session.scalar(select(func.count()).select_from(each)) or 0 for each in TABLES]


def test_an_unconfirmed_account_ends_and_leaves_nothing_but_its_record(
    world: World, job_context: JobContext
) -> None:
    before = counted(world)
    vendor = world.vendor()
    visit = password_visit(world, vendor)
    world.clock.advance(hours=47)
    jobs.expire_unconfirmed_accounts(job_context)
    assert queries.person_by_email(world.sessions(), vendor.email) is not None
    world.clock.advance(hours=1)
    jobs.expire_unconfirmed_accounts(job_context)
    assert counted(world) == before
    assert not alive(world, visit)
    assert SignInAct.EXPIRE in kinds(world, SealedAct)
    assert world.vendor().id != vendor.id


def test_a_confirmed_account_stays(world: World, job_context: JobContext) -> None:
    vendor = world.vendor()
    confirm(world, password_visit(world, vendor), newest_mail(world).params["code"])
    world.clock.advance(seconds=3 * LIFETIME.total_seconds())
    before = counted(world)
    jobs.expire_unconfirmed_accounts(job_context)
    assert counted(world) == before
    assert SignInAct.EXPIRE not in kinds(world, SealedAct)


def test_a_code_just_sent_keeps_the_account_until_it_ends(
    world: World, job_context: JobContext
) -> None:
    vendor = world.vendor()
    world.clock.advance(hours=47, minutes=50)
    visit = password_visit(world, vendor)
    world.clock.advance(minutes=15)
    jobs.expire_unconfirmed_accounts(job_context)
    confirm(world, visit, newest_mail(world).params["code"])
    found = queries.person_by_email(world.sessions(), vendor.email)
    assert found is not None
    assert found.confirmed


def test_the_newer_registration_takes_the_place_of_an_unconfirmed_one(world: World) -> None:
    squatter = world.vendor()
    theirs = password_visit(world, squatter)
    with doing(world, Actor.anonymous()) as uow:
        owner = registering.register_vendor(
            uow, world.keyring, FIRM, PersonForm(Text(en="Owner"), squatter.email),
            world.password("the owner's own words"),
        )  # fmt: skip
    assert owner is not None
    assert owner.id != squatter.id
    assert not alive(world, theirs)
    assert password_visit(world, owner, "the owner's own words").person == owner


def test_an_unconfirmed_account_does_not_keep_an_invited_person_out(world: World) -> None:
    squatter = world.vendor("omar@ktc.example")
    omar = world.person("omar@ktc.example", "officer")
    assert omar.id != squatter.id
    assert omar.organisation_id == world.council.id


def test_inviting_a_confirmed_address_is_still_refused(world: World) -> None:
    world.person("omar@ktc.example", "officer")
    with doing(world, Actor.system("test")) as uow:
        assert (
            refused(inviting.invite, uow, world.council.id, "omar@ktc.example", ["officer"])
            == "already-member"
        )


def test_a_corrected_address_gets_the_code_and_the_wrong_one_is_free(world: World) -> None:
    vendor = world.vendor("wrnog@firm.example")
    visit = password_visit(world, vendor)
    first = newest_mail(world).params["code"]
    with reading(world.sessions) as session:
        typed = registering.typed_registration(session, world.keyring, {}, vendor.id)
    assert typed is not None
    with doing(world, Actor.anonymous()) as uow:
        new = registering.correct_email(
            uow, world.keyring, visit.id, typed, vendor.id, " Right@firm.example", HERE
        )
    assert not alive(world, visit)
    assert queries.person_by_email(world.sessions(), "wrnog@firm.example") is None
    person = queries.person_by_email(world.sessions(), "right@firm.example")
    assert person is not None
    assert confirm(world, new, first).code == "wrong-code"
    confirm(world, new, newest_mail(world).params["code"])
    found = queries.person_by_email(world.sessions(), "right@firm.example")
    assert found is not None
    assert (found.name, found.organisation.tax_number) == (vendor.name, FIRM.tax_number)
    assert found.confirmed
