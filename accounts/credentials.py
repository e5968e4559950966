"""Hashing of passwords, digests of codes and tokens, and the box that keeps TOTP secrets."""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.domain import codes, passwords, second_factor
from foundation.modes import file_mode
from foundation.settings import Settings
from foundation.values.refusal import Refusal

HASHER = PasswordHasher()
KEY_BYTES = 32
_NONCE_BYTES = 12
_decoys: dict[int, str] = {}


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password that ``passwords.choose`` let pass."""
    return HASHER.hash(passwords.normalise(password))


@dataclass(frozen=True)
class PasswordProof:
    """That a typed password was held against one stored hash, outside any transaction."""

    against: str
    holds: bool


def prove_password(password: str, stored: str | None) -> PasswordProof:
    """Hold ``password`` against a hash; without one spend the same time on a decoy."""
    known = stored if stored else _decoy()
    return PasswordProof(against=stored or "", holds=_holds(password, known) and bool(stored))


def _holds(password: str, known: str) -> bool:
    try:
        return HASHER.verify(known, passwords.normalise(password)[: passwords.LONGEST])
    except (VerificationError, InvalidHashError):
        return False


def _decoy() -> str:
    key = id(HASHER)
    if key not in _decoys:
        _decoys[key] = HASHER.hash(secrets.token_hex(16))
    return _decoys[key]


def new_token() -> str:
    """Return 256 random bits for a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest_of(text: str) -> str:
    """Return the SHA-256 by which a long random token is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def new_code() -> str:
    """Return a code of eight digits, to be sent by e-mail."""
    return str(secrets.randbelow(10**codes.DIGITS)).zfill(codes.DIGITS)


def new_recovery_codes() -> tuple[str, ...]:
    """Return ten recovery codes of 50 random bits in two groups."""
    marks = "abcdefghjkmnpqrstuvwxyz23456789"
    return tuple(
        "-".join("".join(secrets.choice(marks) for _ in range(5)) for _ in range(2))
        for _ in range(second_factor.RECOVERY_CODES)
    )


def new_totp_secret() -> bytes:
    """Return a new shared secret."""
    return secrets.token_bytes(second_factor.SECRET_BYTES)


class Keyring:
    """The installation's account key: it seals TOTP secrets and keys the digests of codes."""

    def __init__(self, key: bytes) -> None:
        self._box = AESGCM(hmac.digest(key, b"muhr accounts totp", "sha256"))
        self._digests = hmac.digest(key, b"muhr accounts digests", "sha256")

    def digest(self, purpose: str, owner: str, text: str) -> str:
        """Return the keyed digest of a short code; the table alone does not yield the code."""
        message = "\0".join((purpose, owner, text)).encode()
        return hmac.new(self._digests, message, "sha256").hexdigest()

    def seal(self, secret: bytes, account_id: str) -> str:
        """Return ``secret`` encrypted for one account."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._box.encrypt(nonce, secret, account_id.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, account_id: str) -> bytes:
        """Return what ``seal`` took.

        Raises:
            Refusal: ``account-key-changed`` when the key is not the one that sealed.
        """
        raw = base64.b64decode(sealed)
        try:
            return self._box.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], account_id.encode())
        except InvalidTag:
            raise Refusal("account-key-changed") from None


def key_file(settings: Settings) -> Path:
    """Return where the account key lies."""
    return settings.folder("keys") / "accounts.key"


def keyring(settings: Settings) -> Keyring:
    """Return the installation's keyring; its key is made with mode 600 at the first use."""
    return Keyring(load_or_make(key_file(settings)))


def load_or_make(path: Path) -> bytes:
    """Return the 32 bytes of ``path``, writing new random ones first if there are none.

    Two processes that start together agree: a whole file is linked into place once.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file_mode())
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


@dataclass(frozen=True)
class NewPassword:
    """A password that the rules let pass, already hashed: acts take nothing else."""

    hash: str


def new_password(password: str, *, known_words: tuple[str, ...] = ()) -> NewPassword:
    """Check and hash a password, before any transaction begins.

    Raises:
        Refusal: what ``passwords.choose`` says.
    """
    return NewPassword(HASHER.hash(passwords.choose(password, known_words=known_words)))
