"""The command line of an unattended key holder: one process, one identity file, one tender."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import click
import httpx

from beacon.domain import refusals as beacon_refusals
from bids.domain import refusals as bid_refusals
from bids.key_holder import KeyHolder
from foundation import clock
from foundation.command_line import coded
from foundation.outgoing import HostRefused
from foundation.values.refusal import Refusal
from sealing import refusals as sealing_refusals
from sealing.age_keys import AnyIdentity, parse_identity_file
from tendering.domain import refusals as tender_refusals

TEXTS = {
    **tender_refusals.REFUSALS,
    **beacon_refusals.REFUSALS,
    **sealing_refusals.REFUSALS,
    **bid_refusals.REFUSALS,
}
INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
# What another moment may heal; everything else ends the process, so that somebody looks.
PASSING = frozenset({"key-not-proved", "exercise-over", "store-away", "busy"})
LARGEST_IDENTITY = 64 * 1024


@click.group("key-holder")
def key_holder() -> None:
    """An opening committee member's key on a machine of its own, for openings without people."""


@key_holder.command()
@click.argument("tender")
@click.option("--identity", type=INPUT, required=True, help="The age identity file, mode 600.")
@click.option("--pin", type=click.Path(path_type=Path), help="IDENTITY.pin when not given.")
@click.option("--same-host", default="", metavar="NAME", help="Who accepts the platform's machine.")
@click.option("--every", type=click.IntRange(1, 3600), default=15, help="Seconds between looks.")
@click.option("--once", is_flag=True, help="Look once and end.")
@coded(TEXTS)
def serve(
    tender: str, identity: Path, pin: Path | None, same_host: str, every: int, once: bool
) -> None:
    """Prove the key, and give its shares of the bids of TENDER, the tender's web address.

    Shares are given only after the round is public, of bids that the signed list of the opening
    names; of prices only those that a second person let be opened on the public journal.
    """
    platform, tender_id = _address(tender)
    holder = KeyHolder(
        platform=platform,
        tender=tender_id,
        identity=_identity(identity),
        pin=pin or identity.with_name(f"{identity.name}.pin"),
        same_host_by=same_host.strip(),
    )
    while not _look(holder) and not once:
        time.sleep(every)


def _look(holder: KeyHolder) -> bool:
    """Do what is awaited now and tell of it; return whether the tender has ended."""
    try:
        done, ended = holder.once()
    except Refusal as refusal:
        if refusal.code in PASSING or refusal.code.startswith("http-5"):
            _say(f"refused: {refusal.code}")
            return False
        raise
    except (HostRefused, httpx.HTTPError) as error:
        _say(f"no answer: {type(error).__name__}")
        return False
    for each in done:
        _say(f"{each.what} {each.sha256}".strip())
        reason = TEXTS.get(each.what.removeprefix("refused "))
        if reason:
            click.echo(reason, err=True)
    if ended:
        _say("the tender has ended")
    return ended


def _say(text: str) -> None:
    click.echo(f"{clock.now():%Y-%m-%dT%H:%M:%SZ} {text}")
    sys.stdout.flush()


def _address(text: str) -> tuple[str, str]:
    """Return the site and the tender of a tender's web address, in either language."""
    parts = urlsplit(text)
    names = [name for name in parts.path.split("/") if name]
    if parts.scheme not in {"http", "https"} or "tenders" not in names[:-1]:
        raise click.BadParameter("give the tender's web address", param_hint="TENDER")
    return f"{parts.scheme}://{parts.netloc}", names[names.index("tenders") + 1]


def _identity(path: Path) -> AnyIdentity:
    """Return the one identity of a file that nobody else may read."""
    if path.stat().st_mode & 0o077:
        raise click.BadParameter("others may read this file: chmod 600", param_hint="--identity")
    with path.open("rb") as file:
        data = file.read(LARGEST_IDENTITY)
    try:
        (found,) = parse_identity_file(data.decode("utf-8"))
    except ValueError as error:
        raise Refusal("wrong-identity") from error
    return found
