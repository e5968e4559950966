"""One root over a day's sealed acts, which tells neither what they are nor how many."""

import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from transparency.domain.entry import commitment
from transparency.models import SealedAct

BLIND_TAG = b"tenderlog/dayblind/v1\0"


def sealed_root(session: Session, day: date, secret: bytes) -> str:
    """Return the RFC 6962 root, in hex, over the commitments of a UTC day's sealed acts.

    The first leaf is a blind made from ``secret``, so that an empty day looks like any other.
    Erased documents stand in it as an empty leaf.
    """
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    rows = session.scalars(
        select(SealedAct)
        .where(SealedAct.at >= start, SealedAct.at < start + timedelta(days=1))
        .order_by(SealedAct.seq)
    )
    leaves = [hmac.new(secret, BLIND_TAG + day.isoformat().encode(), hashlib.sha256).digest()]
    for row in rows:
        kept = row.doc is not None and row.salt is not None
        leaves.append(bytes.fromhex(commitment(row.doc, row.salt or b"")) if kept else b"")
    return _root([hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]).hex()


def _root(hashes: list[bytes]) -> bytes:
    """Return the Merkle tree hash over leaf hashes (RFC 6962, section 2.1)."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + _root(hashes[:split]) + _root(hashes[split:])).digest()
