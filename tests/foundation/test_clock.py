"""The steady clock: no jump is followed, by no process of the machine, until it is confirmed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from foundation import machine as machine_readings
from foundation.clock import SteadyClock


@dataclass
class Machine:
    """The two clocks of a machine, set by hand."""

    wall: float = 1_000_000.0
    boot: float = 500.0

    def pass_seconds(self, seconds: float) -> None:
        self.wall += seconds
        self.boot += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(time, "time", lambda: made.wall)
    monkeypatch.setattr(time, "clock_gettime", lambda _clock: made.boot)
    return made


def test_a_jump_of_the_wall_clock_is_not_followed(machine: Machine) -> None:
    steady = SteadyClock()
    machine.pass_seconds(10)
    machine.wall += 0.5
    assert steady.now().timestamp() == pytest.approx(1_000_010.5)
    assert not steady.jumped()
    machine.pass_seconds(10)
    machine.wall += 86_400
    assert steady.jump().total_seconds() == pytest.approx(86_400)
    assert steady.now().timestamp() == pytest.approx(1_000_020.5)
    steady.confirm()
    assert not steady.jumped()
    assert steady.now().timestamp() == pytest.approx(machine.wall)


def test_one_confirmation_reaches_every_process(machine: Machine, tmp_path: Path) -> None:
    web, worker = SteadyClock(tmp_path / "agreed"), SteadyClock(tmp_path / "agreed")
    machine.wall -= 3600
    assert web.jumped()
    assert worker.jumped()
    machine.pass_seconds(5)
    SteadyClock(tmp_path / "agreed").confirm()
    assert not web.jumped()
    assert not worker.jumped()
    assert worker.now().timestamp() == pytest.approx(machine.wall)


def test_a_process_that_starts_after_a_jump_knows_of_it(machine: Machine, tmp_path: Path) -> None:
    SteadyClock(tmp_path / "agreed").keep()
    machine.pass_seconds(60)
    machine.wall += 7200
    restarted = SteadyClock(tmp_path / "agreed")
    assert restarted.jump().total_seconds() == pytest.approx(7200)
    restarted.keep()
    assert restarted.jumped()


def test_a_reading_of_an_earlier_run_of_the_machine_says_nothing(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SteadyClock(tmp_path / "agreed").confirm()
    monkeypatch.setattr(machine_readings, "boot_id", lambda: "another run")
    machine.wall, machine.boot = machine.wall + 86_400, 1.0
    assert not SteadyClock(tmp_path / "agreed").jumped()


def test_an_earlier_confirmation_does_not_cover_a_later_jump(
    machine: Machine, tmp_path: Path
) -> None:
    worker = SteadyClock(tmp_path / "agreed")
    machine.wall += 100
    SteadyClock(tmp_path / "agreed").confirm()
    machine.pass_seconds(10)
    machine.wall += 100
    assert worker.jumped()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"wall": "x"}', b"\xff"])
def test_a_damaged_file_is_as_good_as_none(machine: Machine, tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "agreed").write_bytes(damage)
    steady = SteadyClock(tmp_path / "agreed")
    assert not steady.jumped()
    machine.wall += 100
    assert steady.jumped()


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.floats(-1.9, 1.9), max_size=30))
def test_small_corrections_are_followed_and_never_add_up_to_a_jump(
    machine: Machine, corrections: list[float]
) -> None:
    steady = SteadyClock()
    for correction in corrections:
        machine.pass_seconds(60)
        machine.wall += correction
        assert steady.now().timestamp() == pytest.approx(machine.wall)
        assert not steady.jumped()
