"""What tests of backups are given: an operator's key, and settings that name its public half."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from foundation.jobs import JobContext
from foundation.settings import Settings
from sealing import age
from tests.bids.conftest import beacon, tender

__all__ = ["beacon", "tender"]

OPERATOR = age.Identity(bytes(range(32)))
KEEPER = age.Identity(bytes(range(1, 33)))


@dataclass(frozen=True)
class Place:
    """Where archives go, and an empty place to come back to."""

    archives: Path
    identity: Path
    restored: Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings,
        backup_recipient=str(OPERATOR.recipient()),
        beacon_backup_recipient=str(KEEPER.recipient()),
    )


@pytest.fixture
def place(tmp_path: Path, settings: Settings, job_context: JobContext) -> Place:
    identity = tmp_path / "operator.txt"
    identity.write_text(f"# kept elsewhere\n{OPERATOR}\n")
    data = tmp_path / "elsewhere" / "data"
    return Place(
        archives=tmp_path / "archives",
        identity=identity,
        restored=replace(
            settings, data_dir=data, database_url=f"sqlite:///{data / 'muhr.sqlite3'}"
        ),
    )
