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


def test_the_set_up_code_is_shown_until_somebody_has_an_account(
    world: World, settings: Settings
) -> None:
    from accounts.first_run import is_setup_code

    first = CliRunner().invoke(admin, ["setup-code"])
    world.person("adil@ktc.example", "administrator")
    later = CliRunner().invoke(admin, ["setup-code"])

    assert first.exit_code == 0
    assert is_setup_code(settings, first.output.splitlines()[-1])
    assert later.exit_code == 1
    assert later.output.splitlines()[-1] == "has-accounts"
