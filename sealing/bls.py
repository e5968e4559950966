"""Points, pairings and signatures on BLS12-381 as drand's `bls-unchained-g1-rfc9380` uses them."""

from functools import lru_cache
from hashlib import sha256

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from foundation.values.refusal import Refusal

HASH_TO_CURVE_TAG = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
GROUP_ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
SIGNATURE_SIZE = 48
PUBLIC_KEY_SIZE = 96
GT_SIZE = 576
# The check of a bid and its opening ask for the same point, and all bids for the round's.
KEPT_POINTS = 64


class BadPoint(ValueError):
    """The bytes are no canonical point of the prime-order subgroup, or the identity."""


@lru_cache(maxsize=KEPT_POINTS)
def decode_g1(data: bytes) -> G1Point:
    """Return the point of 48 compressed bytes.

    Raises:
        BadPoint: off the curve, outside the subgroup, the identity or not canonical.
    """
    if len(data) != SIGNATURE_SIZE:
        raise BadPoint
    try:
        point = G1Point.from_compressed_bytes(data)
    except ValueError as error:
        raise BadPoint from error
    if not point.is_in_subgroup() or point == G1Point.identity():
        raise BadPoint
    if point.to_compressed_bytes() != data:
        raise BadPoint
    return point


@lru_cache(maxsize=KEPT_POINTS)
def decode_g2(data: bytes) -> G2Point:
    """Return the point of 96 compressed bytes.

    Raises:
        BadPoint: off the curve, outside the subgroup, the identity or not canonical.
    """
    if len(data) != PUBLIC_KEY_SIZE:
        raise BadPoint
    try:
        point = G2Point.from_compressed_bytes(data)
    except ValueError as error:
        raise BadPoint from error
    if not point.is_in_subgroup() or point == G2Point.identity():
        raise BadPoint
    if point.to_compressed_bytes() != data:
        raise BadPoint
    return point


def round_message(round_number: int) -> bytes:
    """Return the 32 bytes that the beacon signs for a round."""
    return sha256(round_number.to_bytes(8, "big")).digest()


def round_point(round_number: int) -> G1Point:
    """Return Q, the round's message hashed to G1.

    Source:
        RFC 9380, suite BLS12381G1_XMD:SHA-256_SSWU_RO_.
    """
    return G1Point.hash_to_curve(round_message(round_number), HASH_TO_CURVE_TAG)


def verify_signature(public_key: bytes, round_number: int, signature: bytes) -> None:
    """Check a round's signature against the chain's public key.

    Raises:
        Refusal: ``wrong-signature``.
    """
    try:
        point, key = decode_g1(signature), decode_g2(public_key)
        expected = round_point(round_number)
    except (BadPoint, OverflowError) as error:
        raise Refusal("wrong-signature") from error
    if not GT.pairing_check([point, -expected], [G2Point(), key]):
        raise Refusal("wrong-signature")


def public_key(secret: int) -> bytes:
    """Return the 96 bytes of secret times the generator of G2; ``secret`` in 1..order-1."""
    return (G2Point() * Scalar(secret)).to_compressed_bytes()


def sign_round(secret: int, round_number: int) -> bytes:
    """Return the 48-byte signature of a round."""
    return (round_point(round_number) * Scalar(secret)).to_compressed_bytes()


def draw_secret(drawn: bytes) -> int:
    """Return a secret scalar in 1..order-1 from 48 uniformly random bytes."""
    return int.from_bytes(drawn[:48], "big") % (GROUP_ORDER - 1) + 1


def pairing_bytes(left: G1Point, right: G2Point) -> bytes:
    """Return e(left, right) as 576 bytes, every tower level c1 before c0, big-endian.

    The binding gives the element only as a hex string in arkworks' order (little-endian, c0
    first), so the bytes are turned round; :func:`sealing.tlock.check_known_answer` guards it.
    """
    data = bytes.fromhex(str(GT.pairing(left, right)))[::-1]
    if len(data) != GT_SIZE:
        raise RuntimeError("the pairing library no longer gives 576 bytes")
    return data
