"""Points, the pairing's bytes, hash to curve and the time lock, against an independent library."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_arkworks_bls12381 import G1Point, G2Point, Scalar
from py_ecc.bls import hash_to_curve
from py_ecc.bls.point_compression import compress_G1, decompress_G2
from py_ecc.fields import optimized_bls12_381_FQ12 as FQ12
from py_ecc.optimized_bls12_381 import G1, G2, multiply, pairing

from foundation.values.refusal import Refusal
from sealing import bls, tlock
from tests.sealing.made import CHAIN, KEY, ROUND, TEST_SECRET, repeatable

FIELD = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
    "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    16,
)


def test_the_known_answer_of_the_pairing() -> None:
    gt = bls.pairing_bytes(G1Point(), G2Point())
    assert len(gt) == 576
    assert sha256(b"IBE-H2" + gt).hexdigest()[:32] == "cb87319f24560b5231579a09ad79f12e"
    tlock.check_known_answer()


@pytest.mark.slow
def test_an_independent_library_opens_what_we_seal() -> None:
    file_key, sigma = bytes(range(16)), bytes(range(16, 32))
    body = tlock.encrypt_with(sigma, file_key, CHAIN.public_key, ROUND)
    message = sha256(ROUND.to_bytes(8, "big")).digest()
    point = hash_to_curve.hash_to_G1(message, bls.HASH_TO_CURVE_TAG, sha256)
    assert compress_G1(point).to_bytes(48, "big") == bls.round_point(ROUND).to_compressed_bytes()
    u = decompress_G2((int.from_bytes(body[:48], "big"), int.from_bytes(body[48:96], "big")))
    gt = tower_bytes(pairing(u, multiply(point, TEST_SECRET)))
    assert gt == bls.pairing_bytes(bls.decode_g1(KEY.signature), bls.decode_g2(body[:96]))
    opened_sigma = xor(body[96:112], sha256(b"IBE-H2" + gt).digest()[:16])
    assert opened_sigma == sigma
    assert xor(body[112:], sha256(b"IBE-H4" + sigma).digest()[:16]) == file_key
    assert tower_bytes(pairing(G2, G1)) == bls.pairing_bytes(G1Point(), G2Point())


def tower_bytes(element: FQ12) -> bytes:
    """Write py-ecc's pairing as the 576 bytes of the format.

    Both libraries' pairings are right and differ by a fixed power: arkworks, like drand's, cubes
    in the final exponentiation and inverts for the curve's negative parameter; py-ecc does
    neither. py-ecc holds a polynomial in w with (w⁶ − 1)² = −1, so u = w⁶ − 1, and the
    coefficient of wⁱ is (aᵢ + aᵢ₊₆) + aᵢ₊₆·u. The tower is c1 (w⁵, w³, w) before c0 (w⁴, w², 1).
    """
    element = element.inv() ** 3
    low = [int(value) for value in element.coeffs[:6]]
    high = [int(value) for value in element.coeffs[6:]]
    return b"".join(
        high[place].to_bytes(48, "big") + ((low[place] + high[place]) % FIELD).to_bytes(48, "big")
        for place in (5, 3, 1, 4, 2, 0)
    )


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=16, max_size=16), st.integers(1, 10**15 - 1), st.binary(max_size=8))
def test_a_file_key_comes_back(file_key: bytes, round_number: int, seed: bytes) -> None:
    body = tlock.encrypt(file_key, CHAIN.public_key, round_number, repeatable(seed))
    assert len(body) == tlock.BODY_SIZE
    assert tlock.decrypt(body, bls.sign_round(TEST_SECRET, round_number)) == file_key


def test_another_rounds_signature_opens_nothing() -> None:
    body = tlock.encrypt(bytes(16), CHAIN.public_key, ROUND, repeatable(b"x"))
    with pytest.raises(Refusal) as refused:
        tlock.decrypt(body, bls.sign_round(TEST_SECRET, ROUND + 1))
    assert refused.value.code == "ibe-failed"


@pytest.mark.parametrize(
    ("key", "round_number", "signature"),
    [
        (CHAIN.public_key, ROUND + 1, KEY.signature),
        (bls.public_key(5), ROUND, KEY.signature),
        (CHAIN.public_key, ROUND, bytes([0xC0]) + bytes(47)),
        (CHAIN.public_key, ROUND, KEY.signature[:47]),
        (CHAIN.public_key, ROUND, bytes(48)),
        (CHAIN.public_key, 2**64, KEY.signature),
        (bytes(96), ROUND, KEY.signature),
    ],
)
def test_wrong_signatures(key: bytes, round_number: int, signature: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        bls.verify_signature(key, round_number, signature)
    assert refused.value.code == "wrong-signature"


def test_a_right_signature_holds() -> None:
    bls.verify_signature(CHAIN.public_key, ROUND, KEY.signature)


def outside_subgroup() -> bytes:
    """Return 96 bytes of a point that is on the curve but not in the subgroup."""
    for value in range(1, 1000):
        data = bytearray(96)
        data[0] = 0x80
        data[-2:] = value.to_bytes(2, "big")
        try:
            point = G2Point.from_compressed_bytes_unchecked(bytes(data))
        except ValueError:
            continue
        if not point.is_in_subgroup():
            return bytes(data)
    raise AssertionError("no such point")


def test_points_that_are_none() -> None:
    good = G2Point().to_compressed_bytes()
    over = (int.from_bytes(good[:48], "big") & ((1 << 381) - 1)) + FIELD
    bad = [
        outside_subgroup(),
        bytes([0xC0]) + bytes(95),
        bytes([0xE0]) + bytes(95),
        bytes([good[0] & 0x7F]) + good[1:],
        b"\x9f" + b"\xff" * 95,
        good[:95],
        good + b"\0",
        b"",
        bytes(96),
    ]
    if over < 1 << 381:
        bad.append((over | 0b100 << 381).to_bytes(48, "big") + good[48:])
    for data in bad:
        with pytest.raises(bls.BadPoint):
            bls.decode_g2(data)
    assert bls.decode_g2(good) == G2Point()
    assert bls.decode_g1((G1Point() * Scalar(3)).to_compressed_bytes()) == G1Point() * Scalar(3)
