"""The commitment to a bid box's secret seed, published with the notice."""

import hashlib

SEED_BYTES = 32
_DOMAIN = b"tenderlog/boxseed/v1\0"


def seed_commitment(seed: bytes) -> str:
    """Return SHA-256(domain, 32-byte seed) as hex.

    Source:
        Decision 14.
    """
    return hashlib.sha256(_DOMAIN + seed).hexdigest()
