"""Changes of people and roles, and what they leave in the journals."""

import pytest
from sqlalchemy import select

from accounts.acts import (
    granting,
    inviting,
    organising,
)
from accounts.acts.visiting import actor_for
from accounts.credentials import digest_of
from accounts.domain.organisations import OrganisationForm, Person, PersonForm
from accounts.domain.permissions import PERMISSIONS, AccountAct, SignInAct
from accounts.domain.roles import OrganisationKind
from foundation.unit_of_work import UnitOfWork, reading
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal
from foundation.values.text import Text
from tests.accounts.acting import (
    administrator,
    alive,
    doing,
    kinds,
    password_visit,
    refused,
)
from tests.accounts.conftest import World
from transparency.models import Act, SealedAct


def test_every_act_has_a_row() -> None:
    assert set(PERMISSIONS) == {*AccountAct, *SignInAct}


def test_roles_of_officials_are_public_and_carry_no_name(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    with reading(world.sessions) as session:
        docs = session.scalars(select(Act.doc).where(Act.kind == AccountAct.GRANT_ROLE)).all()
    assert [doc["role"] for doc in docs] == ["officer"]
    assert docs[0]["account"] == omar.id
    assert "omar" not in str(docs[0])


def test_a_vendors_registration_is_sealed(world: World) -> None:
    before = kinds(world, Act)
    world.vendor()
    assert kinds(world, Act) == before
    assert SignInAct.REGISTER in kinds(world, SealedAct)


def test_an_administrator_invites_into_his_own_organisation_only(world: World) -> None:
    adil = administrator(world)
    with doing(world, Actor.system("test")) as uow:
        other = organising.create_organisation(
            uow,
            OrganisationKind.PROCURING_ENTITY,
            OrganisationForm(Text(en="Other Town"), short_name="OT", city="Thatta"),
        )
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert inviting.invite(uow, world.council.id, "a@ktc.example", ["officer"]).token
        assert (
            refused(inviting.invite, uow, other.id, "b@ot.example", ["officer"]) == "not-permitted"
        )


def test_an_officer_invites_nobody(world: World) -> None:
    omar = world.person("omar@ktc.example", "officer")
    with doing(world, actor_for(omar, fresh=True)) as uow:
        assert (
            refused(inviting.invite, uow, world.council.id, "x@ktc.example", ["officer"])
            == "not-permitted"
        )


def test_a_second_invitation_and_a_member_are_refused(world: World) -> None:
    administrator(world)
    with doing(world, Actor.system("test")) as uow:
        inviting.invite(uow, world.council.id, "x@ktc.example", ["officer"])
        again = refused(inviting.invite, uow, world.council.id, "X@ktc.example", ["officer"])
        member = refused(inviting.invite, uow, world.council.id, "adil@ktc.example", ["officer"])
    assert (again, member) == ("already-invited", "already-member")


def accept(uow: UnitOfWork, world: World, token: str) -> Person:
    form = PersonForm(Text(en="Xenia"), "ignored@elsewhere.example")
    return inviting.accept_invitation(uow, digest_of(token), form, world.password())


def test_an_invitation_is_accepted_once_and_for_its_own_address(world: World) -> None:
    with doing(world, Actor.system("test")) as uow:
        issued = inviting.invite(uow, world.council.id, "x@ktc.example", ["officer"])
    with doing(world, Actor.anonymous()) as uow:
        assert accept(uow, world, issued.token).email == "x@ktc.example"
    with doing(world, Actor.anonymous()) as uow:
        assert refused(accept, uow, world, issued.token) == "invitation-accepted"


@pytest.mark.parametrize("end", ["revoked", "reissued", "expired"])
def test_a_dead_invitation_opens_nothing(world: World, end: str) -> None:
    with doing(world, Actor.system("test")) as uow:
        issued = inviting.invite(uow, world.council.id, "x@ktc.example", ["officer"])
    with doing(world, Actor.system("test")) as uow:
        if end == "revoked":
            inviting.revoke_invitation(uow, issued.invitation.id)
        elif end == "reissued":
            inviting.reissue_invitation(uow, issued.invitation.id)
    if end == "expired":
        world.clock.advance(days=7)
    with doing(world, Actor.anonymous()) as uow:
        expected = "not-found" if end == "reissued" else f"invitation-{end}"
        assert refused(accept, uow, world, issued.token) == expected


def test_a_change_of_roles_needs_freshness_and_ends_sessions(world: World) -> None:
    adil = administrator(world)
    eva = world.person("eva@ktc.example", "evaluator")
    visit = password_visit(world, eva)
    with doing(world, actor_for(adil)) as uow:
        assert refused(granting.set_roles, uow, eva.id, ["approver"]) == "fresh-sign-in"
    assert alive(world, visit)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        changed = granting.set_roles(uow, eva.id, ["approver"])
    assert changed.roles == {"approver"}
    assert not alive(world, visit)
    assert AccountAct.REVOKE_ROLE in kinds(world, Act)


def test_other_organisations_people_cannot_be_changed(world: World) -> None:
    adil = administrator(world)
    vendor = world.vendor()
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert refused(granting.set_roles, uow, vendor.id, ["vendor"]) == "not-permitted"
        assert refused(granting.close_account, uow, vendor.id) == "not-permitted"


def test_the_last_administrator_stays(world: World) -> None:
    adil = administrator(world)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert refused(granting.set_roles, uow, adil.id, ["officer"]) == "last-administrator"
        assert refused(granting.close_account, uow, adil.id) == "last-administrator"
    administrator(world, "bina@ktc.example")
    with doing(world, actor_for(adil, fresh=True)) as uow:
        assert granting.set_roles(uow, adil.id, ["officer"]).roles == {"officer"}


def test_a_closed_account_does_not_sign_in(world: World) -> None:
    adil = administrator(world)
    eva = world.person("eva@ktc.example", "evaluator")
    visit = password_visit(world, eva)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        granting.close_account(uow, eva.id)
    assert not alive(world, visit)
    answer = password_visit(world, eva)
    assert isinstance(answer, Refusal)
    assert answer.code == "wrong-sign-in"
