"""The sealing vectors of other implementations; collected only when MUHR_SHARED names a folder."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from beacon.domain.chain import ChainInfo, round_at, time_of_round
from portal.commands import muhr
from sealing import bls, tlock
from sealing.age import Identity
from sealing.committee import Committee
from sealing.envelope import open_member_share, unwrap_envelope
from sealing.package import Context
from tests.sealing.made import opened

if os.environ.get("MUHR_SHARED"):
    FOLDER = Path(os.environ["MUHR_SHARED"]) / "vectors" / "sealing"
    CHAIN = ChainInfo.parse((FOLDER / "chain_info.json").read_bytes())
    QUICKNET = ChainInfo.parse((FOLDER / "quicknet_info.json").read_bytes())

    def read(name: str) -> Any:
        return json.loads((FOLDER / name).read_bytes())

    def signature(round_number: int) -> str:
        found: str = read("beacons.json")[str(round_number)]["signature"]
        return found

    def run(arguments: Sequence[str]) -> tuple[int, list[str]]:
        result = CliRunner().invoke(muhr, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.stdout.splitlines()

    KEY = CHAIN.round_key(1000, bytes.fromhex(signature(1000)))

    @pytest.mark.parametrize("number", read("beacons.json"))
    def test_beacons(number: str) -> None:
        found = read("beacons.json")[number]
        data = bytes.fromhex(found["signature"])
        bls.verify_signature(CHAIN.public_key, int(number), data)
        assert sha256(data).hexdigest() == found["randomness"]

    @pytest.mark.parametrize("case", read("ibe_kat.json")["vectors"])
    def test_time_lock(case: dict[str, Any]) -> None:
        sigma, file_key = bytes.fromhex(case["sigma"]), bytes.fromhex(case["file_key"])
        number = case["round"]
        assert bls.round_message(number).hex() == case["round_id"]
        assert bls.round_point(number).to_compressed_bytes().hex() == case["Q_id"]
        assert hex(tlock.derive_scalar(sigma, file_key)) == case["r_scalar"]
        body = tlock.encrypt_with(sigma, file_key, CHAIN.public_key, number)
        assert body.hex() == case["stanza_body"]
        assert tlock.decrypt(body, bytes.fromhex(case["signature"])) == file_key
        assert read("ibe_kat.json")["e_g1_g2_H2_16"] == tlock.KNOWN_ANSWER

    @pytest.mark.parametrize("case", read("rounds.json"))
    def test_rounds(case: dict[str, Any]) -> None:
        chain = QUICKNET if case["chain"] == "quicknet" else CHAIN
        at = datetime.fromtimestamp(case["deadline"], UTC)
        number = round_at(chain, at, 0)
        assert number == case["round"]
        assert time_of_round(chain, number).timestamp() == case["round_time"]

    @pytest.mark.parametrize("name", ["small", "65536", "empty"])
    def test_files_of_typage(name: str) -> None:
        out = io.BytesIO()
        with (FOLDER / f"typage_r1000_{name}.age").open("rb") as stream:
            unwrap_envelope(stream, KEY, out)
        assert out.getvalue() == (FOLDER / f"plain_{name}.bin").read_bytes()

    def test_drands_own_vector() -> None:
        case = read("public_quicknet_12040883.json")
        assert ChainInfo.from_document(case["info"]) == QUICKNET
        key = QUICKNET.round_key(case["round"], bytes.fromhex(case["signature"]))
        out = io.BytesIO()
        with (FOLDER / "public_quicknet_12040883.age").open("rb") as stream:
            unwrap_envelope(stream, key, out)
        assert out.getvalue().decode() == case["plaintext"]

    @pytest.mark.parametrize(
        "case", [*read("negative/index.json"), {"file": "00_good.age", "code": None}]
    )
    def test_negative(case: dict[str, Any], tmp_path: Path) -> None:
        file, out = str(FOLDER / "negative" / case["file"]), tmp_path / "out"
        chain = ["--chain", str(FOLDER / "chain_info.json")]
        context = ["--context", str(FOLDER / "negative" / "context.json")]
        checked = run(["envelope", "check", file, *chain, "--round", "1000"])
        opens = ["--signature", signature(1000), "--out", str(out)]
        opening = run(["envelope", "open", file, *chain, *context, *opens])
        assert checked[0] == (1 if case.get("stage") == "upload" else 0)
        assert opening[0] == (1 if case["code"] else 0)
        if case.get("stage") == "upload":
            assert checked[1][-1] == case["code"]
        if case["code"]:
            assert opening[1][-1] == case["code"]
            assert list(tmp_path.iterdir()) == []
        else:
            assert (out / "a.txt").read_bytes() == b"hello"

    def test_whole_envelopes() -> None:
        people = read("envelopes/committee_TEST_identities.json")
        context = Context.parse(json.dumps(people["ctx"]).encode())
        expected = read("envelopes/expected.json")
        committee = Committee.parse(json.dumps(people["committee"]).encode())
        shares = []
        for place, name in enumerate(people["identities"], 1):
            with (FOLDER / "envelopes/committee_3of5.age").open("rb") as stream:
                identity = [Identity.parse(name)]
                shares.append((place, open_member_share(stream, KEY, context, place, identity)))
        found = opened(
            (FOLDER / "envelopes/committee_3of5.age").read_bytes(),
            key=KEY,
            context=context,
            members=committee,
            shares=tuple(shares[1:4]),
        )[0]
        alone = opened(
            (FOLDER / "envelopes/timelock_only.age").read_bytes(), key=KEY, context=context
        )[0]
        assert found.eid == expected["eid"]
        for result in (found, alone):
            files = [{"name": file.name, "sha256": file.sha256} for file in result.files]
            assert files == expected["files"]
