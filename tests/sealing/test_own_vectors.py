"""Our own vectors: made again to the byte, and opened from the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from beacon.domain.chain import ChainInfo
from sealing.age import Identity
from sealing.committee import Committee
from sealing.envelope import open_member_share, open_with_file_key
from sealing.package import Context
from sealing.receipt import PrivateReceipt
from tests.sealing.made import Shelf, opened
from tests.vectors.sealing import make_vectors

FOLDER = Path(make_vectors.__file__).parent
CHAIN = ChainInfo.parse((FOLDER / "chain_info.json").read_bytes())
CONTEXT = Context.parse((FOLDER / "context.json").read_bytes())
COMMITTEE = Committee.parse((FOLDER / "committee.json").read_bytes())
BEACON = json.loads((FOLDER / "beacon.json").read_bytes())
KEY = CHAIN.round_key(BEACON["round"], bytes.fromhex(BEACON["signature"]))


@pytest.mark.parametrize("name", sorted(make_vectors.vectors()))
def test_the_bytes_are_made_again(name: str) -> None:
    assert (FOLDER / name).read_bytes() == make_vectors.vectors()[name]


def test_the_time_lock_opens() -> None:
    data = (FOLDER / "timelock.age").read_bytes()
    assert opened(data, key=KEY, context=CONTEXT)[1] == make_vectors.FILES


def test_the_committee_opens() -> None:
    path = FOLDER / "committee_2of3.age"
    names = json.loads((FOLDER / "committee_TEST_identities.json").read_bytes())
    shares = []
    for member in (1, 3):
        with path.open("rb") as stream:
            identity = Identity.parse(names[member - 1])
            shares.append((member, open_member_share(stream, KEY, CONTEXT, member, [identity])))
    result = opened(
        path.read_bytes(), key=KEY, context=CONTEXT, members=COMMITTEE, shares=tuple(shares)
    )
    assert result[1] == make_vectors.FILES


@pytest.mark.parametrize(("name", "committee"), [("timelock", None), ("committee", COMMITTEE)])
def test_the_private_receipts_open(name: str, committee: Committee | None) -> None:
    receipt = PrivateReceipt.parse((FOLDER / f"{name}_receipt.json").read_bytes())
    path = FOLDER / ("committee_2of3.age" if committee else "timelock.age")
    shelf = Shelf()
    with path.open("rb") as stream:
        open_with_file_key(
            stream,
            receipt.file_key,
            receipt.context,
            shelf,
            committee=committee,
            inner_secret=receipt.inner_secret,
        )
    assert shelf.contents() == make_vectors.FILES
