"""A new practice tender at any time: written and published by two practice people in one press."""

from datetime import timedelta

from accounts import queries as accounts
from accounts.domain.organisations import Person
from accounts.domain.roles import OrganisationKind, Role
from foundation.database import DatabaseKind, database_kind
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from portal.demo import story
from portal.demo.making import publish
from portal.demo.walking import World
from tendering.beacon_chain import present_chain

PRACTICE = "practice"
CLOSES_IN = timedelta(minutes=5)
# None that the demo has as a draft: two of one name would be taken for each other.
STORIES = (story.FURNITURE, story.GENERATOR, story.BENCHES, story.TROLLEYS)


def new_practice_tender(context: JobContext) -> str:
    """Publish a practice tender that closes in five minutes; return its id.

    Raises:
        Refusal: ``practice-only``, or ``not-found`` without practice officer and approver.
        Refusal: ``no-beacon`` when the beacon does not answer.
    """
    with reading(context.sessions) as session:
        if database_kind(session) is DatabaseKind.REAL:
            raise Refusal("practice-only")
        found = accounts.practice_people(session)
    people = {
        "officer": _holder(found, Role.OFFICER),
        "approver": _holder(found, Role.APPROVER),
    }
    world = World(context, present_chain(context.settings), people)
    wanted = STORIES[int(world.now().timestamp() // 60) % len(STORIES)]
    return publish(world, wanted, PRACTICE, closes_in=CLOSES_IN)


def _holder(people: tuple[Person, ...], role: Role) -> Person:
    for person in people:
        if role in person.roles and person.organisation.kind is OrganisationKind.PROCURING_ENTITY:
            return person
    raise Refusal("not-found")
