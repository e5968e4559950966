"""Shamir's sharing: any t shares give the secret back, t − 1 give nothing away."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealing import threshold
from tests.sealing.made import repeatable


@st.composite
def sharings(draw: st.DrawFn) -> tuple[bytes, int, list[int], bytes]:
    secret = draw(st.binary(min_size=1, max_size=40))
    xs = draw(st.lists(st.integers(1, 255), min_size=1, max_size=8, unique=True))
    return secret, draw(st.integers(1, len(xs))), xs, draw(st.binary(max_size=8))


@settings(deadline=None)
@given(sharings(), st.data())
def test_any_t_of_n_open(made: tuple[bytes, int, list[int], bytes], data: st.DataObject) -> None:
    secret, t, xs, seed = made
    shares = threshold.split(secret, t, xs, repeatable(seed))
    chosen = data.draw(st.lists(st.sampled_from(shares), min_size=t, unique=True))
    assert threshold.combine(chosen) == secret
    for share in shares:
        assert threshold.interpolate(chosen, share[-1]) + share[-1:] == share


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_fewer_than_t_fit_every_secret(secret: bytes, other: bytes) -> None:
    """Two of three shares and any other secret lie on one polynomial: they say nothing."""
    shares = threshold.split(secret, 3, [1, 2, 3], repeatable(b"s"))[:2]
    forged = threshold.interpolate([*shares, other + bytes([200])], 0)
    assert len(forged) == 32
    third = [*shares, threshold.interpolate([*shares, other + bytes([9])], 3) + bytes([3])]
    assert threshold.combine(third) == threshold.interpolate(third, 0)
    if other != secret:
        assert threshold.combine(shares) != secret


def test_the_arithmetic_is_that_of_aes() -> None:
    """The field of Vault and of npm's shamir-secret-sharing: 0x53 · 0xCA = 1 (FIPS 197)."""
    assert threshold._multiply(0x53, 0xCA) == 1
    assert threshold._multiply(0x57, 0x83) == 0xC1
    assert all(threshold._divide(threshold._multiply(a, 7), 7) == a for a in range(256))


@pytest.mark.parametrize(
    ("secret", "t", "xs"),
    [
        (b"", 1, [1]),
        (b"s", 0, [1]),
        (b"s", 2, [1]),
        (b"s", 1, [0]),
        (b"s", 1, [256]),
        (b"s", 2, [1, 1]),
    ],
)
def test_what_cannot_be_shared(secret: bytes, t: int, xs: list[int]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        threshold.split(secret, t, xs, repeatable(b"s"))


@pytest.mark.parametrize("shares", [[], [b"ab", b"abc"], [b"a\1", b"b\1"], [b"a\0"]])
def test_shares_that_do_not_combine(shares: list[bytes]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        threshold.combine(shares)
