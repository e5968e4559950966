"""What a newcomer is told when the server has started, and the demo on the first start."""

from accounts import queries as accounts
from accounts.domain.organisations import Person
from foundation.jobs import JobContext
from foundation.unit_of_work import reading
from portal.demo import world


def welcome(context: JobContext, *, empty: bool) -> list[str]:
    """Load the demo if it is wanted and not there; return the lines to print."""
    with reading(context.sessions) as session:
        there = accounts.has_accounts(session)
    address = context.settings.public_url
    if empty or not context.settings.practice:
        return [*_heading(address), *_first_steps(context, there=there)]
    if not there:
        world.build(context)
    with reading(context.sessions) as session:
        people = accounts.practice_people(session)
    return [
        *_heading(address),
        "  Practice accounts (one press signs in, codes included):",
        f"    {address}/en/practice",
        *(f"    {_described(person)}" for person in people),
        "",
        "  Try this:",
        "    1. Open 'School furniture for 12 primary schools': it closes about three minutes",
        "       after the first start and opens by itself.",
        "    2. On the practice page press 'New practice tender', sign in as the bidder of",
        "       'Your Practice Firm', seal a bid, and watch it open.",
        "    3. Score it as the evaluators, then award it as the officer and the approver.",
        "    4. Open 'Audit of the council's accounts': its committee's shares are awaited.",
        f"       The practice keys stand at {address}/en/practice/keys",
        "",
    ]


def _heading(address: str) -> list[str]:
    return ["", f"  Muhr is running at {address}", ""]


def _first_steps(context: JobContext, *, there: bool) -> list[str]:
    if there:
        return []
    from accounts.first_run import setup_code

    return [
        "  Nobody has an account yet. Make the first administrator at",
        f"    {context.settings.public_url}/en/first-run",
        f"    with the set-up code  {setup_code(context.settings)}",
        "  You need at least two people to publish a tender: an officer and an approver.",
        "",
    ]


def _described(person: Person) -> str:
    roles = ", ".join(sorted(str(role) for role in person.roles))
    return f"{person.name.en:18} {roles:14} {person.organisation.name.en}"
