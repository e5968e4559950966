"""The demo, running once for all walks of a test process."""

from collections.abc import Iterator

import pytest

from tests.walks.serving import Installation, installation


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("demo")) as running:
        yield running
