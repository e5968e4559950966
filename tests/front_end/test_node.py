"""Runs the JavaScript tests of this folder, each file as one test here."""

import pytest

from tests.front_end.node_runtime import ROOT, run_node

FILES = sorted(path.name for path in (ROOT / "tests" / "front_end").glob("*.test.mjs"))


@pytest.mark.parametrize("name", FILES)
def test_javascript(name: str) -> None:
    run_node("--test", f"tests/front_end/{name}")
