"""Envelopes for a committee: any t members open, t − 1 never, and each cheat is named."""

from __future__ import annotations

import dataclasses
import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from sealing import age, seal
from sealing.age import Identity
from sealing.committee import Committee, commit, deal, open_share, recover
from sealing.envelope import open_member_share, open_with_file_key
from sealing.package import CommitteePart
from tests.sealing.made import (
    CONTEXT,
    FILES,
    KEY,
    MEMBERS,
    Shelf,
    committee,
    opened,
    repeatable,
    sealed,
)

TWO_OF_THREE = committee()
ENVELOPE, RECEIPT = sealed(members=TWO_OF_THREE)
EID = bytes.fromhex(RECEIPT.eid)


def share_of(member: int, envelope: bytes = ENVELOPE) -> tuple[int, bytes]:
    identity = MEMBERS[member - 1]
    return member, open_member_share(io.BytesIO(envelope), KEY, CONTEXT, member, [identity])


SHARES = tuple(share_of(member) for member in (1, 2, 3))


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda refusal: refusal.code == code)


@pytest.mark.parametrize("chosen", [*itertools.combinations(SHARES, 2), SHARES])
def test_any_quorum_opens(chosen: tuple[tuple[int, bytes], ...]) -> None:
    result, files = opened(ENVELOPE, members=TWO_OF_THREE, shares=chosen)
    assert files == FILES
    assert result.committee_id == TWO_OF_THREE.id


@pytest.mark.parametrize("chosen", [(), SHARES[:1], (SHARES[0], SHARES[0])])
def test_fewer_never_open(chosen: tuple[tuple[int, bytes], ...]) -> None:
    with refused("quorum"):
        opened(ENVELOPE, members=TWO_OF_THREE, shares=chosen)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 5), st.data())
def test_t_of_n_for_all_t_and_n(n: int, data: st.DataObject) -> None:
    t = data.draw(st.integers(1, n))
    members = committee(t, n)
    envelope, _ = sealed((("bid.json", b"{}"),), members=members, seed=b"%d/%d" % (t, n))
    shares = [
        (place, open_member_share(io.BytesIO(envelope), KEY, CONTEXT, place, [MEMBERS[place - 1]]))
        for place in range(1, n + 1)
    ]
    order = data.draw(st.permutations(shares))
    assert opened(envelope, members=members, shares=tuple(order[:t]))[1] == (("bid.json", b"{}"),)
    with refused("quorum"):
        opened(envelope, members=members, shares=tuple(order[: t - 1]))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 33 * 8 - 1))
def test_a_changed_share_names_its_member(bit: int) -> None:
    changed = bytearray(SHARES[1][1])
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Refusal) as caught:
        opened(ENVELOPE, members=TWO_OF_THREE, shares=(SHARES[0], (2, bytes(changed)), SHARES[2]))
    assert caught.value.code == "bad-share"
    assert caught.value.params == {"member": 2}


@pytest.mark.parametrize("share", [(0, b""), (4, bytes(33)), (1, b""), (1, bytes(34)), (256, b"")])
def test_shares_that_are_none(share: tuple[int, bytes]) -> None:
    with refused("bad-share"):
        opened(ENVELOPE, members=TWO_OF_THREE, shares=(*SHARES, share))


def test_the_committee_is_bound() -> None:
    for other in (None, committee(1, 3), committee(2, 4)):
        with refused("binding-committee"):
            opened(ENVELOPE, members=other, shares=SHARES)
    with refused("binding-committee"):
        opened(sealed()[0], members=TWO_OF_THREE, shares=SHARES)
    swapped = Committee(2, tuple(reversed(TWO_OF_THREE.members)))
    assert swapped.id != TWO_OF_THREE.id


def test_a_member_gives_no_share_for_another_envelope() -> None:
    with refused("binding-vendor"):
        context = dataclasses.replace(CONTEXT, vendor="V-8")
        open_member_share(io.BytesIO(ENVELOPE), KEY, context, 1, [MEMBERS[0]])
    with refused("wrong-identity"):
        open_member_share(io.BytesIO(ENVELOPE), KEY, CONTEXT, 2, [MEMBERS[0]])
    for member in (0, 4, -1):
        with refused("share-not-for-this-envelope"):
            open_member_share(io.BytesIO(ENVELOPE), KEY, CONTEXT, member, [MEMBERS[0]])
    with refused("binding-committee"):
        open_member_share(io.BytesIO(sealed()[0]), KEY, CONTEXT, 1, [MEMBERS[0]])


def dealt(seed: bytes = b"deal") -> tuple[CommitteePart, Identity]:
    inner = Identity(repeatable(seed)(32))
    return deal(TWO_OF_THREE, CONTEXT, EID, inner, repeatable(seed + b"+")), inner


def resealed(part: CommitteePart, **changes: object) -> CommitteePart:
    """Return the part with member 1's share file saying something else."""
    plain = age.open_bytes(part.shares[0], [MEMBERS[0]])
    found = dict(__import__("json").loads(plain)) | changes
    forged = age.seal_bytes(canonical(found), [MEMBERS[0].recipient()], repeatable(b"forge"))
    return dataclasses.replace(part, shares=(forged, *part.shares[1:]))


