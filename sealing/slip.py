"""The hand-in slip: what goes beside an envelope that another computer hands in; no secret."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from sealing import documents
from sealing.package import BINDING, Context
from sealing.receipt import PrivateReceipt

TYPE = "muhr-hand-in-slip"
LONGEST = 4096
_FIELDS = ("v", "type", *BINDING, "sha256", "size", "token_sha256")


@dataclass(frozen=True)
class HandInSlip:
    """What the platform is told of an envelope: hashes in hex, ``size`` in bytes."""

    context: Context
    sha256: str
    size: int
    token_sha256: str

    @classmethod
    def of(cls, receipt: PrivateReceipt) -> HandInSlip:
        """Return the public part of a private receipt."""
        return cls(receipt.context, receipt.sha256, receipt.size, receipt.token_sha256)

    def to_bytes(self) -> bytes:
        """Return the slip's file: canonical JSON and a newline."""
        document = self.context.document() | {
            "v": 1,
            "type": TYPE,
            "sha256": self.sha256,
            "size": self.size,
            "token_sha256": self.token_sha256,
        }
        return canonical(document) + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> HandInSlip:
        """Read a slip's file.

        Raises:
            Refusal: ``bad-slip``.
        """
        try:
            if len(data) > LONGEST:
                raise ValueError("too long")
            found = documents.fields(documents.parse(data), _FIELDS)
            if found["type"] != TYPE or documents.integer(found["v"]) != 1:
                raise ValueError("type")
            texts = {name: documents.text(found[name]) for name in BINDING if name != "round"}
            return cls(
                context=Context(round=documents.integer(found["round"]), **texts),
                sha256=documents.octets(found["sha256"], 32).hex(),
                size=documents.integer(found["size"]),
                token_sha256=documents.octets(found["token_sha256"], 32).hex(),
            )
        except (ValueError, RecursionError) as error:
            raise Refusal("bad-slip") from error
