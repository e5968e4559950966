"""The command line ``muhr``: every command group of every package under one name."""

import os

import click

from accounts.cli import admin
from beacon.cli import beacon
from bids.cli import clock, opening
from evaluation.cli import evaluate
from foundation import modes
from foundation.command_line import refuse
from foundation.values.refusal import Refusal
from portal import commands_backup, running
from portal.commands_doctor import doctor
from portal.commands_envelope import envelope
from portal.commands_upgrade import upgrade


@click.group()
@click.version_option(package_name="muhr")
def muhr() -> None:
    """Sealed-bid public procurement whose record anyone can check."""


muhr.add_command(envelope)
muhr.add_command(beacon)
muhr.add_command(clock)
muhr.add_command(opening)
muhr.add_command(admin)
muhr.add_command(evaluate)
muhr.add_command(doctor)
muhr.add_command(upgrade)
for command in (*running.COMMANDS, *commands_backup.COMMANDS):
    muhr.add_command(command)


def main() -> None:
    """Run the command line; bad input ends in a code, never in a traceback."""
    os.umask(modes.umask())
    try:
        muhr()
    except Refusal as refusal:
        from portal.wiring import REFUSALS

        refuse(refusal, REFUSALS)