@pytest.mark.parametrize(
    "change",
    [
        {"tender": "T-2"},
        {"lot": "2"},
        {"kind": "technical"},
        {"vendor": "V-8"},
        {"eid": "22" * 16},
        {"i": 2},
        {"v": 2},
    ],
)
def test_a_share_of_another_envelope_is_not_given(change: dict[str, object]) -> None:
    part, _ = dealt()
    assert open_share(part, CONTEXT, EID, 1, [MEMBERS[0]])
    with refused("share-not-for-this-envelope"):
        open_share(resealed(part, **change), CONTEXT, EID, 1, [MEMBERS[0]])


@pytest.mark.parametrize("change", [{"share": "00" * 33}, {"share": "zz"}, {"more": 1}])
def test_a_member_sees_that_the_dealer_cheated(change: dict[str, object]) -> None:
    part, _ = dealt()
    with refused("dealer-cheated"):
        open_share(resealed(part, **change), CONTEXT, EID, 1, [MEMBERS[0]])
    broken = part.shares[0][:-1] + bytes([part.shares[0][-1] ^ 1])
    with refused("dealer-cheated"):
        damaged = dataclasses.replace(part, shares=(broken, *part.shares[1:]))
        open_share(damaged, CONTEXT, EID, 1, [MEMBERS[0]])


def shares_of(part: CommitteePart) -> list[tuple[int, bytes]]:
    return [
        (place, open_share(part, CONTEXT, EID, place, [MEMBERS[place - 1]])) for place in (1, 2, 3)
    ]


def test_a_dealer_whose_shares_do_not_fit_is_named() -> None:
    part, inner = dealt()
    shares = shares_of(part)
    assert recover(part, EID, shares[:2]) == inner
    other = str(Identity(bytes(32)).recipient())
    wrong_key = dataclasses.replace(part, inner_recipient=other)
    off = bytes([shares[2][1][0] ^ 1]) + shares[2][1][1:]
    off_line = dataclasses.replace(part, commitments=(*part.commitments[:2], commit(EID, 3, off)))
    moved = dataclasses.replace(part, x=(part.x[1], part.x[0], part.x[2]))
    for cheated in (wrong_key, off_line, moved):
        with refused("dealer-cheated"):
            recover(cheated, EID, shares[:2])


def test_the_private_receipt_opens_a_committees_envelope() -> None:
    shelf = Shelf()
    open_with_file_key(
        io.BytesIO(ENVELOPE),
        RECEIPT.file_key,
        CONTEXT,
        shelf,
        committee=TWO_OF_THREE,
        inner_secret=RECEIPT.inner_secret,
    )
    assert shelf.contents() == FILES
    for secret in (None, bytes(32)):
        with refused("wrong-identity"):
            open_with_file_key(
                io.BytesIO(ENVELOPE),
                RECEIPT.file_key,
                CONTEXT,
                Shelf(),
                committee=TWO_OF_THREE,
                inner_secret=secret,
            )


def cheat(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    """Seal with a changed inner package, as a hostile vendor's own program could."""
    real = seal._Contents.write
    monkeypatch.setattr(
        seal._Contents,
        "write",
        lambda self, writer: real(dataclasses.replace(self, **changes), writer),
    )


def opened_cheat() -> None:
    envelope, _ = sealed(members=TWO_OF_THREE)
    shares = tuple(share_of(member, envelope) for member in (1, 2))
    opened(envelope, members=TWO_OF_THREE, shares=shares)


def test_the_inner_package_is_bound_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        cheat(patch, context=dataclasses.replace(CONTEXT, lot="2"))
        with refused("binding-lot"):
            opened_cheat()
    with monkeypatch.context() as patch:
        cheat(patch, eid=bytes(16))
        with refused("binding-eid"):
            opened_cheat()


def test_a_damaged_inner_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = seal.StreamWriter.close

    def close(writer: seal.StreamWriter) -> None:
        if isinstance(writer._sink, seal.StreamWriter):
            writer._counter += 1
        real(writer)

    monkeypatch.setattr(seal.StreamWriter, "close", close)
    envelope, _ = sealed((("a", b"x"),), members=TWO_OF_THREE)
    monkeypatch.undo()
    shares = tuple(share_of(member, envelope) for member in (1, 2))
    with refused("inner-age-failed"):
        opened(envelope, members=TWO_OF_THREE, shares=shares)


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b'{"t":1,"members":[]}',
        b'{"t":0,"members":["x"]}',
        canonical({"t": 2, "members": [str(MEMBERS[0].recipient())]}),
        canonical({"t": 1, "members": [str(MEMBERS[0].recipient())] * 2}),
        canonical({"t": 1, "members": [str(MEMBERS[0])]}),
        canonical({"t": True, "members": [str(MEMBERS[0].recipient())]}),
    ],
)
def test_what_is_no_committee(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Committee.parse(data)
