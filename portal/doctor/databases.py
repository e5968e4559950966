"""Looking at the database: a file needs no look, a server is asked what it might lose."""

from __future__ import annotations

from sqlalchemy import Engine, text

from foundation.values.refusal import Refusal
from portal.backup import postgresql_copies
from portal.doctor.findings import DatabaseFacts

ASKED = text(
    "SELECT current_setting('server_version_num')::int, pg_is_in_recovery(), "
    "current_setting('fsync')::bool AND current_setting('full_page_writes')::bool, "
    "current_setting('server_encoding'), "
    "(SELECT coalesce(sum(numbackends), 0) FROM pg_stat_database)::int, "
    "current_setting('max_connections')::int, pg_database_size(current_database())"
)


def facts_of(engine: Engine) -> DatabaseFacts | None:
    """Return what a PostgreSQL server says of itself and what backs it up; None on SQLite."""
    if engine.dialect.name == "sqlite":
        return None
    with engine.connect() as connection:
        number, replica, durable, encoding, used, most, size = connection.execute(ASKED).one()
    return DatabaseFacts(
        release=number // 10_000,
        replica=replica,
        durable=durable,
        encoding=encoding,
        connections=(used, most),
        size=size,
        tool=_lacking(engine),
    )


def _lacking(engine: Engine) -> str:
    """Return which program of those that back up is missing or too old; empty when none is."""
    tools = postgresql_copies.tools_for(engine)
    for name in postgresql_copies.PROGRAMS:
        try:
            tools.command(name)
        except Refusal:
            return name
    return ""
