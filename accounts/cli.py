"""The command line of accounts: letting an administrator in who lost everything."""

import click

from accounts.acts.rescuing import rescue_administrator
from accounts.credentials import keyring
from accounts.domain.refusals import REFUSALS
from foundation.command_line import coded
from foundation.database import UNREACHABLE, connected
from foundation.settings import from_environment
from foundation.unit_of_work import unit_of_work
from foundation.values.actor import Actor


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
