"""`muhr beacon round`: the round, the default guard, wrong use and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beacon.cli import beacon
from tests.sealing.made import CHAIN


@pytest.fixture
def info(tmp_path: Path) -> Path:
    path = tmp_path / "info.json"
    path.write_bytes(CHAIN.to_bytes())
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(beacon, [str(argument) for argument in arguments])


def test_it_prints_the_round(info: Path) -> None:
    assert run("round", info, "--at", "2026-01-01T00:00:00Z").stdout == "21\n"
    assert run("round", info, "--at", "2026-01-01T05:00:00+05:00").stdout == "21\n"
    assert run("round", info, "--at", "2026-01-01T00:00:00Z", "--guard", 0).stdout == "1\n"
    assert run("round", info, "--at", "2026-01-01T00:00:00.5Z", "--guard", 0).stdout == "2\n"


@pytest.mark.parametrize(
    "at", ["", "now", "2026-03-17", "2026-03-17T05:00:00", "2026-13-01T00:00Z"]
)
def test_instants_that_are_none_are_wrong_use(info: Path, at: str) -> None:
    assert run("round", info, "--at", at).exit_code == 2


def test_other_wrong_use(info: Path) -> None:
    at = ("--at", "2026-01-01T00:00:00Z")
    assert run("round", info).exit_code == 2
    assert run("round", info.parent / "none.json", *at).exit_code == 2
    assert run("round", info, *at, "--guard", -1).exit_code == 2
    assert run("round", info, *at, "--guard", 10**30).exit_code == 2


def test_a_wrong_chain_info_is_refused(info: Path) -> None:
    info.write_bytes(CHAIN.to_bytes().replace(b'"period":3', b'"period":4'))
    result = run("round", info, "--at", "2026-01-01T00:00:00Z")
    assert result.exit_code == 1
    assert result.stdout == "bad-chain-info\n"
    assert result.stderr
