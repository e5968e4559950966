"""The command line of the beacon: a round for an instant, and the local beacon itself."""

from __future__ import annotations

import logging
import secrets
import threading
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
import waitress

from beacon.anchor import machine_clocks
from beacon.answers import make_application
from beacon.domain.chain import GUARD_SECONDS, ChainInfo, round_at
from beacon.domain.refusals import REFUSALS
from beacon.local import PERIOD, BeaconLock, LocalBeacon, request_confirmation
from foundation import log_lines
from foundation import settings as configuration
from foundation.command_line import coded
from foundation.log_lines import Event, Log
from foundation.values.refusal import Refusal

FOLDER = "beacon"
INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
log = Log("muhr.beacon")


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant with its zone."""

    name = "instant"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the instant, or end with wrong use."""
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an instant such as 2026-03-17T05:00:00Z", param, ctx)
        if at.tzinfo is None:
            self.fail(f"{value!r} has no zone; end it with Z or an offset", param, ctx)
        return at


@click.group()
def beacon() -> None:
    """The beacon whose rounds open sealed bids."""


@beacon.command("round")
@click.argument("info", type=INPUT)
@click.option("--at", "at", type=Instant(), required=True, help="ISO 8601 with zone.")
@click.option(
    "--guard",
    type=click.IntRange(0, 31_536_000),
    default=GUARD_SECONDS,
    show_default=True,
    help="Seconds between the instant and the earliest opening.",
)
@coded(REFUSALS)
def print_round(info: Path, at: datetime, guard: int) -> None:
    """Print the first round at or after an instant and the guard."""
    click.echo(round_at(ChainInfo.parse(info.read_bytes()), at, guard))


@beacon.command()
@coded(REFUSALS)
def serve() -> None:
    """Run this installation's own beacon (whoever runs it could open early)."""
    log_lines.install(logging.INFO)
    settings = configuration.from_environment()
    address = urlsplit(settings.beacon_url)
    if address.hostname not in configuration.LOCAL_NAMES or address.scheme != "http":
        raise Refusal("bad-setting", name="MUHR_BEACON_URL")
    folder = settings.folder(FOLDER)
    lock = BeaconLock(folder)
    if not lock.take():
        raise Refusal("beacon-runs-already")
    own = LocalBeacon.start(folder, machine_clocks(), secrets.token_bytes, trust=settings.practice)
    if own.held():
        log.warning(Event.BEACON_HELD)
    threading.Thread(target=_tick, args=(own,), daemon=True).start()
    log.info(Event.BEACON_CHAIN, chain=own.chain.hash)
    waitress.serve(
        make_application(own),
        host=address.hostname,
        port=address.port or 80,
        threads=4,
        ident="muhr-beacon",
        channel_timeout=30,
        max_request_body_size=1024,
        _quiet=True,
    )


@beacon.command()
@coded(REFUSALS)
def confirm() -> None:
    """Tell the local beacon that this machine's clock was checked and is right."""
    request_confirmation(configuration.from_environment().folder(FOLDER))
    click.echo("The beacon takes the clock as it stands at its next round.")


def _tick(own: LocalBeacon) -> None:
    pause = threading.Event()
    while not pause.wait(PERIOD):
        try:
            own.tick()
        except OSError as error:
            log.error(Event.BEACON_STATE, errno=error.errno or 0)
