"""The parts of ``script/upgrade``: may it be now, keep a copy, does it hold, and the way back.

They read the database by plain SQL where the schema may be an older release's.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    func,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.engine import make_url

from foundation.blobs.filesystem import create_private, sync_folder
from foundation.command_line import coded
from foundation.database import Instant, clock_held, make_engine, make_sessions
from foundation.settings import Settings, from_environment
from foundation.unit_of_work import reading
from foundation.values.refusal import Refusal
from portal.backup.checking import check_everything
from portal.backup.database_copies import copied, put_postgresql
from portal.running import job_context

QUIET = timedelta(hours=24)
JOURNALS = ("act", "sealed_act")
REFUSALS = {
    "deadline-near": "A deadline or an opening is less than 24 hours away (tender %(number)s). "
    "Upgrade after it.",
    "opening-under-way": "The opening of tender %(number)s is under way. Upgrade after it.",
    "clock-held": "The clock cannot be trusted yet; see 'muhr doctor'.",
    "written-since": "Something was recorded since the copy was made, so it is not put back: "
    "nothing on record may be lost.",
    "page-broken": "The new release does not answer at %(path)s.",
    "copy-exists": "A copy lies there already; it was left as it is.",
    "database-not-copied": "The database could not be copied.",
    "database-not-restored": "The copy could not be put back.",
    "tool-missing": "The program %(tool)s is missing; install postgresql-client.",
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
    settings = from_environment()
    with reading(job_context(settings).sessions) as session:
        if clock_held(session):
            raise Refusal("clock-held")
    engine = make_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            _check_quiet(connection)
    finally:
        engine.dispose()
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
    clock = "muhr_now()" if sqlite else "clock_timestamp()"
    found = connection.execute(
        select(
            literal_column(clock, Instant).label("shown"),
            literal_column("clock_offset_us").label("offset"),
            literal_column("high_water_at", Instant).label("mark"),
        ).select_from(table("database_mark"))
    )
    row = found.mappings().one()
    at: datetime = row["shown"] + timedelta(microseconds=int(row["offset"]))
    return max(at, row["mark"]) if sqlite else at


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
