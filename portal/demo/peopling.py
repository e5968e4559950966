"""The demo's people: council, oversight body and firms, each with practice accounts."""

import secrets

from accounts.acts.organising import create_organisation, write_organisation
from accounts.acts.practising import create_practice_account
from accounts.credentials import keyring, new_password
from accounts.domain.organisations import OrganisationForm, Person, PersonForm
from accounts.domain.roles import OrganisationKind
from foundation.jobs import JobContext
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from portal.demo import story


def build_people(context: JobContext) -> dict[str, Person]:
    """Found the council, the oversight body and the firms, each with practice accounts."""
    ring, system = keyring(context.settings), Actor.system("demo")
    people: dict[str, Person] = {}
    password = new_password(secrets.token_urlsafe(24))
    with unit_of_work(context.sessions, system) as uow:
        council = create_organisation(
            uow,
            OrganisationKind.PROCURING_ENTITY,
            OrganisationForm(
                story.COUNCIL,
                short_name=story.COUNCIL_SHORT,
                city=story.COUNCIL_CITY,
                phone=story.COUNCIL_PHONE,
            ),
        )
        audit = create_organisation(
            uow,
            OrganisationKind.OVERSIGHT_BODY,
            OrganisationForm(story.OVERSIGHT, city=story.COUNCIL_CITY),
        )
        members = [(council.id, person) for person in story.PEOPLE]
        members.append((audit.id, story.AUDITOR))
        for firm in story.FIRMS:
            form = OrganisationForm(
                firm.name, city=firm.city, phone=firm.phone, tax_number=firm.tax_number
            )
            created = write_organisation(uow, OrganisationKind.VENDOR, form)
            members.append((created.id, firm.person))
        for organisation_id, person in members:
            form_of_person = PersonForm(person.name, person.email)
            people[person.key] = create_practice_account(
                uow, ring, organisation_id, form_of_person, person.roles, password
            )
    return people
