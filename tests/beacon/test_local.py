"""The local beacon: nothing early, its key to itself, its state over restarts."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from beacon import anchor
from beacon.domain.chain import ChainInfo, last_round, time_of_round
from beacon.due import BeaconLock, request_confirmation
from beacon.local import LocalBeacon
from foundation.values.refusal import Refusal
from sealing import bls
from tests.beacon.made import START, Machine


def test_rounds_are_signed_when_they_are_due_and_not_before(tmp_path: Path) -> None:
    machine = Machine()
    beacon = machine.beacon(tmp_path)
    newest = last_round(beacon.chain, START)
    assert beacon.latest() == newest
    signature = beacon.signature(newest)
    assert signature is not None
    bls.verify_signature(beacon.chain.public_key, newest, signature)
    for future in (newest + 1, newest + 20, 10**15):
        assert beacon.signature(future) is None
    assert beacon.signature(0) is None
    machine.run((time_of_round(beacon.chain, newest + 1) - START).total_seconds() - 0.001)
    assert beacon.signature(newest + 1) is None
    machine.run(0.001)
    assert beacon.signature(newest + 1) is not None


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "beacon"
    beacon = Machine().beacon(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    secret = json.loads((folder / "key.json").read_bytes())["secret"]
    assert bls.public_key(int(secret, 16)) == beacon.chain.public_key
    assert ChainInfo.parse((folder / "chain.json").read_bytes()) == beacon.chain
    for name in ("chain.json", "state.json"):
        assert secret not in (folder / name).read_text()
    assert secret not in repr(vars(beacon)["chain"])


def test_a_restart_keeps_chain_and_last_round(tmp_path: Path) -> None:
    machine = Machine()
    first = machine.beacon(tmp_path)
    machine.run(30)
    first.tick()
    newest = first.latest()
    machine.run(-3600)
    again = machine.beacon(tmp_path, seed=b"another")
    assert again.chain == first.chain
    assert again.latest() == newest
    assert again.signature(newest) == first.signature(newest)


def test_a_clock_set_forward_signs_at_most_a_minute_ahead(tmp_path: Path) -> None:
    machine = Machine()
    beacon = machine.beacon(tmp_path)
    machine.step(86_400)
    limit = last_round(beacon.chain, START + timedelta(seconds=60))
    assert beacon.latest() == limit
    assert beacon.signature(limit + 1) is None
    assert beacon.held()
    for _ in range(100):
        beacon.tick()
    assert beacon.latest() == limit
    machine.run(9)
    assert beacon.latest() == limit + 3


@pytest.mark.parametrize("word", ["kernel", "operator"])
def test_a_clock_put_right_takes_back_what_a_wrong_one_reached(tmp_path: Path, word: str) -> None:
    machine = Machine(in_step=True)
    beacon = machine.beacon(tmp_path)
    right = beacon.latest()
    machine.step(86_400)
    beacon.tick()
    assert beacon.signature(right + 1000) is not None
    machine.step(-86_400)
    machine.in_step = word == "kernel"
    beacon = machine.beacon(tmp_path)
    if word == "operator":
        assert beacon.latest() > right, "a clock that nobody vouches for takes nothing back"
        request_confirmation(tmp_path)
        beacon.tick()
    assert beacon.latest() == right
    assert beacon.signature(right + 1) is None
    assert machine.beacon(tmp_path).latest() == right


def test_a_day_of_downtime_on_a_running_machine_is_no_jump(tmp_path: Path) -> None:
    machine = Machine()
    machine.beacon(tmp_path)
    machine.run(86_400)
    beacon = machine.beacon(tmp_path)
    assert beacon.latest() == last_round(beacon.chain, machine.wall)
    assert not beacon.held()


def test_after_a_reboot_the_clock_needs_a_word(tmp_path: Path) -> None:
    machine = Machine()
    machine.beacon(tmp_path)
    machine.step(86_400)
    machine.restart("boot-2")
    beacon = machine.beacon(tmp_path)
    assert beacon.held()
    assert beacon.latest() == last_round(beacon.chain, START + timedelta(seconds=60))
    request_confirmation(tmp_path)
    beacon.tick()
    assert not beacon.held()
    assert machine.confirmed
    assert beacon.latest() == last_round(beacon.chain, machine.wall)
    assert not (tmp_path / "confirmed").exists()


def test_a_synchronised_clock_is_believed(tmp_path: Path) -> None:
    machine = Machine()
    machine.beacon(tmp_path)
    machine.step(86_400)
    machine.restart("boot-2")
    machine.in_step = True
    beacon = machine.beacon(tmp_path)
    assert not beacon.held()
    assert beacon.latest() == last_round(beacon.chain, machine.wall)


def test_practice_believes_the_clock_at_its_start(tmp_path: Path) -> None:
    machine = Machine()
    machine.beacon(tmp_path)
    machine.step(86_400)
    machine.restart("boot-2")
    beacon = machine.beacon(tmp_path, trust=True)
    assert beacon.latest() == last_round(beacon.chain, machine.wall)


def test_a_damaged_state_opens_nothing_by_itself(tmp_path: Path) -> None:
    machine = Machine()
    first = machine.beacon(tmp_path)
    for data in (b"", b"{}", b"[]", b"\xff", b'{"at":"x"}'):
        (tmp_path / "state.json").write_bytes(data)
        beacon = machine.beacon(tmp_path)
        assert beacon.held()
        assert beacon.latest() == 0
    request_confirmation(tmp_path)
    beacon.tick()
    assert beacon.latest() == first.latest()


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Machine().beacon(tmp_path)
    (tmp_path / "key.json").chmod(0o640)
    with pytest.raises(Refusal) as refused:
        Machine().beacon(tmp_path)
    assert refused.value.code == "beacon-key-unsafe"


@pytest.mark.parametrize("damage", ["cut", "secret", "period", "text"])
def test_a_damaged_key_is_refused_and_kept(tmp_path: Path, damage: str) -> None:
    Machine().beacon(tmp_path)
    path = tmp_path / "key.json"
    document = json.loads(path.read_bytes())
    if damage == "secret":
        document["secret"] = "1" * 64
    elif damage == "period":
        document["period"] = 4
    data = json.dumps(document).encode()
    path.write_bytes({"cut": data[:-5], "text": b"hello"}.get(damage, data))
    before = path.read_bytes()
    with pytest.raises(Refusal) as refused:
        Machine().beacon(tmp_path)
    assert refused.value.code == "beacon-key-damaged"
    assert path.read_bytes() == before


def test_only_one_beacon_runs_on_a_folder(tmp_path: Path) -> None:
    first, second = BeaconLock(tmp_path), BeaconLock(tmp_path)
    assert first.take()
    assert not second.take()


def test_each_installation_has_a_chain_of_its_own(tmp_path: Path) -> None:
    machine = Machine()
    chains = {machine.beacon(tmp_path / name, seed=name.encode()).chain.hash for name in "ab"}
    assert len(chains) == 2


def test_the_machines_own_clocks_can_be_read(tmp_path: Path) -> None:
    clocks = anchor.machine_clocks()
    assert clocks.boot_seconds() > 0
    assert clocks.boot_id()
    assert isinstance(clocks.synchronised(), bool)
    beacon = LocalBeacon.start(tmp_path, clocks, lambda size: bytes(size))
    assert beacon.latest() == last_round(beacon.chain, clocks.now())
