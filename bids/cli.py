"""What only the operator's console may do to openings: ``muhr clock`` and ``muhr opening``."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from bids.acts.confirming import confirm_clock
from bids.domain.refusals import REFUSALS
from bids.queries import ciphertexts
from foundation import clock as machine_clock
from foundation.blobs.chosen import chosen_blobs
from foundation.command_line import coded
from foundation.database import UNREACHABLE, clock_held, connected, database_instant
from foundation.settings import from_environment
from foundation.unit_of_work import reading, unit_of_work
from foundation.values.actor import Actor
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal

CHUNK = 1 << 20


@click.group()
def clock() -> None:
    """See whether this machine's clock jumped, and confirm it once it is right."""


@clock.command()
@coded(UNREACHABLE)
def show() -> None:
    """Print the time that counts here and how far the wall clock stands from it."""
    settings = from_environment()
    machine_clock.share(settings.agreed_clock)
    with connected(settings.database_url) as sessions, reading(sessions) as session:
        held = clock_held(session)
        click.echo(f"Time that counts: {instant_text(database_instant(session))}")
    if not (held or machine_clock.jumped()):
        click.echo("The wall clock has not jumped.")
        return
    if held:
        click.echo("The machine was started with a clock that nothing vouches for. Openings wait.")
    else:
        click.echo(f"The wall clock jumped by {_span()}. Openings pause.")
    click.echo('Set the clock right, then run: muhr clock confirm --reason "..."')


@clock.command()
@click.option(
    "--reason",
    prompt="Why the clock is right now (it becomes public)",
    help="Why the clock is right now; it becomes public.",
)
@coded(REFUSALS | UNREACHABLE)
def confirm(reason: str) -> None:
    """Take the wall clock of this machine as right, on record; openings go on.

    Ends with `no-jump` where there is nothing to confirm and with `no-reason` without a reason.
    """
    settings = from_environment()
    machine_clock.share(settings.agreed_clock)
    with connected(settings.database_url) as sessions:
        with reading(sessions) as session:
            held = clock_held(session)
        if not (held or machine_clock.jumped()):
            raise Refusal("no-jump")
        span = _span()
        with unit_of_work(sessions, Actor.system("console")) as uow:
            confirm_clock(uow, machine_clock.jump(), reason)
    machine_clock.confirm()
    click.echo(f"Confirmed, after a jump of {span}: {instant_text(machine_clock.now())}")


def _span() -> str:
    seconds = round(machine_clock.jump().total_seconds())
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{abs(seconds)} s"


@click.group()
def opening() -> None:
    """Help an opening that stands still."""


@opening.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@coded(REFUSALS | UNREACHABLE)
def bring(file: Path) -> None:
    """Put the sealed FILE back in the place of stored bytes that changed; the opening goes on.

    FILE comes from a backup or from its bidder and must have the fingerprint of the receipt;
    any other ends with `not-awaited` and changes nothing.
    """
    settings = from_environment()
    blobs = chosen_blobs(settings)
    with connected(settings.database_url) as sessions, file.open("rb") as stream:
        fingerprint = hashlib.file_digest(stream, "sha256").hexdigest()
        with reading(sessions) as session:
            awaited = ciphertexts.awaited_ciphertext(session, fingerprint)
        if awaited is None:
            raise Refusal("not-awaited")
        blobs.delete(awaited.blob_key)
        stream.seek(0)
        blobs.put_new(awaited.blob_key, iter(lambda: stream.read(CHUNK), b""))
    click.echo("The bytes are those of the receipt. The opening goes on by itself.")
