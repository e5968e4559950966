"""The command line of accounts: letting an administrator in who lost everything."""

import click

from accounts import queries
from accounts.acts.rescuing import rescue_administrator
from accounts.credentials import keyring
from accounts.domain.refusals import REFUSALS
from accounts.first_run import setup_code
from foundation.command_line import coded
from foundation.database import UNREACHABLE, connected
from foundation.settings import from_environment
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.refusal import Refusal


@click.group()
def admin() -> None:
    """What only the operator of the server may do to accounts."""


@admin.command()
@click.argument("email")
@coded(REFUSALS | UNREACHABLE | {"not-found": "No administrator has this address."})
def recover(email: str) -> None:
    """Let the administrator with the address EMAIL choose a new password and authenticator.

    Sessions end, the lost authenticator is taken off, and a code is printed that holds for half
    an hour. All of it is written into the sealed journal.
    """
    settings = from_environment()
    with (
        connected(settings.database_url) as sessions,
        unit_of_work(sessions, Actor.system("console")) as uow,
    ):
        person, code = rescue_administrator(uow, keyring(settings), email)
    address = f"{settings.public_url}/{person.language}/account/recover/code"
    click.echo(f"Open {address}\nE-mail address: {person.email}\nCode: {code}")


@admin.command("setup-code")
@coded(
    REFUSALS
    | UNREACHABLE
    | {"has-accounts": "Somebody has an account already: the code is used up."}
)
def show_setup_code() -> None:
    """Print the set-up code with which the first administrator begins."""
    settings = from_environment()
    with connected(settings.database_url) as sessions, reading(sessions) as session:
        if queries.has_accounts(session):
            raise Refusal("has-accounts")
    click.echo(f"{settings.public_url}/en/first-run")
    click.echo(setup_code(settings))
