"""Signed notes: text with Ed25519 signature lines, as C2SP signed-note 1.0.0 writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from foundation.values.refusal import Refusal
from sealing import padded_base64

ED25519 = 1
KEY_ID = 4
SIGNATURE_LINE = re.compile("\u2014 ([^ \n]+) ([A-Za-z0-9+/=]+)")
CONTROL = re.compile("[\0-\x09\x0b-\x1f]")
MOST_SIGNATURES = 100


@dataclass(frozen=True)
class NoteVerifier:
    """A signer's name and Ed25519 public key, written ``name+id+key``."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public_key) != 32:
            raise ValueError("public key")

    @classmethod
    def parse(cls, text: str) -> NoteVerifier:
        """Read a verifier key.

        Raises:
            ValueError: not an Ed25519 verifier key, or its id is not that of its name and key.
        """
        name, _, rest = text.partition("+")
        written_id, _, written_key = rest.partition("+")
        key = padded_base64.decode(written_key)
        if len(key) != 33 or key[0] != ED25519:
            raise ValueError("no Ed25519 key")
        verifier = cls(name, key[1:])
        if verifier.key_id.hex() != written_id:
            raise ValueError("key id")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """The 4 bytes that stand before each signature."""
        return derive_key_id(self.name, ED25519, self.public_key)

    def __str__(self) -> str:
        key = padded_base64.encode(bytes([ED25519]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{key}"


@dataclass(frozen=True)
class NoteSigner:
    """A signer's name and Ed25519 seed of 32 bytes."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != 32:
            raise ValueError("seed")

    @cached_property
    def verifier(self) -> NoteVerifier:
        """The public half."""
        return NoteVerifier(self.name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """Return the 64-byte Ed25519 signature of a note's text."""
        return self._key.sign(text.encode("utf-8"))

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: ``signature`` is what follows the key id, of any algorithm."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A note as read: its text, newline at the end, and all signature lines, not yet verified."""

    text: str
    signatures: tuple[NoteSignature, ...]


def derive_key_id(name: str, algorithm: int, key: bytes) -> bytes:
    """Return the key id of a name and a public key.

    Source:
        C2SP signed-note, section Signatures.
    """
    return sha256(name.encode("utf-8") + b"\n" + bytes([algorithm]) + key).digest()[:KEY_ID]


def sign_note(text: str, signers: Sequence[NoteSigner]) -> str:
    """Return a signed note.

    Args:
        text: UTF-8 without control characters but newlines, ending with one.
        signers: one signature line each, in order.

    Raises:
        ValueError: a text that no note can carry.
    """
    _check_text(text)
    lines = []
    for signer in signers:
        signed = padded_base64.encode(signer.verifier.key_id + signer.sign(text))
        lines.append(f"\u2014 {signer.name} {signed}\n")
    return text + "\n" + "".join(lines)


def parse_note(data: bytes) -> Note:
    """Split a note into its text and its signature lines, verifying nothing.

    Raises:
        Refusal: ``bad-note``.
    """
    try:
        note = data.decode("utf-8")
        at = note.rindex("\n\n")
        text, block = note[: at + 1], note[at + 2 :]
        _check_text(text)
        if not block.endswith("\n"):
            raise ValueError("no last newline")
        lines = block[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise ValueError("too many signatures")
        return Note(text, tuple(_parse_line(line) for line in lines))
    except ValueError as error:
        raise Refusal("bad-note") from error


def verify_note(data: bytes, verifiers: Sequence[NoteVerifier]) -> str:
    """Return the text of a note that each of the verifiers has signed.

    Lines of unknown keys are passed over; a wrong signature of a known key is refused.

    Raises:
        Refusal: ``bad-note`` (no note), ``wrong-note-signature`` (missing or wrong).
    """
    note = parse_note(data)
    if not verifiers:
        raise Refusal("wrong-note-signature")
    for verifier in verifiers:
        _verify(note, verifier)
    return note.text


def _verify(note: Note, verifier: NoteVerifier) -> None:
    lines = [
        line
        for line in note.signatures
        if (line.name, line.key_id) == (verifier.name, verifier.key_id)
    ]
    if not lines:
        raise Refusal("wrong-note-signature", name=verifier.name)
    key = Ed25519PublicKey.from_public_bytes(verifier.public_key)
    for line in lines:
        try:
            key.verify(line.signature, note.text.encode("utf-8"))
        except InvalidSignature as error:
            raise Refusal("wrong-note-signature", name=verifier.name) from error


def _parse_line(line: str) -> NoteSignature:
    found = SIGNATURE_LINE.fullmatch(line)
    if found is None:
        raise ValueError("signature line")
    _check_name(found[1])
    data = padded_base64.decode(found[2])
    if len(data) <= KEY_ID:
        raise ValueError("short signature")
    return NoteSignature(found[1], data[:KEY_ID], data[KEY_ID:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or CONTROL.search(text):
        raise ValueError("note text")
    text.encode("utf-8")


def _check_name(name: str) -> None:
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise ValueError("signer name")
