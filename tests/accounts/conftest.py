"""A council with its people and a vendor's firm, made through the acts."""

from dataclasses import dataclass

import pytest

from accounts import credentials
from accounts.acts import enrolling, inviting, organising, practising, registering
from accounts.acts.visiting import actor_for
from accounts.credentials import Keyring, NewPassword, digest_of, new_password
from accounts.domain import second_factor
from accounts.domain.organisations import Organisation, OrganisationForm, Person, PersonForm
from accounts.domain.roles import OrganisationKind
from foundation.clock import FrozenClock
from foundation.database import Sessions
from foundation.settings import Settings
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor
from foundation.values.text import Text

PASSWORD = "correct horse battery"
COUNCIL = OrganisationForm(
    name=Text(en="Korangi Town Council", ur="کورنگی ٹاؤن کونسل"), short_name="KTC", city="Karachi"
)
FIRM = OrganisationForm(name=Text(en="Indus Road Works"), city="Hyderabad", tax_number="1234567-8")


@dataclass
class World:
    """The sessions, the keyring and the people of a test."""

    sessions: Sessions
    keyring: Keyring
    clock: FrozenClock
    council: Organisation

    def person(
        self,
        email: str,
        *roles: str,
        organisation: Organisation | None = None,
        enrolled: bool = True,
    ) -> Person:
        """Invite a person, accept, and set up the authenticator where it is needed."""
        home = organisation or self.council
        with unit_of_work(self.sessions, Actor.system("test")) as uow:
            issued = inviting.invite(uow, home.id, email, roles)
        with unit_of_work(self.sessions, Actor.anonymous()) as uow:
            person = inviting.accept_invitation(
                uow, digest_of(issued.token), PersonForm(Text(en=email.split("@")[0]), email),
                self.password(),
            )  # fmt: skip
        if enrolled and second_factor.is_needed(person.roles):
            self.enrol(person)
        return person

    def enrol(self, person: Person) -> tuple[str, ...]:
        """Set up an authenticator; its codes come from ``code_for``."""
        sealed = self.keyring.seal(secret_of(person), person.id)
        code = self.code_for(person)
        with unit_of_work(self.sessions, actor_for(person)) as uow:
            codes = enrolling.enrol(uow, self.keyring, person.id, sealed, code)
        self.clock.advance(seconds=60)
        return codes

    def code_for(self, person: Person) -> str:
        """Return what the person's authenticator shows now."""
        counter = second_factor.counter_at(self.clock.now())
        return second_factor.code_of(secret_of(person), counter)

    def vendor(self, email: str = "vendor@firm.example") -> Person:
        """Register a vendor; the address is not confirmed yet."""
        with unit_of_work(self.sessions, Actor.anonymous()) as uow:
            person = registering.register_vendor(
                uow, self.keyring, FIRM, PersonForm(Text(en="Asma"), email), self.password()
            )
        assert person is not None
        return person

    def practice(self, email: str, *roles: str) -> Person:
        """Make a practice account."""
        with unit_of_work(self.sessions, Actor.system("demo")) as uow:
            return practising.create_practice_account(
                uow, self.keyring, self.council.id, PersonForm(Text(en="Practice"), email), roles,
                self.password(),
            )  # fmt: skip

    @staticmethod
    def password(text: str = PASSWORD) -> NewPassword:
        """Return a hashed password."""
        return new_password(text)


def secret_of(person: Person) -> bytes:
    """Return a person's secret, known to the test alone."""
    return person.id.encode()[:20]


@pytest.fixture
def world(sessions: Sessions, settings: Settings, clock: FrozenClock) -> World:
    with unit_of_work(sessions, Actor.system("test")) as uow:
        council = organising.create_organisation(uow, OrganisationKind.PROCURING_ENTITY, COUNCIL)
    return World(sessions, credentials.keyring(settings), clock, council)
