"""Evidence against a bidder: it holds for every cheated share file and for no honest one."""

from __future__ import annotations

import dataclasses
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import age
from sealing.age_header import read_header
from sealing.committee import prove_cheating
from sealing.package import CommitteePart
from sealing.reading import Reader
from tests.sealing.made import CONTEXT, MEMBERS
from tests.sealing.test_committee import EID, dealt, refused, resealed


def key_of(part: CommitteePart) -> bytes:
    """The age file key of member 1's share file, as only that member and the dealer have it."""
    header = read_header(Reader(io.BytesIO(part.shares[0])))
    return age.find_file_key(header, [MEMBERS[0]])


def broken_at(part: CommitteePart, place: int) -> CommitteePart:
    file = bytearray(part.shares[0])
    file[place] ^= 1
    return dataclasses.replace(part, shares=(bytes(file), *part.shares[1:]))


@pytest.mark.parametrize(
    "change",
    [{"share": "00" * 33}, {"share": "zz"}, {"more": 1}, {"vendor": "V-8"}, {"i": 2}, {"v": 2}],
)
def test_a_cheated_share_file_is_proved_by_its_key(change: dict[str, object]) -> None:
    cheated = resealed(dealt()[0], **change)
    prove_cheating(cheated, CONTEXT, EID, 1, key_of(cheated))


def test_a_payload_that_does_not_hold_is_proved_by_its_key() -> None:
    part, _ = dealt()
    prove_cheating(broken_at(part, -1), CONTEXT, EID, 1, key_of(part))


def test_a_file_that_is_no_age_file_needs_no_key() -> None:
    part, _ = dealt()
    prove_cheating(broken_at(part, 0), CONTEXT, EID, 1, b"")


def test_an_honest_share_file_proves_nothing() -> None:
    part, _ = dealt()
    with refused("bad-share"):
        prove_cheating(part, CONTEXT, EID, 1, key_of(part))


@given(key=st.binary(min_size=16, max_size=16))
def test_no_made_up_key_is_evidence(key: bytes) -> None:
    part, _ = dealt()
    for against in (part, resealed(part, share="00" * 33)):
        if key != key_of(against):
            with refused("bad-share"):
                prove_cheating(against, CONTEXT, EID, 1, key)


@pytest.mark.parametrize("member", [0, 4, -1])
def test_there_is_no_such_member(member: int) -> None:
    part, _ = dealt()
    with refused("bad-share"):
        prove_cheating(part, CONTEXT, EID, member, key_of(part))
