"""What an entry of a journal is: kinds, salted commitments and leaf bytes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.values.canonical import Document, canonical
from foundation.values.instants import instant_text

COMMIT_TAG = b"tenderlog/commit/v1\0"
SALT_BYTES = 32


class PublicKind(StrEnum):
    """An act that enters the public journal at once; packages subclass it with their kinds."""


class SealedKind(StrEnum):
    """An act about bids, sign-ins or privileged reads; hidden from the public until its time."""


@dataclass(frozen=True)
class BoxRoot:
    """What a tick of a bid box publishes in place of a commitment (decision 14).

    ``root`` is the RFC 6962 root over the box's slots in hex, ``i`` counts ticks from 1.
    """

    root: str
    i: int


@dataclass(frozen=True)
class Leaf:
    """The bytes that enter the log for one act (RFC 8785).

    ``commitment`` is that of the document, for a tick the box's root; ``tick`` its number.
    """

    at: datetime
    commitment: str
    kind: str
    n: int
    tender_id: str
    tick: int | None = None

    def as_bytes(self) -> bytes:
        """Return canonical ``{at, c, k, n, t, v}``, for a tick with ``i``."""
        document: dict[str, Document] = {
            "at": instant_text(self.at),
            "c": self.commitment,
            "k": self.kind,
            "n": self.n,
            "t": self.tender_id,
            "v": 1,
        }
        if self.tick is not None:
            document["i"] = self.tick
        return canonical(document)


def commitment(document: Document, salt: bytes) -> str:
    """Return SHA-256(tag, 32-byte salt, canonical document) as hex: hiding until revealed."""
    return hashlib.sha256(COMMIT_TAG + salt + canonical(document)).hexdigest()
