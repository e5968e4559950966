"""How the machine that has a committee member's key shows that it has it, without a password.

The platform seals a challenge to the member's public key; whoever opens it answers with its hash.
What is opened must be a challenge of this very form: no share of a bid is ever answered for.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from foundation.values.canonical import canonical
from foundation.values.refusal import Refusal
from sealing import documents

TYPE = "muhr-key-challenge"
SCHEME = "Muhr-Key"
VALID_SECONDS = 300
_FIELDS = ("v", "type", "tender", "member", "expires", "nonce")


@dataclass(frozen=True)
class Challenge:
    """One challenge: for whom, until when (seconds since 1970), and what nobody can guess."""

    tender: str
    member: int
    expires: int
    nonce: str

    def to_bytes(self) -> bytes:
        """Return what is sealed to the member's key."""
        return canonical(
            {
                "v": 1,
                "type": TYPE,
                "tender": self.tender,
                "member": self.member,
                "expires": self.expires,
                "nonce": self.nonce,
            }
        )

    @property
    def answer(self) -> str:
        """Return what shows that the challenge was opened: the SHA-256 of its bytes, in hex."""
        return sha256(self.to_bytes()).hexdigest()

    @property
    def header(self) -> str:
        """Return the value of the header ``Authorization`` that carries the answer."""
        return f"{SCHEME} {self.member}.{self.expires}.{self.answer}"


def read_challenge(opened: bytes, tender: str) -> Challenge:
    """Read what was sealed to the own key.

    Raises:
        Refusal: ``bad-challenge`` for anything but a challenge of this tender: a share, say.
    """
    try:
        found = documents.fields(documents.parse_exact(opened), _FIELDS)
        if found["type"] != TYPE or found["tender"] != tender or found["v"] != 1:
            raise ValueError("another document")
        member, expires = documents.integer(found["member"]), documents.integer(found["expires"])
        return Challenge(tender, member, expires, documents.text(found["nonce"]))
    except ValueError as error:
        raise Refusal("bad-challenge") from error


def read_header(header: str) -> tuple[int, int, str]:
    """Return member, expiry and answer of an ``Authorization`` header.

    Raises:
        Refusal: ``key-not-proved``.
    """
    scheme, _, value = header.partition(" ")
    parts = value.split(".")
    if scheme != SCHEME or len(parts) != 3:
        raise Refusal("key-not-proved")
    member, expires, answer = parts
    for number in (member, expires):
        if not (number.isascii() and number.isdigit() and len(number) <= 12):
            raise Refusal("key-not-proved")
    return int(member), int(expires), answer
