"""A reveal is an age file to one incident's key, bound to one incident and one envelope."""

import secrets
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from sealing import age, hybrid
from sealing.reveal import LONGEST, Reveal, check_sealed_reveal

IDENTITY = age.Identity(bytes(range(32)))
RECIPIENT = str(IDENTITY.recipient())
REVEAL = Reveal("i1", "ab" * 32, bytes(16), bytes(32))


@given(st.binary(min_size=16, max_size=16), st.none() | st.binary(min_size=32, max_size=32))
def test_what_was_sealed_comes_out(key: bytes, secret: bytes | None) -> None:
    given_ = replace(REVEAL, file_key=key, inner_secret=secret)
    sealed = given_.seal(RECIPIENT, secrets.token_bytes)
    check_sealed_reveal(sealed)
    assert Reveal.open(sealed, IDENTITY, "i1", "ab" * 32) == given_
    assert key.hex() not in repr(given_) or not any(key)


@pytest.mark.parametrize(("incident", "sha256"), [("i2", "ab" * 32), ("i1", "cd" * 32)])
def test_a_reveal_serves_no_other_incident_and_no_other_envelope(
    incident: str, sha256: str
) -> None:
    sealed = REVEAL.seal(RECIPIENT, secrets.token_bytes)
    with pytest.raises(Refusal, match="bad-reveal"):
        Reveal.open(sealed, IDENTITY, incident, sha256)


def _sealed(plaintext: bytes) -> bytes:
    return age.seal_bytes(plaintext, [IDENTITY.recipient()], secrets.token_bytes)


GOOD = {
    "v": 1,
    "type": "muhr-incident-reveal",
    "incident": "i1",
    "sha256": "ab" * 32,
    "file_key": "00" * 16,
    "inner_secret": None,
}


def test_the_format_is_as_written_down() -> None:
    found = Reveal.open(_sealed(canonical(GOOD)), IDENTITY, "i1", "ab" * 32)
    assert found == replace(REVEAL, inner_secret=None)


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"type": "muhr-private-receipt"},
        {"file_key": "00" * 15},
        {"inner_secret": 7},
        {"token": "00" * 32},
    ],
)
def test_malformed_reveals_are_refused(changed: dict[str, object]) -> None:
    plaintext = canonical(GOOD | changed)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="bad-reveal"):
        Reveal.open(_sealed(plaintext), IDENTITY, "i1", "ab" * 32)


def test_what_is_no_small_age_file_to_one_key_is_refused_unopened() -> None:
    two = [IDENTITY.recipient(), age.Identity(bytes(32)).recipient()]
    quantum = [hybrid.HybridIdentity(bytes(32)).recipient()]
    for bad in (
        b"",
        b"age-encryption.org/v1\n",
        canonical(GOOD),  # type: ignore[arg-type]
        age.seal_bytes(b"x", two, secrets.token_bytes),
        age.seal_bytes(b"x", quantum, secrets.token_bytes),
        _sealed(bytes(LONGEST)),
    ):
        with pytest.raises(Refusal, match="bad-reveal"):
            check_sealed_reveal(bad)
    wrong = age.Identity(bytes(32))
    with pytest.raises(Refusal, match="bad-reveal"):
        Reveal.open(REVEAL.seal(RECIPIENT, secrets.token_bytes), wrong, "i1", "ab" * 32)
