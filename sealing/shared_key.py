"""A BLS key in shares: any threshold of the holders sign a round together, fewer learn nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from py_arkworks_bls12381 import G1Point, G2Point, Scalar

from sealing import bls

MOST_HOLDERS = 32


@dataclass(frozen=True)
class Deal:
    """Shares in the order of their holders (from 1), and what lets anybody check them.

    ``commitments`` are the polynomial's coefficients times the generator of G2, 96 bytes each;
    the first is the public key.
    """

    commitments: tuple[bytes, ...]
    shares: tuple[int, ...] = field(repr=False)


def deal(threshold: int, holders: int, random: Callable[[int], bytes]) -> Deal:
    """Draw a key and share it out; the key itself is in no result.

    Args:
        threshold: how many shares sign, 2 to ``holders``.
        holders: how many shares there are, up to 32.
        random: source of cryptographically random bytes.

    Raises:
        ValueError: counts outside those bounds.

    Source:
        Shamir 1979; Feldman 1987 for the commitments.
    """
    if not 2 <= threshold <= holders <= MOST_HOLDERS:
        raise ValueError("threshold")
    coefficients = [bls.draw_secret(random(48)) for _ in range(threshold)]
    shares = tuple(_evaluate(coefficients, index) for index in range(1, holders + 1))
    return Deal(tuple(bls.public_key(each) for each in coefficients), shares)


def holder_key(commitments: Sequence[bytes], index: int) -> bytes:
    """Return the public key of one holder's share, 96 bytes; ``index`` from 1.

    Raises:
        BadPoint: a commitment is no point.
    """
    sum_, power = G2Point.identity(), 1
    for commitment in commitments:
        sum_ += bls.decode_g2(commitment) * Scalar(power)
        power = power * index % bls.GROUP_ORDER
    key: bytes = sum_.to_compressed_bytes()
    return key


def combine(partials: Mapping[int, bytes]) -> bytes:
    """Return the signature that a threshold of partial ones make, 48 bytes.

    Args:
        partials: index of a holder (from 1) to its signature of the same round, each verified
            against :func:`holder_key`; fewer than the threshold give noise, not an error.

    Raises:
        BadPoint: a partial is no point.
    """
    sum_ = G1Point.identity()
    for index, partial in partials.items():
        sum_ += bls.decode_g1(partial) * Scalar(_weight(index, partials))
    signature: bytes = sum_.to_compressed_bytes()
    return signature


def _evaluate(coefficients: Sequence[int], at: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * at + coefficient) % bls.GROUP_ORDER
    return value


def _weight(index: int, indices: Mapping[int, bytes]) -> int:
    """Return Lagrange's coefficient of one holder at 0."""
    weight = 1
    for other in indices:
        if other != index:
            weight = weight * other * pow(other - index, -1, bls.GROUP_ORDER) % bls.GROUP_ORDER
    return weight
