"""The command ``muhr doctor``: is the installation well, and what is to be done."""

from __future__ import annotations

import click
from sqlalchemy import Engine, inspect

from foundation.command_line import coded
from foundation.database import UNREACHABLE
from foundation.settings import from_environment
from foundation.values.refusal import Refusal
from portal.doctor.findings import Part, State, any_bad
from portal.doctor.looking import look_at
from portal.doctor.texts import PARTS, TEXTS
from portal.running import command_context

MARKS = {State.WELL: "well", State.CARE: "CARE", State.BAD: "BAD "}
REFUSALS = {
    **UNREACHABLE,
    "unwell": "Something is not well.",
    "no-database": "There is no database yet: start Muhr once, or run 'muhr migrate'.",
}


@click.command()
@coded(REFUSALS)
def doctor() -> None:
    """Look at every part now and say in plain words what is not well.

    Exit 0 when nothing is bad (care may be needed), 1 with the code 'unwell' otherwise.
    """
    with command_context(from_environment()) as context:
        _check_database(context.sessions.kw["bind"])
        found = [look_at(context, part) for part in Part]
    for finding in found:
        text, advice = TEXTS[finding.code]
        click.echo(f"{MARKS[finding.state]}  {PARTS[finding.part]:12} {text % finding.params}")
        if advice and finding.state is not State.WELL:
            click.echo(f"{'':19}{advice}")
    if any_bad(found):
        raise Refusal("unwell")


def _check_database(engine: Engine) -> None:
    if not inspect(engine).has_table("platform_check"):
        raise Refusal("no-database")
