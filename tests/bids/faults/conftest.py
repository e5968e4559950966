"""What short fault runs are given: a database that has its tables already."""

from __future__ import annotations

import pytest

from tests.databases import Databases


@pytest.fixture
def database(new_database: str, databases: Databases) -> str:
    """The address of a migrated database of the test's own, marked as nothing yet."""
    databases.drop(new_database)
    databases.make(new_database)
    return new_database
