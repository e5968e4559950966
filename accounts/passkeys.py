"""Passkeys (WebAuthn) as second factor: what is asked of the browser and what its answer proves.

Source: W3C Web Authentication Level 2, sections 7.1 (registering) and 7.2 (verifying).
"""

import ipaddress
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from foundation.settings import Settings
from foundation.values.nesting import check_nesting
from foundation.values.refusal import Refusal

NAME = "Muhr"
LONGEST_ANSWER = 20_000
CHALLENGE_BYTES = 32


@dataclass(frozen=True)
class Site:
    """The site that a passkey is bound to: its domain, and the origin of its pages."""

    domain: str
    origin: str


@dataclass(frozen=True)
class NewPasskey:
    """A passkey that a browser has just made for this site, checked."""

    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True)
class StoredPasskey:
    """What is kept of a passkey; the ids and the key are base64url."""

    id: str
    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True)
class PasskeyProof:
    """That a stored passkey signed this session's challenge, checked outside any transaction."""

    passkey_id: str
    was_count: int
    new_count: int


def site_of(settings: Settings) -> Site | None:
    """Return the site for passkeys; None where browsers allow none: no https, or no name."""
    parts = urlsplit(settings.public_url)
    name = (parts.hostname or "").lower()
    local = name == "localhost" or name.endswith(".localhost")
    if not name or _is_address(name) or not (settings.secure or local):
        return None
    port = "" if parts.port in {None, 443 if settings.secure else 80} else f":{parts.port}"
    return Site(domain=name, origin=f"{parts.scheme}://{name}{port}")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def new_challenge() -> str:
    """Return random bytes, base64url, that the browser's answer must be over."""
    return bytes_to_base64url(secrets.token_bytes(CHALLENGE_BYTES))


def creation_options(
    site: Site, challenge: str, account_id: str, name: str, known: Iterable[StoredPasskey]
) -> str:
    """Return in JSON what the browser needs to make a passkey for an account."""
    options = webauthn.generate_registration_options(
        rp_id=site.domain,
        rp_name=NAME,
        user_name=name,
        user_id=account_id.encode(),
        challenge=base64url_to_bytes(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return webauthn.options_to_json(options)


def request_options(site: Site, challenge: str, known: Iterable[StoredPasskey]) -> str:
    """Return in JSON what the browser needs to sign the challenge with one of ``known``."""
    options = webauthn.generate_authentication_options(
        rp_id=site.domain,
        challenge=base64url_to_bytes(challenge),
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def check_creation(site: Site, challenge: str, answer: str) -> NewPasskey:
    """Return the passkey that the browser made.

    Raises:
        Refusal: ``passkey-failed``.
    """
    try:
        made = webauthn.verify_registration_response(
            credential=_credential(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.domain,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Refusal("passkey-failed") from None
    return NewPasskey(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
    )


def check_request(
    site: Site, challenge: str, answer: str, known: Iterable[StoredPasskey]
) -> PasskeyProof:
    """Return the proof that one of ``known`` signed the challenge.

    Raises:
        Refusal: ``passkey-failed``; also for a counter that went back, which a copy betrays.
    """
    try:
        credential = _credential(answer)
        used = next(each for each in known if each.credential_id == credential.get("id"))
        passed = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.domain,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(used.public_key),
            credential_current_sign_count=used.sign_count,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, StopIteration):
        raise Refusal("passkey-failed") from None
    return PasskeyProof(used.id, used.sign_count, passed.new_sign_count)


def _credential(answer: str) -> dict[str, object]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    check_nesting(answer.encode())
    credential = json.loads(answer)
    if not isinstance(credential, dict):
        raise TypeError("not an object")
    return credential


def _descriptors(known: Iterable[StoredPasskey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id)) for each in known
    ]
