"""The command line of the beacon: a round for an instant, dealing a key, the beacon itself."""

from __future__ import annotations

import logging
import resource
import secrets
import threading
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import click
import waitress

from beacon import dealing
from beacon.anchor import machine_clocks
from beacon.answers import make_application
from beacon.domain.chain import GUARD_SECONDS, ChainInfo, round_at
from beacon.domain.refusals import REFUSALS
from beacon.due import BeaconLock, request_confirmation
from beacon.holder import MOST_GATHERINGS, Holder
from beacon.keys import PERIOD, HolderKey, parse_key, read_key, store_key
from beacon.local import LocalBeacon
from foundation import clock, log_lines
from foundation import settings as configuration
from foundation.command_line import coded
from foundation.log_lines import Event, Log
from foundation.settings import Settings
from foundation.values.refusal import Refusal

FOLDER = "beacon"
INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
THREADS = 2 * MOST_GATHERINGS + 2
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
@click.option("--threshold", type=int, required=True, help="How many holders sign a round.")
@click.option("--holders", type=int, required=True, help="How many holders get a share.")
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="A new folder outside the program's own; best in memory, /dev/shm say.",
)
@coded(REFUSALS)
def deal(threshold: int, holders: int, folder: Path) -> None:
    """Draw a key once and share it out: one file a holder, the whole key in none."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    keys = dealing.deal_key(threshold, holders, clock.now(), secrets.token_bytes)
    dealing.prepare_folder(folder)
    for path in dealing.write_shares(folder, keys):
        click.echo(path)
    click.echo(f"{threshold} of {holders} holders sign. Carry each file to its holder alone; there")
    click.echo("'muhr beacon take - < FILE' takes it. Then destroy this folder. The chain's hash:")
    click.echo(keys[0].chain.hash)


@beacon.command()
@click.argument("file", type=click.File("rb"))
@coded(REFUSALS)
def take(file: BinaryIO) -> None:
    """Take a dealt share, FILE or - for standard input, as the key of this machine's beacon."""
    key = parse_key(file.read())
    if not isinstance(key, HolderKey):
        raise Refusal("beacon-key-damaged")
    store_key(configuration.from_environment().folder(FOLDER), key)
    click.echo(f"Holder {key.index} of {key.group.holders}; {key.group.threshold} sign a round.")
    click.echo(key.chain.hash)


@beacon.command()
@coded(REFUSALS)
def serve() -> None:
    """Run this machine's beacon: its own key (the default), or the share that it took."""
    log_lines.install(logging.INFO)
    settings = configuration.from_environment()
    address = urlsplit(settings.beacon_urls[0])
    if address.hostname not in configuration.LOCAL_NAMES or address.scheme != "http":
        raise Refusal("bad-setting", name="MUHR_BEACON_URL")
    folder = settings.folder(FOLDER)
    lock = BeaconLock(folder)
    if not lock.take():
        raise Refusal("beacon-runs-already")
    own = _open(settings, folder)
    if own.held():
        log.warning(Event.BEACON_HELD)
    threading.Thread(target=_tick, args=(own,), daemon=True).start()
    log.info(Event.BEACON_CHAIN, chain=own.chain.hash)
    waitress.serve(
        make_application(own),
        host=address.hostname,
        port=address.port or 80,
        threads=THREADS,
        ident="muhr-beacon",
        channel_timeout=30,
        max_request_body_size=1024,
        _quiet=True,
    )


@beacon.command()
@coded(REFUSALS)
def confirm() -> None:
    """Tell this machine's beacon that the clock was checked and is right."""
    request_confirmation(configuration.from_environment().folder(FOLDER))
    click.echo("The beacon takes the clock as it stands at its next round.")


def _open(settings: Settings, folder: Path) -> LocalBeacon | Holder:
    key, clocks = read_key(folder), machine_clocks()
    addresses = settings.beacon_holders.split()
    if isinstance(key, HolderKey):
        return Holder.start(folder, key, clocks, addresses, trust=settings.practice)
    if addresses:
        raise Refusal("no-share")
    return LocalBeacon.start(folder, clocks, secrets.token_bytes, trust=settings.practice)


def _tick(own: LocalBeacon | Holder) -> None:
    pause = threading.Event()
    while True:
        try:
            own.tick()
        except OSError as error:
            log.error(Event.BEACON_STATE, errno=error.errno or 0)
        pause.wait(PERIOD)
