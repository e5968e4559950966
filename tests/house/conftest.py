"""What tests of the whole house are given: one house a module, put back before each test."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases, Snapshot
from tests.house.standing import ground
from tests.house.test_matrix import House, built


@pytest.fixture(scope="module")
def standing_house(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[tuple[House, Snapshot]]:
    """A house built once for a module, and what its database held then."""
    with ground(tmp_path_factory.mktemp("house"), databases) as on:
        house = built(on.app, on.sessions, on.settings, on.clock)
        yield house, Snapshot(on.settings.database_url)


@pytest.fixture
def house(standing_house: tuple[House, Snapshot]) -> House:
    """The house as it was built, whatever a test before did to it."""
    found, snapshot = standing_house
    snapshot.put_back()
    found.app.testing = True
    return found
