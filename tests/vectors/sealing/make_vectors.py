"""Writes our own sealing vectors anew, the same bytes each time (see SOURCES.md)."""

from __future__ import annotations

import json
from pathlib import Path

from tests.sealing.made import (
    CHAIN,
    CONTEXT,
    KEY,
    MEMBERS,
    committee,
    sealed,
)

HERE = Path(__file__).parent
FILES = (
    ("bid.json", b'{"kind":"financial","lot":"1","total":"1095000.00","v":1}'),
    ("پیشکش.txt", "مہر".encode()),
)


def vectors() -> dict[str, bytes]:
    """Return file name to contents."""
    members = committee(2, 3)
    time_lock, receipt = sealed(FILES, padding=100, seed=b"time lock vector")
    shared, shared_receipt = sealed(FILES, members=members, seed=b"committee vector")
    documents = {
        "chain_info.json": CHAIN.document(),
        "beacon.json": {"round": KEY.round, "signature": KEY.signature.hex()},
        "context.json": CONTEXT.document(),
        "committee.json": {"t": members.t, "members": list(members.members)},
        "committee_TEST_identities.json": [str(member) for member in MEMBERS[:3]],
    }
    return {
        "timelock.age": time_lock,
        "timelock_receipt.json": receipt.to_bytes(),
        "committee_2of3.age": shared,
        "committee_receipt.json": shared_receipt.to_bytes(),
    } | {name: (json.dumps(value, indent=1) + "\n").encode() for name, value in documents.items()}


if __name__ == "__main__":
    for name, data in vectors().items():
        (HERE / name).write_bytes(data)
