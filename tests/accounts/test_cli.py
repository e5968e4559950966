"""The operator's console: letting an administrator in who lost everything."""

import pytest
from click.testing import CliRunner

from accounts.cli import admin
from foundation.settings import Settings
from tests.accounts.conftest import World


@pytest.fixture(autouse=True)
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHR_DATA", str(settings.data_dir))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)


def test_an_administrator_is_let_in_again(world: World) -> None:
    world.person("adil@ktc.example", "administrator")
    answer = CliRunner().invoke(admin, ["recover", "adil@ktc.example"])
    assert answer.exit_code == 0
    assert "Code: " in answer.output


def test_nobody_else_is(world: World) -> None:
    world.person("omar@ktc.example", "officer")
    answer = CliRunner().invoke(admin, ["recover", "omar@ktc.example"])
    assert answer.exit_code == 1
    assert answer.output.splitlines()[-1] == "not-found"
