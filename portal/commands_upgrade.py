"""The parts of ``script/upgrade``: may it be now, keep a copy, does it hold, and the way back.

They read the database by plain SQL where the schema may be an older release's.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Connection, func, inspect, select, table, text

from accounts import access
from foundation.command_line import coded
from foundation.database import UNREACHABLE, Instant, clock_held, connected
from foundation.durable_files import create_private, sync_folder
from foundation.settings import Settings, from_environment
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from portal.backup.checking import check_everything
from portal.backup.database_copies import COPY_REFUSALS, copied, put_back

QUIET = timedelta(hours=24)
JOURNALS = ("act", "sealed_act")
REFUSALS = {
    **UNREACHABLE,
    "deadline-near": "A deadline or an opening is less than 24 hours away (tender %(number)s). "
    "Upgrade after it.",
    "opening-under-way": "The opening of tender %(number)s is under way. Upgrade after it.",
    "clock-held": "The clock cannot be trusted yet; see 'muhr doctor'.",
    "written-since": "Something was recorded since the copy was made, so it is not put back: "
    "nothing on record may be lost.",
    "page-broken": "The new release does not answer at %(path)s.",
    "copy-exists": "A copy lies there already; it was left as it is.",
    **COPY_REFUSALS,
    "receipt-damaged": "A receipt does not hold against what is stored: %(number)s",
    "journal-damaged": "The public journal does not hold at act %(act)s.",
}


@click.group()
def upgrade() -> None:
    """What script/upgrade asks for, step by step."""


@upgrade.command()
@coded(REFUSALS)
def check() -> None:
    """Refuse while a deadline or an opening is near or under way."""
    with connected(from_environment().database_url) as sessions, reading(sessions) as session:
        if clock_held(session):
            raise Refusal("clock-held")
        _check_quiet(session.connection())
    click.echo("No deadline and no opening within 24 hours.")


def _check_quiet(connection: Connection) -> None:
    now = _now(connection)
    rows = connection.execute(
        text(
            "SELECT number, stage, deadline_at, opening_at FROM tender "
            "WHERE stage IN ('published', 'closed', 'opening')"
        ).columns(deadline_at=Instant, opening_at=Instant)
    )
    for number, stage, deadline_at, opening_at in rows:
        if stage == "opening":
            raise Refusal("opening-under-way", number=number)
        ahead = [at for at in (deadline_at, opening_at) if at + timedelta(minutes=10) > now]
        if stage == "closed" or any(at - now < QUIET for at in ahead):
            raise Refusal("deadline-near", number=number)


def _now(connection: Connection) -> datetime:
    """Return the database's instant; its clock's offset and mark are older than any release."""
    sqlite = connection.dialect.name == "sqlite"
    clock = "muhr_now()" if sqlite else "pg_catalog.clock_timestamp()"
    query = "SELECT {} AS now, clock_offset_us, high_water_at FROM database_mark"
    statement = text(query.replace("{}", clock)).columns(now=Instant, high_water_at=Instant)
    row = connection.execute(statement).one()
    at: datetime = row[0] + timedelta(microseconds=int(row[1]))
    return max(at, row[2]) if sqlite else at


@upgrade.command()
@click.argument("copy", type=click.Path(dir_okay=False, path_type=Path))
@coded(REFUSALS)
def save(copy: Path) -> None:
    """Keep a copy of the database beside it, to go back to. Stop the services first."""
    settings = from_environment()
    if copy.exists():
        raise Refusal("copy-exists")
    with connected(settings.database_url) as sessions:
        # Counted first: whatever is recorded while the copy is made is not put back over either.
        with reading(sessions) as session:
            tally = _tally(session.connection())
        with (
            copied(sessions.kw["bind"], settings.folder("copying")) as chunks,
            create_private(copy) as file,
        ):
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    _tally_file(copy).write_text(tally, encoding="ascii")
    sync_folder(copy.parent)


@upgrade.command()
@coded(REFUSALS)
def verify() -> None:
    """Check that this release works with the database: journal, receipts, pages."""
    settings = from_environment()
    with connected(settings.database_url) as sessions:
        done = check_everything(settings, sessions)
    _check_pages(settings)
    click.echo(f"Holds: {done.receipts} receipts, {done.slots} slots, {done.acts} acts; pages.")


def _check_pages(settings: Settings) -> None:
    from portal.factory import create_app

    app = create_app(settings)
    client = app.test_client()
    try:
        for path in ("/health", "/en/", "/ur/tenders"):
            if client.get(path, base_url=settings.public_url).status_code != 200:
                raise Refusal("page-broken", path=path)
    finally:
        with app.app_context():
            access.database.engine.dispose()


@upgrade.command("go-back")
@click.argument("copy", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@coded(REFUSALS)
def go_back(copy: Path) -> None:
    """Put the copy back, unless something was recorded since it was made."""
    settings = from_environment()
    with connected(settings.database_url) as sessions, reading(sessions) as session:
        if _tally(session.connection()) != _tally_file(copy).read_text(encoding="ascii"):
            raise Refusal("written-since")
    put_back(settings.database_url, copy)


def _tally_file(copy: Path) -> Path:
    return copy.with_name(copy.name + ".tally")


def _tally(connection: Connection) -> str:
    """Return how many acts both journals hold: whatever is done leaves one."""
    there = set(inspect(connection).get_table_names())
    counts = [
        connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in JOURNALS
        if name in there
    ]
    return " ".join(str(count) for count in counts)
