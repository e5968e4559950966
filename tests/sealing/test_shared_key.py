"""A key in shares: any threshold signs as the whole key would, fewer never do, lies show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_ecc.bls import point_compression
from py_ecc.optimized_bls12_381 import G2, multiply, pairing

from foundation.values.refusal import Refusal
from sealing import bls, shared_key
from tests.sealing.made import repeatable

ROUND = 4_711


@st.composite
def dealt(draw: st.DrawFn) -> tuple[shared_key.Deal, int, list[int]]:
    """Return a deal, its threshold and its holders in any order."""
    holders = draw(st.integers(2, 6))
    threshold = draw(st.integers(2, holders))
    deal = shared_key.deal(threshold, holders, repeatable(draw(st.binary(min_size=1, max_size=8))))
    return deal, threshold, draw(st.permutations(range(1, holders + 1)))


def partials(deal: shared_key.Deal, holders: list[int]) -> dict[int, bytes]:
    return {index: bls.sign_round(deal.shares[index - 1], ROUND) for index in holders}


@settings(max_examples=25, deadline=None)
@given(dealt())
def test_any_threshold_signs_and_one_fewer_never(
    made: tuple[shared_key.Deal, int, list[int]],
) -> None:
    deal, threshold, holders = made
    signature = shared_key.combine(partials(deal, holders[:threshold]))
    bls.verify_signature(deal.commitments[0], ROUND, signature)
    assert signature == shared_key.combine(partials(deal, holders))
    for count in range(1, threshold):
        with pytest.raises(Refusal, match="wrong-signature"):
            bls.verify_signature(
                deal.commitments[0], ROUND, shared_key.combine(partials(deal, holders[:count]))
            )


@settings(max_examples=40, deadline=None)
@given(dealt(), st.integers(0, 48 * 8 - 1))
def test_any_flipped_partial_is_refused(
    made: tuple[shared_key.Deal, int, list[int]], bit: int
) -> None:
    deal, _, holders = made
    (partial,) = partials(deal, holders[:1]).values()
    key = shared_key.holder_key(deal.commitments, holders[0])
    bls.verify_signature(key, ROUND, partial)
    flipped = bytearray(partial)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Refusal, match="wrong-signature"):
        bls.verify_signature(key, ROUND, bytes(flipped))
    for other in holders[1:]:
        with pytest.raises(Refusal, match="wrong-signature"):
            bls.verify_signature(shared_key.holder_key(deal.commitments, other), ROUND, partial)


def test_the_key_is_the_polynomials_at_zero() -> None:
    """Recomputed in integers: what no file holds would sign the very same."""
    deal = shared_key.deal(3, 5, repeatable(b"zero"))
    whole = 0
    for index in (1, 3, 4):
        weight = 1
        for other in {1, 3, 4} - {index}:
            weight = weight * other * pow(other - index, -1, bls.GROUP_ORDER)
        whole += weight * deal.shares[index - 1]
    whole %= bls.GROUP_ORDER
    assert bls.public_key(whole) == deal.commitments[0]
    assert bls.sign_round(whole, ROUND) == shared_key.combine(partials(deal, [5, 2, 4]))
    assert whole not in deal.shares
    assert str(whole) not in repr(deal)
    assert str(deal.shares[0]) not in repr(deal)


def test_an_independent_library_agrees() -> None:
    """py_ecc makes the same holder's key, and its pairing accepts the combined signature."""
    deal = shared_key.deal(2, 3, repeatable(b"foreign"))
    for index, share in enumerate(deal.shares, start=1):
        x, y = point_compression.compress_G2(multiply(G2, share))
        ours = shared_key.holder_key(deal.commitments, index)
        assert ours == x.to_bytes(48, "big") + y.to_bytes(48, "big")
    signature = shared_key.combine(partials(deal, [3, 1]))
    point = point_compression.decompress_G1(int.from_bytes(signature, "big"))
    message = point_compression.decompress_G1(
        int.from_bytes(bls.round_point(ROUND).to_compressed_bytes(), "big")
    )
    half = len(deal.commitments[0]) // 2
    key = point_compression.decompress_G2(
        (
            int.from_bytes(deal.commitments[0][:half], "big"),
            int.from_bytes(deal.commitments[0][half:], "big"),
        )
    )
    assert pairing(G2, point) == pairing(key, message)


@pytest.mark.parametrize(("threshold", "holders"), [(1, 2), (0, 0), (2, 1), (4, 3), (2, 33)])
def test_counts_that_share_nothing(threshold: int, holders: int) -> None:
    with pytest.raises(ValueError, match="threshold"):
        shared_key.deal(threshold, holders, repeatable(b"counts"))


@pytest.mark.parametrize("partial", [b"", bytes(48), bytes([0xC0]) + bytes(47), b"\xff" * 48])
def test_partials_that_are_no_points(partial: bytes) -> None:
    with pytest.raises(bls.BadPoint):
        shared_key.combine({1: partial, 2: bls.sign_round(5, ROUND)})
