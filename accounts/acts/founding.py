"""The first run: the first procuring entity and its administrator."""

from accounts import queries
from accounts.acts import people
from accounts.acts.organising import create_organisation
from accounts.credentials import NewPassword
from accounts.domain.organisations import OrganisationForm, Person, PersonForm
from accounts.domain.roles import OrganisationKind, Role
from foundation.unit_of_work import UnitOfWork
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal


def found(
    uow: UnitOfWork, entity: OrganisationForm, person: PersonForm, password: NewPassword
) -> Person:
    """Write the first entity and its administrator; the door has checked the set-up code.

    Raises:
        Refusal: ``already-founded`` when anybody has an account, or what the forms' checks say.
    """
    if queries.has_accounts(uow.session):
        raise Refusal("already-founded")
    founding = uow.acting_as(Actor.system("first-run"))
    organisation = create_organisation(founding, OrganisationKind.PROCURING_ENTITY, entity)
    row = people.write_person(
        founding, organisation.id, person, [Role.ADMINISTRATOR], password, confirmed=True
    )
    return queries.person_of(row)
