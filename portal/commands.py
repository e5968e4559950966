"""The command line ``muhr``: every command group of every package under one name."""

import importlib
import os

import click

from foundation import modes
from foundation.command_line import refuse
from foundation.values.refusal import Refusal

# Where each command stands. It is imported when it is asked for: whoever opens an envelope on an
# old computer does not wait for the web, and a beacon does not carry it.
PLACES = {
    "admin": "accounts.cli:admin",
    "backup": "portal.commands_backup:backup",
    "beacon": "beacon.cli:beacon",
    "clock": "bids.cli:clock",
    "doctor": "portal.commands_doctor:doctor",
    "envelope": "portal.commands_envelope:envelope",
    "evaluate": "evaluation.cli:evaluate",
    "key-holder": "portal.commands_key_holder:key_holder",
    "migrate": "portal.running:migrate",
    "opening": "bids.cli:opening",
    "restore": "portal.commands_backup:restore_command",
    "server": "portal.running:server",
    "upgrade": "portal.commands_upgrade:upgrade",
    "web": "portal.running:web",
    "work": "portal.running:work",
}


class Commands(click.Group):
    """The commands of PLACES, each imported when it is first named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in order."""
        return sorted(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, if there is one."""
        if cmd_name not in PLACES:
            return None
        module, name = PLACES[cmd_name].split(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found


@click.group(cls=Commands)
@click.version_option(package_name="muhr")
def muhr() -> None:
    """Sealed-bid public procurement whose record anyone can check."""


def main() -> None:
    """Run the command line; bad input ends in a code, never in a traceback."""
    os.umask(modes.umask())
    try:
        muhr()
    except Refusal as refusal:
        from portal.wiring import REFUSALS

        refuse(refusal, REFUSALS)
