"""The documents a vendor gets signed: the acknowledgement and what its commitment covers.

Source: decisions 12(a) and 14.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from foundation.values.canonical import canonical
from foundation.values.instants import instant_text
from foundation.values.refusal import Refusal

COMMITMENT_DOMAIN = b"tenderlog/bid/v1\0"
SALT_BYTES = 32
EMPTY_COMMITMENT = bytes(32)


class AckType(StrEnum):
    """What is acknowledged."""

    BID = "bid"
    ATTEMPT = "attempt"
    WITHDRAWAL = "withdrawal"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True)
class Received:
    """One sealed file as it was announced and, perhaps, received.

    ``confirms`` is the newer notice for which its vendor confirmed it, "" for none.
    """

    sha256: str
    size: int
    tender: str
    lot: str
    kind: str
    vendor: str
    notice: str
    chain: str
    round: int
    committed_at: datetime | None
    completed_at: datetime | None
    token_sha256: str = ""
    confirms: str = ""
    confirmed_at: datetime | None = None


def instant(at: datetime | None) -> str:
    """Return an instant as fixed-width UTC text, "" for None."""
    return "" if at is None else instant_text(at)


def slot_document(received: Received, kind: AckType) -> dict[str, str | int]:
    """Return the document that fills a box slot; it is revealed at the opening.

    A withdrawn envelope keeps its slot: the document then says `withdrawal`. A confirmed one says
    `confirmation`, with the notice it stands for besides the one it was sealed to.
    """
    return {
        "v": 1,
        "type": kind.value,
        "tender": received.tender,
        "lot": received.lot,
        "kind": received.kind,
        "vendor": received.vendor,
        "sha256": received.sha256,
        "size": received.size,
        "notice": received.notice,
        "chain": received.chain,
        "round": received.round,
        "committed_at": instant(received.committed_at),
        "completed_at": instant(received.completed_at),
        "token_sha256": received.token_sha256,
        **_confirmed(received, kind),
    }


def _confirmed(received: Received, kind: AckType) -> dict[str, str | int]:
    if kind is not AckType.CONFIRMATION:
        return {}
    return {"confirms": received.confirms, "confirmed_at": instant(received.confirmed_at)}


def commitment(salt: bytes, document: Mapping[str, str | int]) -> bytes:
    """Return C, the hash of domain, salt and the canonical document (decision 14).

    Raises:
        Refusal: `bad-salt` when the salt is not 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise Refusal("bad-salt")
    return hashlib.sha256(COMMITMENT_DOMAIN + salt + canonical(dict(document))).digest()


def ack_document(
    received: Received, kind: AckType, outcome: str, *, salt: bytes | None = None
) -> dict[str, str | int]:
    """Return the document whose canonical bytes the platform signs.

    `outcome` is `recorded`, `committed`, `withdrawn`, `confirmed` or the code of the refusal;
    `salt` is the slot's, None for an attempt, which fills no slot.
    """
    c = "" if salt is None else commitment(salt, slot_document(received, kind)).hex()
    return {
        "v": 1,
        "type": kind.value,
        "outcome": outcome,
        "sha256": received.sha256,
        "size": received.size,
        "tender": received.tender,
        "lot": received.lot,
        "kind": received.kind,
        "vendor": received.vendor,
        "notice": received.notice,
        "chain": received.chain,
        "round": received.round,
        "committed_at": instant(received.committed_at),
        "completed_at": instant(received.completed_at),
        "C": c,
        "salt": "" if salt is None else salt.hex(),
        **_confirmed(received, kind),
    }


def ack_text(document: Mapping[str, str | int]) -> str:
    """Return the text of the signed note: one line of canonical JSON."""
    return canonical(dict(document)).decode() + "\n"


class NoteSigner(Protocol):
    """The platform's key, as acts see it: text in, signed note out."""

    def sign(self, text: str) -> str:
        """Return the signed note over `text`, which ends with a line feed."""
