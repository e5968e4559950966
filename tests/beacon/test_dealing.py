"""`muhr beacon deal` and `take`: one file a holder, the whole key nowhere, counts refused."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from beacon import dealing
from beacon.cli import beacon
from beacon.domain.chain import ChainInfo
from beacon.domain.keepers import Keepers, Kind
from beacon.keys import HolderKey, parse_key, read_key
from foundation import log_lines
from foundation.values.refusal import Refusal
from sealing import bls, shared_key
from tests.beacon.made import Machine

ROUND = 99


def run(*arguments: object, data: Path | None = None, typed: bytes = b"") -> Result:
    environment = {"MUHR_DATA": str(data)} if data else {}
    texts = [str(argument) for argument in arguments]
    return CliRunner().invoke(beacon, texts, input=typed, env=environment)


def deal(out: Path, threshold: int = 2, holders: int = 3) -> Result:
    return run("deal", "--threshold", threshold, "--holders", holders, "--out", out)


def shares(out: Path) -> list[HolderKey]:
    found = [parse_key(path.read_bytes()) for path in sorted(out.glob("holder-*.json"))]
    assert all(isinstance(key, HolderKey) for key in found)
    return found  # type: ignore[return-value]


def test_one_file_a_holder_for_its_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "shares"
    result = deal(out)
    assert result.exit_code == 0, result.output
    names = {path.name for path in out.iterdir()}
    assert names == {"chain.json", "holder-1.json", "holder-2.json", "holder-3.json"}
    assert out.stat().st_mode & 0o777 == 0o700
    for path in out.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    chain = ChainInfo.parse((out / "chain.json").read_bytes())
    assert chain.keepers == Keepers(Kind.SHARED, 2, 3)
    assert result.stdout.splitlines()[-1] == chain.hash
    for pair in combinations(shares(out), 2):
        partials = {key.index: bls.sign_round(key.share, ROUND) for key in pair}
        signature = pair[0].group.combine(ROUND, partials)
        bls.verify_signature(chain.public_key, ROUND, signature)
    for key in shares(out):
        assert key.chain == chain
        with pytest.raises(Refusal, match="wrong-signature"):
            key.group.combine(ROUND, {key.index: bls.sign_round(key.share, ROUND)})


def test_the_whole_key_is_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    draw = bls.draw_secret
    monkeypatch.setattr(bls, "draw_secret", lambda data: drawn.append(draw(data)) or drawn[-1])
    result = deal(tmp_path / "shares", 3, 5)
    assert bls.public_key(drawn[0]) == shares(tmp_path / "shares")[0].chain.public_key
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    written.append(result.output.encode())
    assert len(written) == 7
    for coefficient in drawn:
        raw = coefficient.to_bytes(32, "big")
        forms = (raw, raw[::-1], raw.hex().encode(), str(coefficient).encode())
        assert not any(form in text for form in forms for text in written)
    for key in shares(tmp_path / "shares"):
        own = f"{key.share:064x}".encode()
        assert sum(own in text for text in written) == 1


@pytest.mark.parametrize(
    ("threshold", "holders", "code"),
    [(1, 1, "too-few-holders"), (2, 1, "too-few-holders"), (0, 0, "too-few-holders"),
     (2, -3, "too-few-holders"), (1, 3, "bad-threshold"), (0, 3, "bad-threshold"),
     (-2, 3, "bad-threshold"), (4, 3, "bad-threshold"),
     (2, shared_key.MOST_HOLDERS + 1, "too-many-holders")],
)  # fmt: skip
def test_counts_that_share_no_trust_are_refused(
    tmp_path: Path, threshold: int, holders: int, code: str
) -> None:
    result = deal(tmp_path / "shares", threshold, holders)
    assert result.exit_code == 1
    assert result.stdout == f"{code}\n"
    assert result.stderr
    assert not (tmp_path / "shares").exists()


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    for out in (tmp_path, tmp_path / "kept.txt"):
        result = deal(out)
        assert result.exit_code in (1, 2)
    assert deal(tmp_path).stdout == "output-exists\n"
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_shares_never_lie_within_the_program(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(dealing.PROGRAM)
    for out in (dealing.PROGRAM / "shares", link / "shares", dealing.PROGRAM / "docs" / ".." / "x"):
        assert deal(out).stdout == "output-in-program\n"
        assert not out.exists()


@pytest.mark.parametrize(
    "arguments", [(), ("--threshold", 2), ("--threshold", "two", "--holders", 3, "--out", "x")]
)
def test_wrong_use(arguments: tuple[object, ...]) -> None:
    assert run("deal", *arguments).exit_code == 2


def test_a_holder_takes_its_share_once(tmp_path: Path) -> None:
    deal(tmp_path / "shares")
    share = (tmp_path / "shares" / "holder-2.json").read_bytes()
    data = tmp_path / "data"
    result = run("take", "-", data=data, typed=share)
    assert result.exit_code == 0, result.output
    key = read_key(data / "beacon")
    assert isinstance(key, HolderKey)
    assert (key.index, result.stdout.splitlines()[-1]) == (2, key.chain.hash)
    assert (data / "beacon" / "key.json").stat().st_mode & 0o777 == 0o600
    again = run("take", tmp_path / "shares" / "holder-3.json", data=data)
    assert again.stdout == "beacon-key-there\n"
    assert read_key(data / "beacon") == key


def test_a_beacon_with_a_key_of_its_own_takes_no_share(tmp_path: Path) -> None:
    Machine().beacon(tmp_path / "data" / "beacon")
    deal(tmp_path / "shares")
    result = run("take", tmp_path / "shares" / "holder-1.json", data=tmp_path / "data")
    assert result.stdout == "beacon-key-there\n"


@pytest.mark.parametrize(
    "damage", ["cut", "share", "holder", "beyond", "threshold", "commitment", "chain", "own"]
)
def test_a_damaged_share_is_not_taken(tmp_path: Path, damage: str) -> None:
    deal(tmp_path / "shares")
    data = (tmp_path / "shares" / "holder-1.json").read_bytes()
    document = json.loads(data)
    other = json.loads((tmp_path / "shares" / "holder-2.json").read_bytes())
    if damage == "share":
        document["share"] = other["share"]
    elif damage == "holder":
        document["holder"] = 2
    elif damage == "beyond":
        document["holder"] = 4
    elif damage == "threshold":
        document["threshold"] = 3
    elif damage == "commitment":
        document["commitments"].reverse()
    elif damage == "chain":
        document["chain"]["genesis_time"] += 3
    elif damage == "own":
        document = {k: v for k, v in document.items() if k != "share"} | {"secret": "1" * 64}
    data = data[:-9] if damage == "cut" else json.dumps(document).encode()
    result = run("take", "-", data=tmp_path / "data", typed=data)
    assert result.exit_code == 1
    assert result.stdout == "beacon-key-damaged\n"
    assert not (tmp_path / "data" / "beacon" / "key.json").exists()


def test_holders_addresses_without_a_share_make_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A holder that was started too soon must not become a beacon of its own."""
    monkeypatch.setattr(log_lines, "install", lambda _level: None)
    environment = {
        "MUHR_DATA": str(tmp_path),
        "MUHR_BEACON_URL": "http://127.0.0.1:1",
        "MUHR_BEACON_HOLDERS": "http://a.example http://b.example",
    }
    result = CliRunner().invoke(beacon, ["serve"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "no-share\n")
    assert not (tmp_path / "beacon" / "key.json").exists()
