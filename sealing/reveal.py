"""What a bidder reveals in an incident: the own envelope's keys, sealed until a window ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

from foundation.values.canonical import Document, canonical
from foundation.values.refusal import Refusal
from sealing import age, documents
from sealing.age_header import BadHeader, read_header
from sealing.reading import Reader
from sealing.receipt import PrivateReceipt

TYPE = "muhr-incident-reveal"
LONGEST = 4096
_FIELDS = ("v", "type", "incident", "sha256", "file_key", "inner_secret")


@dataclass(frozen=True)
class Reveal:
    """The outer file key and, under a committee, S of one envelope; ``sha256`` of it in hex.

    It is bound to one incident and one envelope. The withdrawal token is not in it.
    """

    incident: str
    sha256: str
    file_key: bytes = field(repr=False)
    inner_secret: bytes | None = field(repr=False)

    @classmethod
    def of(cls, receipt: PrivateReceipt, incident: str) -> Reveal:
        """Take what is revealed from a private receipt."""
        return cls(incident, receipt.sha256, receipt.file_key, receipt.inner_secret)

    def seal(self, recipient: str, random: Callable[[int], bytes]) -> bytes:
        """Return a small age file to the incident's public key."""
        secret: Document = self.inner_secret.hex() if self.inner_secret else None
        document: dict[str, Document] = {
            "v": 1,
            "type": TYPE,
            "incident": self.incident,
            "sha256": self.sha256,
            "file_key": self.file_key.hex(),
            "inner_secret": secret,
        }
        return age.seal_bytes(canonical(document), [age.Recipient.parse(recipient)], random)

    @classmethod
    def open(cls, sealed: bytes, identity: age.Identity, incident: str, sha256: str) -> Reveal:
        """Open a sealed reveal and check that it is of this incident and this envelope.

        Raises:
            Refusal: ``bad-reveal``.
        """
        try:
            plaintext = age.open_bytes(sealed, [identity], LONGEST)
            found = documents.fields(documents.parse_exact(plaintext), _FIELDS)
            if found["type"] != TYPE or documents.integer(found["v"]) != 1:
                raise ValueError("type")
            if found["incident"] != incident or found["sha256"] != sha256:
                raise ValueError("another envelope")
            secret = found["inner_secret"]
            return cls(
                incident=incident,
                sha256=sha256,
                file_key=documents.octets(found["file_key"], age.FILE_KEY),
                inner_secret=None if secret is None else documents.octets(secret, 32),
            )
        except (ValueError, RecursionError) as error:
            raise Refusal("bad-reveal") from error


def check_sealed_reveal(sealed: bytes) -> None:
    """Check what can be seen of a sealed reveal without opening it.

    Raises:
        Refusal: ``bad-reveal`` for anything but a small age file with one X25519 stanza.
    """
    if len(sealed) > LONGEST:
        raise Refusal("bad-reveal")
    try:
        header = read_header(Reader(BytesIO(sealed)))
    except BadHeader as error:
        raise Refusal("bad-reveal") from error
    if [stanza.type for stanza in header.stanzas] != ["X25519"]:
        raise Refusal("bad-reveal")
