"""The command line as a whole: every command is there, and brings no more than it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from portal.commands import PLACES, muhr


@pytest.mark.parametrize("name", sorted(PLACES))
def test_each_command_says_what_it_does(name: str) -> None:
    found = CliRunner().invoke(muhr, [name, "--help"])
    assert found.exit_code == 0, found.output
    assert f" {name} " in found.output


def test_an_unknown_command_is_wrong_use() -> None:
    assert CliRunner().invoke(muhr, ["unseal"]).exit_code == 2


@pytest.mark.parametrize("name", ["envelope", "beacon"])
def test_whoever_seals_opens_or_signs_does_not_carry_the_web(name: str) -> None:
    program = (
        "import sys; from portal.commands import muhr; muhr([sys.argv[1], '--help'], "
        "standalone_mode=False); print(sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, name], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
