"""Identity-based encryption of a 16-byte file key to a round of a beacon (drand's tlock)."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256

from py_arkworks_bls12381 import G1Point, G2Point, Scalar

from foundation.values.refusal import Refusal
from sealing import bls

BODY_SIZE = 128
KEY_SIZE = 16
POINT_SIZE = bls.PUBLIC_KEY_SIZE
KNOWN_ANSWER = "cb87319f24560b5231579a09ad79f12e"


@cache
def check_known_answer() -> None:
    """Check H2(e(G1, G2)) once in a process, before the first key is sealed or opened.

    Raises:
        RuntimeError: the pairing library writes its target group in another order.
    """
    if _h2(bls.pairing_bytes(G1Point(), G2Point())).hex() != KNOWN_ANSWER:
        raise RuntimeError("the pairing library does not give the known answer")


def encrypt(
    file_key: bytes, public_key: bytes, round_number: int, random: Callable[[int], bytes]
) -> bytes:
    """Return the 128-byte stanza body U ‖ V ‖ W of a file key.

    Args:
        file_key: 16 bytes.
        public_key: the chain's, 96 bytes.
        round_number: the round whose signature opens it.
        random: source of cryptographically random bytes.

    Raises:
        BadPoint: the public key is no point of the group.
    """
    return encrypt_with(random(KEY_SIZE), file_key, public_key, round_number)


def encrypt_with(sigma: bytes, file_key: bytes, public_key: bytes, round_number: int) -> bytes:
    """Return the stanza body for a given σ of 16 bytes."""
    check_known_answer()
    scalar = _h3(sigma, file_key)
    mask = _h2(bls.pairing_bytes(bls.round_point(round_number) * scalar, bls.decode_g2(public_key)))
    u = (G2Point() * scalar).to_compressed_bytes()
    return u + _xor(sigma, mask) + _xor(file_key, _h4(sigma))


def decrypt(body: bytes, signature: bytes) -> bytes:
    """Return the 16-byte file key of a stanza body, given the round's verified signature.

    Raises:
        Refusal: ``ibe-failed`` when U is not the point that σ and the file key give.
    """
    check_known_answer()
    try:
        u = bls.decode_g2(body[:POINT_SIZE])
        opened = bls.decode_g1(signature)
    except bls.BadPoint as error:
        raise Refusal("ibe-failed") from error
    sigma = _xor(body[POINT_SIZE : POINT_SIZE + KEY_SIZE], _h2(bls.pairing_bytes(opened, u)))
    file_key = _xor(body[POINT_SIZE + KEY_SIZE : BODY_SIZE], _h4(sigma))
    if G2Point() * _h3(sigma, file_key) != u:
        raise Refusal("ibe-failed")
    return file_key


def derive_scalar(sigma: bytes, file_key: bytes) -> int:
    """Return r = H3(σ, file key), the first candidate below the group order."""
    seed = sha256(b"IBE-H3" + sigma + file_key).digest()
    for counter in range(1, 65536):
        drawn = bytearray(sha256(counter.to_bytes(2, "little") + seed).digest())
        drawn[0] >>= 1
        candidate = int.from_bytes(drawn, "big")
        if candidate < bls.GROUP_ORDER:
            return candidate
    raise RuntimeError("no scalar in 65,535 draws")


def _h2(gt: bytes) -> bytes:
    return sha256(b"IBE-H2" + gt).digest()[:KEY_SIZE]


def _h3(sigma: bytes, file_key: bytes) -> Scalar:
    return Scalar(derive_scalar(sigma, file_key))


def _h4(sigma: bytes) -> bytes:
    return sha256(b"IBE-H4" + sigma).digest()[:KEY_SIZE]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
