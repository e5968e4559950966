"""The demo, running once for all walks of a test process."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.walks.serving import Installation, installation


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("demo")
    url = databases.empty(folder / "data")
    with installation(folder, DATABASE_URL=url) as running:
        yield running
    databases.drop(url)
