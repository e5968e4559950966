"""Inviting is fresh, and an invitation lives no longer than its inviter's office."""

import pytest

from accounts.acts import granting, inviting
from accounts.acts.visiting import actor_for
from accounts.credentials import digest_of
from accounts.domain.organisations import Person, PersonForm
from accounts.domain.permissions import SignInAct
from foundation.values.actor import Actor
from foundation.values.text import Text
from tests.accounts.acting import administrator, doing, kinds, refused
from tests.accounts.conftest import World
from transparency.models import SealedAct


def invited(world: World, by: Person) -> inviting.Issued:
    with doing(world, actor_for(by, fresh=True)) as uow:
        return inviting.invite(uow, world.council.id, "new@ktc.example", ["officer"])


def accepted(world: World, issued: inviting.Issued) -> str:
    form = PersonForm(Text(en="New"), "new@ktc.example")
    arguments = digest_of(issued.token), form, world.password()
    with doing(world, Actor.anonymous()) as uow:
        return refused(inviting.accept_invitation, uow, *arguments)


def test_inviting_and_sending_again_need_a_fresh_sign_in(world: World) -> None:
    adil = administrator(world)
    issued = invited(world, adil)
    with doing(world, actor_for(adil)) as uow:
        code = refused(inviting.invite, uow, world.council.id, "x@ktc.example", ["officer"])
        assert code == "fresh-sign-in"
        again = refused(inviting.reissue_invitation, uow, issued.invitation.id)
        assert again == "fresh-sign-in"


@pytest.mark.parametrize("end", ["closed", "no longer administrator"])
def test_an_invitation_ends_with_its_inviters_office(world: World, end: str) -> None:
    adil, bano = administrator(world), administrator(world, "bano@ktc.example")
    issued = invited(world, bano)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        if end == "closed":
            granting.close_account(uow, bano.id)
        else:
            granting.set_roles(uow, bano.id, ["approver"])
    assert accepted(world, issued) == "invitation-revoked"
    assert SignInAct.REVOKE_INVITATION in kinds(world, SealedAct)


def test_one_sent_again_by_another_lives_on(world: World) -> None:
    adil, bano = administrator(world), administrator(world, "bano@ktc.example")
    issued = invited(world, bano)
    with doing(world, actor_for(adil, fresh=True)) as uow:
        again = inviting.reissue_invitation(uow, issued.invitation.id)
        granting.close_account(uow, bano.id)
    form = PersonForm(Text(en="New"), "new@ktc.example")
    with doing(world, Actor.anonymous()) as uow:
        person = inviting.accept_invitation(uow, digest_of(again.token), form, world.password())
    assert person.email == "new@ktc.example"
