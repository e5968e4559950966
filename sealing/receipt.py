"""The private receipt: what the vendor alone keeps, with which the own envelope can be reopened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from foundation.values.canonical import Document, canonical
from foundation.values.refusal import Refusal
from sealing import documents
from sealing.package import BINDING, Context

TYPE = "muhr-private-receipt"


@dataclass(frozen=True)
class PrivateReceipt:
    """Keys of one envelope; ``eid`` and ``sha256`` in hex, ``size`` in bytes.

    ``inner_secret`` is S where there is a committee; ``token`` (32 bytes) proves a withdrawal,
    the platform is told its SHA-256 only.
    """

    context: Context
    eid: str
    sha256: str
    size: int
    file_key: bytes = field(repr=False)
    inner_secret: bytes | None = field(repr=False)
    token: bytes = field(repr=False)

    @property
    def token_sha256(self) -> str:
        """What the platform is told of the token, 64 hex digits."""
        return sha256(self.token).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the receipt's file: canonical JSON and a newline."""
        secret: Document = self.inner_secret.hex() if self.inner_secret else None
        document = self.context.document() | {
            "v": 1,
            "type": TYPE,
            "eid": self.eid,
            "sha256": self.sha256,
            "size": self.size,
            "file_key": self.file_key.hex(),
            "inner_secret": secret,
            "token": self.token.hex(),
        }
        return canonical(document) + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> PrivateReceipt:
        """Read a receipt's file; fields that only a page needs are passed over.

        Raises:
            Refusal: ``bad-receipt``.
        """
        try:
            found = documents.parse(data)
            if not isinstance(found, Mapping) or documents.integer(found["v"]) != 1:
                raise ValueError("version")
            if found["type"] != TYPE:
                raise ValueError("type")
            return _read(found)
        except (ValueError, KeyError) as error:
            raise Refusal("bad-receipt") from error


def _read(found: Mapping[str, Document]) -> PrivateReceipt:
    secret = found["inner_secret"]
    texts = {name: documents.text(found[name]) for name in BINDING if name != "round"}
    return PrivateReceipt(
        context=Context(round=documents.integer(found["round"]), **texts),
        eid=documents.octets(found["eid"], 16).hex(),
        sha256=documents.octets(found["sha256"], 32).hex(),
        size=documents.integer(found["size"]),
        file_key=documents.octets(found["file_key"], 16),
        inner_secret=None if secret is None else documents.octets(secret, 32),
        token=documents.octets(found["token"], 32),
    )
