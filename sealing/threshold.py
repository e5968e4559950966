"""Shamir's secret sharing over GF(2^8): share = y (as long as the secret) ‖ x (one byte)."""

from collections.abc import Callable, Sequence

POLYNOMIAL = 0x11B
GENERATOR = 3


def split(
    secret: bytes, threshold: int, xs: Sequence[int], random: Callable[[int], bytes]
) -> tuple[bytes, ...]:
    """Return one share for each x, any ``threshold`` of which give the secret back.

    Args:
        secret: at least one byte.
        threshold: 1 to the number of xs.
        xs: distinct values in 1..255.
        random: source of cryptographically random bytes.
    """
    _check_xs(xs)
    if not 1 <= threshold <= len(xs) or not secret:
        raise ValueError("threshold")
    drawn = random(len(secret) * (threshold - 1))
    width = threshold - 1
    rows = [bytes([byte]) + drawn[at * width : (at + 1) * width] for at, byte in enumerate(secret)]
    return tuple(bytes(_evaluate(row, x) for row in rows) + bytes([x]) for x in xs)


def combine(shares: Sequence[bytes]) -> bytes:
    """Return the secret of at least ``threshold`` shares; fewer give noise, not an error."""
    return interpolate(shares, 0)


def interpolate(shares: Sequence[bytes], at: int) -> bytes:
    """Return the value at ``at`` of the polynomials through the shares.

    Raises:
        ValueError: shares of different length, or one x twice, or x = 0.
    """
    if not shares or len({len(share) for share in shares}) != 1:
        raise ValueError("shares")
    xs = [share[-1] for share in shares]
    _check_xs(xs)
    weights = [_weight(xs, place, at) for place in range(len(xs))]
    size = len(shares[0]) - 1
    out = bytearray(size)
    for share, weight in zip(shares, weights, strict=True):
        for place in range(size):
            out[place] ^= _multiply(share[place], weight)
    return bytes(out)


def _check_xs(xs: Sequence[int]) -> None:
    if not xs or len(set(xs)) != len(xs) or not all(1 <= x <= 255 for x in xs):
        raise ValueError("coordinates")


def _evaluate(row: bytes, x: int) -> int:
    value = 0
    for coefficient in reversed(row):
        value = _multiply(value, x) ^ coefficient
    return value


def _weight(xs: Sequence[int], place: int, at: int) -> int:
    weight = 1
    for other, x in enumerate(xs):
        if other != place:
            weight = _multiply(weight, _divide(at ^ x, xs[place] ^ x))
    return weight


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        product ^= left if right & 1 else 0
        left <<= 1
        left ^= POLYNOMIAL if left & 0x100 else 0
        right >>= 1
    return product


def _tables() -> tuple[list[int], list[int]]:
    powers, logs, value = [0] * 255, [0] * 256, 1
    for place in range(255):
        powers[place] = value
        logs[value] = place
        value = _times(value, GENERATOR)
    return powers, logs


POWERS, LOGS = _tables()


def _multiply(left: int, right: int) -> int:
    return POWERS[(LOGS[left] + LOGS[right]) % 255] if left and right else 0


def _divide(left: int, right: int) -> int:
    return POWERS[(LOGS[left] - LOGS[right]) % 255] if left else 0
