"""What a child that looks at hostile bytes can no longer do."""

import pytest

from foundation.confinement import ConfinedFailure, run_confined
from tests.foundation.mischief import BOUNDS

MODULE = "tests.foundation.mischief"


@pytest.mark.parametrize(
    ("step", "told"), [("read", "OSError"), ("connect", "OSError"), ("memory", "MemoryError")]
)
def test_it_opens_no_file_or_connection_and_takes_little_memory(step, told):
    assert run_confined(MODULE, [step], [b"hostile"], BOUNDS) == told.encode()


def test_it_inherits_no_secret(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/name")
    assert run_confined(MODULE, ["environment"], [b""], BOUNDS) == b"done"


@pytest.mark.parametrize("step", ["spin", "sleep", "chatter", "dump"])
def test_it_is_ended_when_it_takes_or_says_too_much_or_dies(step):
    with pytest.raises(ConfinedFailure):
        run_confined(MODULE, [step], [b"x" * 200_000], BOUNDS)
