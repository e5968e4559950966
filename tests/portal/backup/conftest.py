"""What tests of backups are given: an operator's key, and settings that name its public half."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from foundation.blobs.chosen import chosen_blobs
from foundation.database import make_engine, make_sessions
from foundation.jobs import JobContext
from foundation.settings import Settings
from sealing import age
from tests.bids.conftest import beacon, tender
from tests.databases import Databases

__all__ = ["beacon", "tender"]

OPERATOR = age.Identity(bytes(range(32)))
KEEPER = age.Identity(bytes(range(1, 33)))
# What says nothing of the database; a restore on PostgreSQL takes seconds.
sqlite_alone = pytest.mark.sqlite


@dataclass(frozen=True)
class Place:
    """Where archives go, and an empty place to come back to."""

    archives: Path
    identity: Path
    restored: Settings
    engines: list[Engine] = field(default_factory=list)

    def came_back(self) -> JobContext:
        """Return what works with the restored installation, until the test ends."""
        engine = make_engine(self.restored.database_url)
        self.engines.append(engine)
        blobs = chosen_blobs(self.restored)
        return JobContext(self.restored, make_sessions(engine), blobs)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings,
        backup_recipient=str(OPERATOR.recipient()),
        beacon_backup_recipient=str(KEEPER.recipient()),
    )


@pytest.fixture
def place(
    tmp_path: Path, settings: Settings, job_context: JobContext, databases: Databases
) -> Iterator[Place]:
    identity = tmp_path / "operator.txt"
    identity.write_text(f"# kept elsewhere\n{OPERATOR}\n")
    data = tmp_path / "elsewhere" / "data"
    url = databases.empty(data)
    place = Place(
        archives=tmp_path / "archives",
        identity=identity,
        restored=replace(settings, data_dir=data, database_url=url),
    )
    yield place
    for engine in place.engines:
        engine.dispose()
    databases.drop(url)


def kept_in(url: str) -> list[str]:
    """Return the names of all tables in a PostgreSQL database, whatever schema they lie in."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            found = connection.execute(
                text(
                    "SELECT schemaname || '.' || tablename FROM pg_tables "
                    "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
                )
            )
            return sorted(found.scalars())
    finally:
        engine.dispose()
